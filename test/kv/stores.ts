import { counter, hash, list, set, sortedSet, string } from "../../runtime/kv/index.ts";

const placement = { object: "main" };

/** One store of each structure, with plain text for values. */
export const stores = {
  string: string({ prefix: "string", ...placement }),
  counter: counter({ prefix: "counter", ...placement }),
  hash: hash({ prefix: "hash", ...placement }),
  set: set({ prefix: "set", ...placement }),
  list: list({ prefix: "list", ...placement }),
  sortedSet: sortedSet({ prefix: "sortedSet", ...placement }),
};
