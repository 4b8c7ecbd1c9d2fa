/** Runs inside workerd in D1's place: answers statements from a recording, over D1's own protocol. */
import recording from "recording";

/** What D1 reports of each statement; Workers read it only for tracing. */
const meta = {
  served_by: "bench",
  duration: 0,
  changes: 0,
  last_row_id: 0,
  changed_db: false,
  size_after: 0,
  rows_read: 0,
  rows_written: 0,
};

const answers = new Map(
  Object.entries(recording).map(([sql, results]) => [sql, JSON.stringify({ success: true, results, meta })]),
);

export default {
  async fetch(request: Request): Promise<Response> {
    const body: { sql: string } | readonly { sql: string }[] = await request.json();
    const statements = Array.isArray(body) ? body : [body];
    const found = statements.map(({ sql }) => {
      const answer = answers.get(sql);
      if (answer === undefined) throw new Error(`Nothing was recorded for: ${sql}`);
      return answer;
    });
    return new Response(`[${found.join(",")}]`, { headers: { "Content-Type": "application/json" } });
  },
};
