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
  return fc.constantFrom<Encoding>("utf8", "latin1").chain((encoding) => {
    const texts = pools(encoding);
    const make = maker(structure);
    const { any, fill } = commands[structure](make, texts);
    const step = fc.oneof(
      { weight: 14, arbitrary: any },
      { weight: 3, arbitrary: keyCommands(make, texts) },
      { weight: 1, arbitrary: advance },
    );
    return fc.record({
      encoding: fc.constant(encoding),
      steps: fc
        .tuple(
          fc.tuple(...fill.map((command) => fc.option(command, { freq: 19 }))),
          fc.array(step, { minLength: 1, maxLength, size: "max" }),
        )
        .map(([first, rest]) => [...first.filter((command) => command !== null), ...rest]),
    });
  });
}
