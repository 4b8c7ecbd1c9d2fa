import {
  describe,
  difference,
  type Plain,
  type Step,
  type StructureName,
  type Subject,
  startTime,
} from "../step.ts";

/** What a command is expected to fail with. */
export class Fails {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

/** An error with one of our codes; `ARGUMENT` is any that speaks of an argument. */
export const fails = (code = "ARGUMENT"): Fails => new Fails(code);

/** A command with its arguments and reply, or milliseconds that pass. */
export type Line = number | readonly [command: string, args: readonly Plain[], reply: Plain | Fails];

/** Cases by their names, which begin with the section of the contract and the command. */
export type Cases = Readonly<Record<string, readonly Line[]>>;

/** The cases of one structure. */
export interface Suite {
  readonly structure: StructureName;
  /** What Redis does too. */
  readonly same: Cases;
  /** What is ours alone: each has its row in `docs/kv-differences.md`. */
  readonly ours: Cases;
}

/**
 * Runs one case on a subject whose stores are empty.
 *
 * @throws Error with all steps so far, at the first reply that is not the expected one.
 */
export async function runCase(store: StructureName, lines: readonly Line[], subject: Subject): Promise<void> {
  let now = startTime;
  await subject.setTime(now);
  const steps: Step[] = [];
  for (const line of lines) {
    if (typeof line === "number") {
      now += line;
      steps.push({ advance: line });
      await subject.setTime(now);
      continue;
    }
    const [command, args, expected] = line;
    const step = { store, command, args };
    steps.push(step);
    const actual = await subject.run(step);
    const reason =
      expected instanceof Fails
        ? difference(step, { ok: false, code: expected.code }, actual)
        : difference(step, { ok: true, value: expected }, actual);
    if (reason !== null) throw new Error(`${reason}:\n${describe(steps, reason)}`);
  }
}
