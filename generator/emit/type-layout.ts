/** Types with type arguments, laid out as the formatter would: on one line where they fit, else one argument per line. */
import { fits } from "./text.ts";

/** Text that stays on one line, or a structure that can be broken. */
export type TypeExpression =
  | string
  | { readonly type: "generic"; readonly name: string; readonly values: readonly TypeExpression[] }
  | { readonly type: "union"; readonly members: readonly string[] };

export const generic = (name: string, ...values: readonly TypeExpression[]): TypeExpression => ({
  type: "generic",
  name,
  values,
});

export const union = (members: readonly string[]): TypeExpression => ({ type: "union", members });

function inline(value: TypeExpression): string {
  if (typeof value === "string") return value;
  return value.type === "union"
    ? value.members.join(" | ")
    : `${value.name}<${value.values.map(inline).join(", ")}>`;
}

/**
 * The type with what stands around it.
 *
 * @param before What stands on the line before it, indentation included.
 * @param after What follows on its last line.
 */
export function layOutType(before: string, value: TypeExpression, after: string): string {
  const line = `${before}${inline(value)}${after}`;
  if (typeof value === "string" || fits(line)) return line;
  const indent = /^ */.exec(before)?.[0] ?? "";
  if (value.type === "union") {
    return value.members
      .map((member, index) => `${index === 0 ? before : indent}| ${member}`)
      .join("\n")
      .concat(after);
  }
  const values = value.values.map((each, index) =>
    layOutType(`${indent}  `, each, index < value.values.length - 1 ? "," : ""),
  );
  return `${before}${value.name}<\n${values.join("\n")}\n${indent}>${after}`;
}
