/** Key-value stores (16). */
import type { CatalogueEntry } from "./entry.ts";

export const kv = {
  COV1601: {
    title: "Store name reserved",
    cause: "`kv(env)` has members of its own beside the stores.",
    fix: "Choose another name.",
  },
  COV1602: {
    title: "Duration wrong",
    cause: "A duration is a whole number and its unit: ms, s, m, h or d.",
    fix: 'Write it as `"250ms"`, `"60s"`, `"5m"`, `"12h"` or `"7d"`.',
  },
  COV1603: {
    title: "Sharding wrong",
    cause: "A store is in one object, spread over a fixed number of them, or has one for each tag.",
    fix: "Correct `shards`, `shardBy` or `reshardFrom`.",
  },
  COV1604: {
    title: "Prefix taken",
    cause: "Stores of one object are told apart by their prefixes alone.",
    fix: "Give one of them another `prefix`.",
  },
  COV1605: {
    title: "Object sharded in two ways",
    cause: "Stores that name the same object lie beside each other, so their keys must be spread alike.",
    fix: "Give one of them another `name`, or both the same sharding.",
  },
  COV1606: {
    title: "Field not fit for a store",
    cause: "What a store holds has no table, no row and no owner, so only kinds and checks of values count.",
    fix: "Remove what does not apply.",
  },
  COV1607: {
    title: "Size out of range",
    cause: "The number is not one that the store can keep to.",
    fix: "Correct the number.",
  },
  COV1608: {
    title: "Functions module unusable",
    cause:
      "Generated code imports the functions that the module exports, so it must be readable and export some.",
    fix: "Export functions from it, or remove `functions`.",
  },
  COV1609: {
    title: "Export is no function",
    cause: "Everything that a functions module exports can be called in the object, under its name.",
    fix: "Export functions only.",
  },
  COV1610: {
    title: "Function not synchronous",
    cause: "A function is one transaction of its object, which cannot wait for anything in between.",
    fix: "Make it an ordinary function: commands of `tx` reply at once. Do what takes time before calling it.",
  },
  COV1611: {
    title: "Function named like a command",
    cause: "Functions and commands are called on the same store.",
    fix: "Rename the function.",
  },
  COV1612: {
    title: "Function without a key",
    cause: "The key, the second parameter, decides which object of a sharded store runs the function.",
    fix: "Take the key: `function submit(tx, key, …)`.",
  },
  COV1613: {
    title: "Store loses sight of its data",
    cause: "Stored data stays where it was written, under the structure, object and prefix of that time.",
    fix: "Take the change back, or run `covara gen --allow-destructive` to go on without the data.",
  },
  COV1614: {
    title: "Sharding changed",
    cause: "With another number of objects, keys belong to other objects than those that hold them.",
    fix: "Say with `reshardFrom` how many objects hold the data so far.",
  },
  COV1615: {
    title: "All stored data would be deleted",
    cause: "Without a store the Durable Object class goes, and with it all objects and what they hold.",
    fix: "Keep a store, or run `covara gen --allow-destructive`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
