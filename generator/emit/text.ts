/** How values are written into emitted TypeScript, in the form that the formatter leaves alone. */

const width = 110;

/** A string literal, in the quotes that need fewer escapes. */
export function quote(text: string): string {
  const json = JSON.stringify(text);
  const double = /[\u2028\u2029]/.test(json)
    ? json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
    : json;
  if (!text.includes('"')) return double;
  const count = (mark: string): number => text.split(mark).length - 1;
  if (count('"') <= count("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A whole number with its thousands set apart. */
export const numeral = (value: number): string => value.toLocaleString("en-US").replaceAll(",", "_");

/** Whether a text is a name as the language has them. */
export const isName = (text: string): boolean => /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(text);

/** A property name, quoted only where it has to be. */
export const propertyName = (name: string): string => (isName(name) ? name : quote(name));

/** Whether an object may have a member by its name alone: the value is a variable of that name. */
export const isShorthand = (name: string, value: unknown): boolean =>
  name === value && !["null", "true", "false"].includes(name);

/** Access to a property by name. */
export const property = (object: string, name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `${object}.${name}` : `${object}[${quote(name)}]`;

/** Text inside a template literal. */
export const inTemplate = (text: string): string => text.replace(/[`\\]|\$\{/g, "\\$&");

/** Whether a line is short enough for the formatter to leave it. */
export const fits = (line: string): boolean => line.length <= width;

/**
 * Items between brackets: on one line if it fits, else one per line with a trailing comma.
 *
 * @param before What stands on the line before the bracket, indentation included.
 */
export function list(
  before: string,
  open: string,
  items: readonly string[],
  close: string,
  after = "",
): string {
  const pad = open === "{ " || open === "{" ? " " : "";
  const bracket = open.trim();
  const line = `${before}${bracket}${items.length === 0 ? "" : pad}${items.join(", ")}${items.length === 0 ? "" : pad}${close}${after}`;
  if (line.length <= width && !items.some((item) => item.includes("\n"))) return line;
  const indent = /^ */.exec(before)?.[0] ?? "";
  return `${before}${bracket}\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}${close}${after}`;
}

/** A JSON value as an expression. */
export function expression(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) => `${propertyName(key)}: ${expression(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

/** An arrow function that returns a conditional: on one line if it fits, and in parentheses only there. */
export const arrow = (head: string, body: string): string[] =>
  fits(`${head} (${body});`) ? [`${head} (${body});`] : [head, `  ${body};`];

/** One call of a method chain: its text and whether the formatter counts its arguments as simple. */
export interface ChainCall {
  readonly text: string;
  readonly simple: boolean;
  /** The call up to its last argument, an object, and that object's one property: where a lone call breaks. */
  readonly options?: readonly [string, string];
  /** The type argument of a call without values: where a lone call breaks. */
  readonly type?: string;
}

/** A chain of calls as an object's member: broken before each dot where the formatter would. */
export function chain(before: string, head: ChainCall, calls: readonly ChainCall[]): string {
  const line = `${before}${head.text}${calls.map(({ text }) => text).join("")},`;
  const [only] = calls;
  if (calls.length === 1 && only?.options !== undefined && !fits(line)) {
    const pad = /^ */.exec(before)?.[0] ?? "";
    const [open = "", option = ""] = only.options;
    return `${before}${head.text}${open}{\n${pad}  ${option},\n${pad}}),`;
  }
  if (calls.length === 1 && only?.type !== undefined && !fits(line)) {
    const pad = /^ */.exec(before)?.[0] ?? "";
    return `${before}${head.text}${only.text.slice(0, only.text.indexOf("<") + 1)}\n${pad}  ${only.type}\n${pad}>(),`;
  }
  const complex = calls.length >= 2 && [head, ...calls].some(({ simple }) => !simple);
  if (!complex && fits(line)) return line;
  const pad = /^ */.exec(before)?.[0] ?? "";
  return `${before}${head.text}\n${calls.map(({ text }) => `${pad}  ${text}`).join("\n")},`;
}

/** The name of a type with its article: `a Todo`, `an Author`. */
export const aType = (name: string): string => `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
