import {
  type Command,
  describe,
  difference,
  isAdvance,
  type Pick,
  type Plain,
  type Reply,
  type Step,
  type StructureName,
  type Subject,
  startTime,
} from "./step.ts";

/** A step with what Redis replied. */
export type Recorded = { readonly step: Command; readonly reply: Reply } | { readonly step: Step };

/** Sequences of the commands of one structure, each of which starts with nothing. */
export interface Vectors {
  readonly redis: string;
  readonly structure: StructureName;
  readonly sequences: readonly (readonly Recorded[])[];
}

/** As it is written: milliseconds that pass; a command with an error; a command with its reply and what it chose from. */
type Entry =
  | number
  | readonly [command: string, args: readonly Plain[], error: string]
  | readonly [command: string, args: readonly Plain[], reply: readonly [Plain, Pick?]];

/** What JSON cannot write as a number. */
const numbers = new Map([
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
  ["NaN", Number.NaN],
]);

/** Vectors as lines of JSON: what they are of, then one sequence each. */
export function printVectors({ redis, structure, sequences }: Vectors): string {
  const lines = sequences.map((sequence) =>
    JSON.stringify(sequence.map(entry), (_name, value: unknown) => {
      if (typeof value !== "number") return value;
      const name = Object.is(value, -0) ? "-0" : String(value);
      return numbers.has(name) ? { $number: name } : value;
    }),
  );
  return `${[JSON.stringify({ redis, structure }), ...lines].join("\n")}\n`;
}

function entry(recorded: Recorded): Entry {
  if (!("reply" in recorded)) {
    if (isAdvance(recorded.step)) return recorded.step.advance;
    throw new Error(`${recorded.step.command} was recorded without a reply.`);
  }
  const { step, reply } = recorded;
  if (!reply.ok) return [step.command, step.args, reply.code];
  return [step.command, step.args, reply.pick === undefined ? [reply.value] : [reply.value, reply.pick]];
}

const revive = (_name: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "$number" in value
    ? numbers.get(String(value.$number))
    : value;

/** @param text What {@link printVectors} made. */
export function parseVectors(text: string): Vectors {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const { redis, structure } = JSON.parse(head) as { redis: string; structure: StructureName };
  const read = (written: Entry): Recorded => {
    if (typeof written === "number") return { step: { advance: written } };
    const [command, args, result] = written;
    const step = { store: structure, command, args };
    if (typeof result === "string") return { step, reply: { ok: false, code: result } };
    const [value, pick] = result;
    return { step, reply: pick === undefined ? { ok: true, value } : { ok: true, value, pick } };
  };
  return {
    redis,
    structure,
    sequences: lines.map((line) => (JSON.parse(line, revive) as Entry[]).map(read)),
  };
}

/**
 * Runs one sequence on a subject whose stores are empty.
 *
 * @throws Error with all steps so far, at the first reply that is not Redis's.
 */
export async function replay(sequence: readonly Recorded[], subject: Subject): Promise<void> {
  let now = startTime;
  await subject.setTime(now);
  const steps: Step[] = [];
  for (const recorded of sequence) {
    steps.push(recorded.step);
    if (isAdvance(recorded.step)) {
      now += recorded.step.advance;
      await subject.setTime(now);
    } else if ("reply" in recorded) {
      const reason = difference(recorded.step, recorded.reply, await subject.run(recorded.step));
      if (reason !== null) throw new Error(`A reply is not as Redis's:\n${describe(steps, reason)}`);
    }
  }
}
