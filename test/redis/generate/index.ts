import fc from "fast-check";
import type { Step, StructureName } from "../../kv/step.ts";
import type { Encoding } from "../adapter/session.ts";
import { hashCommands, listCommands, setCommands } from "./collections.ts";
import { keyCommands } from "./keys.ts";
import { advance, type Commands, type Make, maker, type Pools, pools } from "./pools.ts";
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

/** Sequences of the commands of one structure, those that every structure has, and the clock. */
export function sequences(structure: StructureName, maxLength: number): fc.Arbitrary<Sequence> {
  const sequence = (encoding: Encoding, own: number, keys: number): fc.Arbitrary<Sequence> => {
    const texts = pools(encoding);
    const make = maker(structure);
    const { any, fill } = commands[structure](make, texts);
    const step = fc.oneof(
      { weight: own, arbitrary: any },
      { weight: keys, arbitrary: keyCommands(make, texts) },
      { weight: 1, arbitrary: advance },
    );
    const first = fc.tuple(...fill.map((command) => fc.option(command, { freq: 19 })));
    const rest = fc.array(step, { minLength: 1, maxLength, size: "max" });
    return fc.tuple(first, rest).map(([given, steps]) => ({
      encoding,
      steps: [...given.filter((command) => command !== null), ...steps],
    }));
  };
  return fc.oneof(
    { weight: 2, arbitrary: sequence("utf8", 14, 3) },
    { weight: 1, arbitrary: sequence("latin1", 14, 3) },
    // Mostly commands about keys, their expiry and patterns.
    { weight: 1, arbitrary: sequence("latin1", 3, 8) },
  );
}
