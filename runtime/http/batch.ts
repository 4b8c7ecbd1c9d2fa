import { Problem } from "./problem.ts";

/** The batch would write more rows than the resource's `batchLimit`. */
export const tooMany = (limit: number): Problem =>
  new Problem(
    "BATCH_LIMIT_EXCEEDED",
    `A batch writes at most ${limit} rows. Split it, or narrow its filter.`,
  );
