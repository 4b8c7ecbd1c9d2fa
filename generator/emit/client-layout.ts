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

/** A type: text that stays on one line, a name with arguments, or types that are joined. */
export type TypeText =
  | string
  | { readonly name: string; readonly types: readonly TypeText[] }
  | { readonly sign: "&" | "|"; readonly types: readonly TypeText[] };

/** A name with arguments. */
export const applied = (name: string, ...types: readonly TypeText[]): TypeText => ({ name, types });

/** A parameter of a method: text that stays on one line, or a name with its colon and a type. */
export type ParameterText = string | { readonly name: string; readonly type: TypeText };

export interface GenericSignature {
  readonly name: string;
  readonly generic?: Generic;
  readonly parameters: readonly ParameterText[];
  readonly result: TypeText;
}

/** A comment on a member: on one line if it fits, else one line for each sentence given. */
export function comment(sentences: readonly string[], pad = "  "): string[] {
  const line = `${pad}/** ${sentences.join(" ")} */`;
  return line.length <= width
    ? [line]
    : [`${pad}/**`, ...sentences.map((sentence) => `${pad} * ${sentence}`), `${pad} */`];
}

/** A method of an interface under a comment, which starts with the route. */
export const call = (sentences: readonly string[], declared: GenericSignature): string[] => [
  ...comment(sentences),
  ...signature(declared),
];

/** A function under a comment, up to the brace of its body. */
export const functionHead = (sentences: readonly string[], declared: GenericSignature): string[] => [
  ...comment(sentences, ""),
  ...signature({ ...declared, name: `export function ${declared.name}` }, { pad: "", end: " {" }),
];

/** What stands around the lines of a signature. */
interface Frame {
  readonly pad: string;
  readonly end: string;
}

const ofMember: Frame = { pad: "  ", end: ";" };

/** A method of an interface. */
export function signature(
  { name, generic, parameters, result }: GenericSignature,
  frame: Frame = ofMember,
): string[] {
  const { pad } = frame;
  if (generic === undefined) return parenthesized(`${pad}${name}`, parameters, result, frame);
  const keys = { name: generic.type, rest: `keyof ${generic.keys} = keyof ${generic.keys}` };
  const bounds = [keys, ...(generic.others ?? [])];
  const head = `${pad}${name}<${bounds.map((bound) => `${bound.name} extends ${bound.rest}`).join(", ")}>`;
  if (head.length < width) return parenthesized(head, parameters, result, frame);
  return [
    `${pad}${name}<`,
    ...bounds.flatMap((bound) => {
      const line = `${pad}  ${bound.name} extends ${bound.rest},`;
      return line.length <= width ? [line] : [`${pad}  ${bound.name} extends`, `${pad}    ${bound.rest},`];
    }),
    ...parenthesized(`${pad}>`, parameters, result, frame),
  ];
}

/** Parameters and result, behind the head of a method. */
function parenthesized(
  head: string,
  parameters: readonly ParameterText[],
  result: TypeText,
  { pad, end }: Frame,
): string[] {
  const texts = parameters.map((each) =>
    typeof each === "string" ? each : `${each.name} ${typeLine(each.type)}`,
  );
  const line = `${head}(${texts.join(", ")}): ${typeLine(result)}${end}`;
  if (line.length <= width) return [line];
  const lines = parameters.flatMap((each) =>
    typeof each === "string" ? [`${pad}  ${each},`] : typeLines(`${pad}  ${each.name} `, each.type, ","),
  );
  return [`${head}(`, ...lines, ...typeLines(`${pad}): `, result, end)];
}

function typeLine(type: TypeText): string {
  if (typeof type === "string") return type;
  const types = type.types.map(typeLine);
  return "sign" in type ? types.join(` ${type.sign} `) : `${type.name}<${types.join(", ")}>`;
}

/** A type with what stands around it: broken from the outside in where it does not fit. */
function typeLines(before: string, type: TypeText, after: string): string[] {
  const line = `${before}${typeLine(type)}${after}`;
  if (typeof type === "string" || line.length <= width) return [line];
  const pad = /^ */.exec(before)?.[0] ?? "";
  const last = type.types.length - 1;
  if (!("sign" in type)) {
    const lines = type.types.flatMap((each, index) => typeLines(`${pad}  `, each, index < last ? "," : ""));
    return [`${before}${type.name}<`, ...lines, `${pad}>${after}`];
  }
  if (type.sign === "|") {
    // As an argument it has lines of its own already.
    const isAlone = before.trim() === "";
    const lines = type.types.flatMap((each, index) =>
      typeLines(isAlone ? `${pad}| ` : `${pad}  | `, each, index < last ? "" : after),
    );
    return isAlone ? lines : [before.trimEnd(), ...lines];
  }
  return type.types.flatMap((each, index) =>
    typeLines(index === 0 ? before : `${pad}  `, each, index < last ? " &" : after),
  );
}

/** A member of an interface whose type has arguments. */
export const typedMember = (name: string, type: string, types: readonly string[]): string[] =>
  types.length === 1
    ? [`  readonly ${name}: ${type}<${types.join(", ")}>;`]
    : typeLines(`  readonly ${name}: `, { name: type, types }, ";");

/** A line that declares a type member, with its type below it where that does not fit. */
export const optionalMember = (name: string, type: TypeText): string[] =>
  typeLines(`  ${name}?: `, type, ";");

/** The first line of an interface that extends others, which go below it where they do not fit. */
export function interfaceHead(name: string, bases: readonly string[]): string[] {
  const line = `export interface ${name} extends ${bases.join(", ")} {`;
  if (line.length <= width) return [line];
  const lines = bases.map((base, index) => (index < bases.length - 1 ? `${base},` : `${base} {`));
  return [
    `export interface ${name}`,
    `  extends ${lines[0]}`,
    ...lines.slice(1).map((base) => `    ${base}`),
  ];
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
