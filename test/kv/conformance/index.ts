import type { Suite } from "./case.ts";
import { counterSuite } from "./counter.ts";
import { hashSuite } from "./hash.ts";
import { listSuite } from "./list.ts";
import { setSuite } from "./set.ts";
import { sortedSetSuite } from "./sorted-set.ts";
import { stringSuite } from "./string.ts";

/** All conformance cases: for the engine in Node and in workerd, and for Redis itself. */
export const suites: readonly Suite[] = [
  stringSuite,
  counterSuite,
  hashSuite,
  setSuite,
  listSuite,
  sortedSetSuite,
];

export { runCase } from "./case.ts";
