/** Where the lines of `client.ts` break, as the formatter would break them. */
import { list } from "./text.ts";

const width = 110;

export interface GenericSignature {
  readonly name: string;
  /** A type parameter that ranges over the keys of a type, and is all of them by default. */
  readonly generic?: { readonly type: string; readonly keys: string };
  readonly parameters: readonly string[];
  readonly result: string;
}

/** A comment on a member: on one line if it fits, else one line for each sentence given. */
export function comment(sentences: readonly string[]): string[] {
  const line = `  /** ${sentences.join(" ")} */`;
  return line.length <= width
    ? [line]
    : ["  /**", ...sentences.map((sentence) => `   * ${sentence}`), "   */"];
}

/** A method of an interface. */
export function signature({ name, generic, parameters, result }: GenericSignature): string[] {
  const end = `: ${result};`;
  if (generic === undefined) return [list(`  ${name}`, "(", parameters, ")", end)];
  const keys = `keyof ${generic.keys} = keyof ${generic.keys}`;
  const head = `  ${name}<${generic.type} extends ${keys}>`;
  if (head.length < width) return [list(head, "(", parameters, ")", end)];
  const bound = `    ${generic.type} extends ${keys},`;
  return [
    `  ${name}<`,
    ...(bound.length <= width ? [bound] : [`    ${generic.type} extends`, `      ${keys},`]),
    list("  >", "(", parameters, ")", end),
  ];
}

/** A member of an interface whose type has arguments. */
export function typedMember(name: string, type: string, types: readonly string[]): string[] {
  const line = `  readonly ${name}: ${type}<${types.join(", ")}>;`;
  if (line.length <= width) return [line];
  const typeLines = types.map((each, index) => `    ${each}${index < types.length - 1 ? "," : ""}`);
  return [`  readonly ${name}: ${type}<`, ...typeLines, "  >;"];
}

/** A call with type arguments, spread into the object of a resource. */
export function instantiation(name: string, types: readonly string[], values: readonly string[]): string[] {
  const head = types.length === 0 ? `      ...${name}` : `      ...${name}<${types.join(", ")}>`;
  if (head.length < width) return [list(head, "(", values, ")", ",")];
  const typeLines = types.map((type, index) => `        ${type}${index < types.length - 1 ? "," : ""}`);
  return [`      ...${name}<`, ...typeLines, list("      >", "(", values, ")", ",")];
}

/** The type of an ordering: all keys of a row but those excluded. */
export function orderType(name: string, orderBy: string, row: string, excluded: readonly string[]): string[] {
  const start = `export type ${name} = ${orderBy}<`;
  const fields = excluded.length === 0 ? `keyof ${row}` : `Exclude<keyof ${row}, ${excluded.join(" | ")}>`;
  if (`${start}${fields}>;`.length <= width) return [`${start}${fields}>;`];
  if (fields.length + 2 <= width) return [start, `  ${fields}`, ">;"];
  const union = `    ${excluded.join(" | ")}`;
  return [
    start,
    "  Exclude<",
    `    keyof ${row},`,
    ...(union.length <= width ? [union] : excluded.map((field) => `    | ${field}`)),
    "  >",
    ">;",
  ];
}
