import type { StoreModel } from "../model/types.ts";

const words: Readonly<Partial<Record<StoreModel["type"], string>>> = {
  hash: "a field",
  set: "a member",
  sortedSet: "a member",
  list: "an element",
};

/** What a store holds, for comments: ``a member of `online` ``. */
export const storeWords = ({ type, key }: StoreModel): string => `${words[type] ?? "a value"} of \`${key}\``;
