import { type Binding, makeBinding, toObjects } from "./binding.ts";
import type { Recording } from "./recorded.ts";

/** A binding that repeats recorded answers. Each is a fresh copy, since who gets it may change it. */
export function replay(recording: Recording): Binding {
  const answers = new Map(
    Object.entries(recording).map(([sql, answer]) => [
      sql,
      { arrays: answer.rows, objects: toObjects(answer) },
    ]),
  );
  const find = (sql: string) => {
    const found = answers.get(sql);
    if (found === undefined) throw new Error(`Nothing was recorded for: ${sql}`);
    return found;
  };
  return makeBinding({
    arrays: (sql) => find(sql).arrays.map((row) => row.slice()),
    objects: (sql) => find(sql).objects.map((row) => ({ ...row })),
  });
}
