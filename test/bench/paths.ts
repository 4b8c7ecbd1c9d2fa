import path from "node:path";

/** The root of the repository. */
export const root = path.join(import.meta.dirname, "..", "..");

/** Where benchmarks put what they make; emptied by each run, ignored by git. */
export const work = path.join(root, "test", ".tmp", "bench");
