/** What of a type cannot be read, and what to write instead. */
import type { ts } from "ts-morph";
import type { JsonShape, JsonTypeProblem } from "../../schema/json-shape.ts";
import { toPosition } from "./positions.ts";
import type { Typescript } from "./sources.ts";

/** Taken where a type cannot be read. */
export const anyJson: JsonShape = { type: "json" };

const SUPPORTED =
  "Use string, number, boolean, null, literals, arrays, tuples, unions, Record<string, T>, object types, and interfaces and type aliases of these from relative files.";

/** What to write instead of types that are often tried. */
const instead: Readonly<Record<string, string>> = {
  any: "Write `unknown` for any JSON.",
  object: "Write `Record<string, unknown>` for any object.",
  bigint: "Use `string`, and write the digits.",
  undefined: "JSON has no undefined: make the member optional with `?`, or use `null`.",
  Date: "Use `string`, and write the time as ISO 8601 text: JSON has no dates.",
  Map: "Use `Record<string, T>`: JSON has no maps.",
  Set: "Use an array: JSON has no sets.",
};

/** Collects the problems of one type argument. */
export class TypeProblems {
  readonly #ts: Typescript;
  readonly #folder: string;
  readonly #problems = new Map<ts.Node, JsonTypeProblem>();

  /** @param folder Absolute path of the folder that positions are relative to. */
  constructor(typescript: Typescript, folder: string) {
    this.#ts = typescript;
    this.#folder = folder;
  }

  get list(): readonly JsonTypeProblem[] {
    return [...this.#problems.values()];
  }

  /** Notes a type that is no JSON; returns what is taken in its place. */
  unsupported(node: ts.Node, message?: string, fix?: string): JsonShape {
    const [line = ""] = node.getText().split("\n");
    const text = line.length > 40 ? `${line.slice(0, 40)}…` : line;
    const name = this.#ts.isTypeReferenceNode(node) ? node.typeName.getText() : text;
    const advice = fix ?? (message === undefined && Object.hasOwn(instead, name) ? instead[name] : undefined);
    this.note(
      node,
      "unsupported",
      message ?? `\`${text}\` is not a type of JSON that can be checked.`,
      advice,
    );
    return anyJson;
  }

  /** Only the first problem of a place counts. */
  note(node: ts.Node, reason: JsonTypeProblem["reason"], message: string, fix = SUPPORTED): void {
    if (!this.#problems.has(node))
      this.#problems.set(node, { reason, message, fix, position: toPosition(node, this.#folder) });
  }
}
