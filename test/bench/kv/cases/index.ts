import { type Case, kinds } from "../case.ts";
import { counterCases } from "./counter.ts";
import { hashCases } from "./hash.ts";
import { keyCases } from "./keys.ts";
import { listCases } from "./list.ts";
import { setCases } from "./set.ts";
import { sortedSetCases } from "./sorted-set.ts";
import { rateLimitCases, sessionCases } from "./standalone.ts";
import { stringCases } from "./string.ts";

/** What is measured, by structure. */
export const groups: Readonly<Record<string, readonly Case[]>> = {
  "Keys of any structure": keyCases,
  Strings: stringCases,
  Counters: counterCases,
  Hashes: hashCases,
  Sets: setCases,
  Lists: listCases,
  "Sorted sets": sortedSetCases,
  Sessions: sessionCases,
  "Rate limits": rateLimitCases,
};

/** In the order in which they run: those that leave much to be swept come last. */
export const cases: readonly Case[] = Object.values(groups)
  .flat()
  .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
