import fc from "fast-check";
import type { Step, StructureName } from "../../kv/step.ts";
import type { Encoding } from "../adapter/session.ts";
import { hashCommands, listCommands, setCommands } from "./collections.ts";
import { keyCommands } from "./keys.ts";
import { advance, type Commands, largePools, type Make, maker, type Pools, pools } from "./pools.ts";
import { sortedSetCommands } from "./sorted-set.ts";
import { counterCommands, stringCommands } from "./values.ts";

/** Random steps, all from one set of texts. */
export interface Sequence {
  readonly encoding: Encoding;
  readonly steps: readonly Step[];
}

const commands: Readonly<Record<StructureName, (make: Make, pools: Pools) => Commands>> = {
  string: stringCommands,
  counter: counterCommands,
  hash: hashCommands,
  set: setCommands,
  list: listCommands,
  sortedSet: sortedSetCommands,
};

/** How a sequence is made. */
interface Recipe {
  readonly structure: StructureName;
  readonly encoding: Encoding;
  readonly pools: Pools;
  readonly maxLength: number;
  /** How often commands of the structure come, and how often those of every structure. */
  readonly weights: { readonly own: number; readonly keys: number };
}

function sequence({ structure, encoding, pools, maxLength, weights }: Recipe): fc.Arbitrary<Sequence> {
  const make = maker(structure);
  const { any, fill } = commands[structure](make, pools);
  const step = fc.oneof(
    { weight: weights.own, arbitrary: any },
    { weight: weights.keys, arbitrary: keyCommands(make, pools) },
    { weight: 1, arbitrary: advance },
  );
  const first = fc.tuple(...fill.map((command) => fc.option(command, { freq: 19 })));
  const rest = fc.array(step, { minLength: 1, maxLength, size: "max" });
  return fc.tuple(first, rest).map(([given, steps]) => ({
    encoding,
    steps: [...given.filter((command) => command !== null), ...steps],
  }));
}

const usual = { own: 14, keys: 3 };
/** Mostly commands about keys, their expiry and patterns. */
const aboutKeys = { own: 3, keys: 8 };

/** Sequences of the commands of one structure, those that every structure has, and the clock. */
export function sequences(structure: StructureName, maxLength: number): fc.Arbitrary<Sequence> {
  const of = (encoding: Encoding, weights: Recipe["weights"]) =>
    sequence({ structure, maxLength, encoding, pools: pools(encoding), weights });
  return fc.oneof(
    { weight: 2, arbitrary: of("utf8", usual) },
    { weight: 1, arbitrary: of("latin1", usual) },
    { weight: 1, arbitrary: of("latin1", aboutKeys) },
  );
}

/** The same with hundreds or thousands of members under a key, where other code runs than with few. */
export const largeSequences = (structure: StructureName, maxLength: number): fc.Arbitrary<Sequence> =>
  fc
    .constantFrom(70, 300, 5_000)
    .chain((size) =>
      sequence({ structure, maxLength, encoding: "utf8", pools: largePools("utf8", size), weights: usual }),
    );
