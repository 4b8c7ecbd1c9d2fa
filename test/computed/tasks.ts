import { type Answer, type Caller, call } from "../server/call.ts";

export type Row = Answer["json"];

/** Creates a task and gives it back; fails on any other answer than 201. */
export async function task(as: Caller, json: object): Promise<Row> {
  const answer = await call("/tasks", { as, json });
  if (answer.status !== 201) throw new Error(`POST /tasks: ${answer.status} ${answer.text}`);
  return answer.json;
}

/** The computed fields of a task, worked out here from what is stored. */
export function computedOf(row: Row) {
  const { title, done, priority, estimate, dueAt, labels } = row as Row & {
    title: string;
    done: boolean;
    priority: number;
    estimate: number | null;
    dueAt: string | null;
    labels: string[];
  };
  const shout = `${title.toUpperCase()}{!}`;
  return {
    overdue: dueAt !== null && dueAt < new Date().toISOString() && !done,
    late: dueAt === null ? null : dueAt < "2026",
    score: priority * 10 - Number(done),
    half: estimate === null ? null : estimate / 2,
    shout,
    size: title.length > 5 ? "long" : "short",
    day: dueAt === null ? null : `${dueAt.slice(0, 10)}T00:00:00.000Z`,
    summary: { title, priority },
    headline: `${done ? "done" : "open"} ${shout} ${labels.join("+")}`,
    words: title.split(" "),
    remark: priority > 0 ? "urgent" : null,
  };
}

/** Whether the row has all computed fields, with the right values. */
export const isRight = (row: Row): boolean =>
  JSON.stringify(sorted({ ...row, ...computedOf(row) })) === JSON.stringify(sorted(row));

const sorted = (row: object): [string, unknown][] => Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));

export const itemsOf = ({ json }: Answer): Row[] => json.items as Row[];

/** The ids of all rows, page after page. */
export async function walk(as: Caller, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: Answer = await call(`/tasks?${query}${cursor === null ? "" : `&cursor=${cursor}`}`, { as });
    if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.text}`);
    ids.push(...itemsOf(answer).map(({ id }) => id));
    cursor = answer.json.nextCursor as string | null;
  } while (cursor !== null);
  return ids;
}

/** The field errors of a refusal, by field. */
export const errorsOf = ({ json }: Answer): Record<string, string> =>
  Object.fromEntries(
    ((json.errors ?? []) as { field: string; code: string }[]).map(({ field, code }) => [field, code]),
  );
