/** Where the lines of `client.ts` break, as the formatter would break them. */
import { list } from "./text.ts";

const width = 110;

/** The type parameters of a method. */
export interface Generic {
  /** One that ranges over the keys of a type, and is all of them by default. */
  readonly type: string;
  readonly keys: string;
  /** Further ones, with what stands behind `extends`. */
  readonly others?: readonly { readonly name: string; readonly rest: string }[];
}

/** A type: text that stays on one line, or a name with arguments. */
export type TypeText = string | { readonly name: string; readonly types: readonly TypeText[] };

export interface GenericSignature {
  readonly name: string;
  readonly generic?: Generic;
  readonly parameters: readonly string[];
  readonly result: TypeText;
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
  if (generic === undefined) return parenthesized(`  ${name}`, parameters, result);
  const keys = { name: generic.type, rest: `keyof ${generic.keys} = keyof ${generic.keys}` };
  const bounds = [keys, ...(generic.others ?? [])];
  const head = `  ${name}<${bounds.map((bound) => `${bound.name} extends ${bound.rest}`).join(", ")}>`;
  if (head.length < width) return parenthesized(head, parameters, result);
  return [
    `  ${name}<`,
    ...bounds.flatMap((bound) => {
      const line = `    ${bound.name} extends ${bound.rest},`;
      return line.length <= width ? [line] : [`    ${bound.name} extends`, `      ${bound.rest},`];
    }),
    ...parenthesized("  >", parameters, result),
  ];
}

/** Parameters and result, behind the head of a method. */
function parenthesized(head: string, parameters: readonly string[], result: TypeText): string[] {
  const line = `${head}(${parameters.join(", ")}): ${typeLine(result)};`;
  if (line.length <= width) return [line];
  // Options that do not fit are parted where their types are joined.
  const lines = parameters.map((each) =>
    `    ${each},`.length <= width ? each : each.replaceAll(" & ", " &\n      "),
  );
  return [`${head}(`, ...lines.map((each) => `    ${each},`), ...typeLines("  ): ", result, ";")];
}

const typeLine = (type: TypeText): string =>
  typeof type === "string" ? type : `${type.name}<${type.types.map(typeLine).join(", ")}>`;

/** A type with what stands around it: broken from the outside in where it does not fit. */
function typeLines(before: string, type: TypeText, after: string): string[] {
  const line = `${before}${typeLine(type)}${after}`;
  if (typeof type === "string" || line.length <= width) return [line];
  const pad = /^ */.exec(before)?.[0] ?? "";
  return [
    `${before}${type.name}<`,
    ...type.types.flatMap((each, index) =>
      typeLines(`${pad}  `, each, index < type.types.length - 1 ? "," : ""),
    ),
    `${pad}>${after}`,
  ];
}

/** A member of an interface whose type has arguments. */
export function typedMember(name: string, type: string, types: readonly string[]): string[] {
  const line = `  readonly ${name}: ${type}<${types.join(", ")}>;`;
  if (line.length <= width || types.length === 1) return [line];
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

/** A type that is one of some texts. */
export function fieldUnion(name: string, values: readonly string[]): string[] {
  const line = `export type ${name} = ${values.join(" | ")};`;
  if (line.length <= width) return [line];
  const bar = values.length > 1 ? "| " : "";
  const lines = values.map((value, index) => `  ${bar}${value}${index < values.length - 1 ? "" : ";"}`);
  return [`export type ${name} =`, ...lines];
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
