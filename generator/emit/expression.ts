/** Nested calls, laid out as the formatter would: on one line where they fit, else broken from the outside in. */
import { inlineLogical, type Logical, layOutLogical } from "./logical.ts";
import { fits, isName, isShorthand, propertyName } from "./text.ts";

/** Text that stays on one line, or a structure that can be broken. */
export type Expression =
  | string
  | { readonly type: "call"; readonly callee: string; readonly values: readonly Expression[] }
  | { readonly type: "array"; readonly items: readonly Expression[]; readonly filled: boolean }
  /** A function that returns what stands after its head. */
  | { readonly type: "arrow"; readonly head: string; readonly body: Logical }
  | { readonly type: "object"; readonly members: readonly (readonly [string, Expression])[] };

export const call = (callee: string, values: readonly Expression[]): Expression => ({
  type: "call",
  callee,
  values,
});

export const array = (items: readonly Expression[]): Expression => ({ type: "array", items, filled: false });

/** An array of literals. Numbers stand side by side on as many lines as they need. */
export const literalArray = (items: readonly string[]): Expression => ({
  type: "array",
  items,
  filled: items.every((item) => /^[-\d]/.test(item)),
});

export const arrow = (head: string, body: Logical): Expression => ({ type: "arrow", head, body });

export const object = (members: readonly (readonly [string, Expression])[]): Expression => ({
  type: "object",
  members,
});

/**
 * The expression with what stands around it.
 *
 * @param before What stands on the line before it, indentation included.
 * @param after What follows on its last line.
 */
export function layOut(before: string, value: Expression, after: string): string {
  const line = `${before}${inline(value)}${after}`;
  if (fits(line) && !isBroken(value)) return line;
  const indent = /^ */.exec(before)?.[0] ?? "";
  return `${before}${broken(value, indent, after)}${after}`;
}

/** Whether it has a list of objects with several members, which is never on one line. */
function isBroken(value: Expression): boolean {
  if (typeof value === "string") return false;
  switch (value.type) {
    case "array": {
      const { items } = value;
      return (items.length > 1 && items.every(hasSeveral)) || items.some(isBroken);
    }
    case "object":
      return value.members.some(([, member]) => isBroken(member));
    case "call":
      return value.values.some(isBroken);
    case "arrow":
      return false;
  }
}

const hasSeveral = (item: Expression): boolean =>
  typeof item !== "string" && item.type === "object" && item.members.length > 1;

/** The expression on one line, however long that is. */
export function inline(value: Expression): string {
  if (typeof value === "string") return value;
  switch (value.type) {
    case "call":
      return `${value.callee}(${value.values.map(inline).join(", ")})`;
    case "array":
      return `[${value.items.map(inline).join(", ")}]`;
    case "arrow":
      return `${value.head} ${inlineLogical(value.body)}`;
    case "object": {
      const members = value.members.map(([name, member]) =>
        isShorthand(name, member) ? name : `${propertyName(name)}: ${inline(member)}`,
      );
      return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
    }
  }
}

/** @param after What follows on the last line. */
function broken(value: Expression, indent: string, after = ""): string {
  if (typeof value === "string") return value;
  const inner = `${indent}  `;
  switch (value.type) {
    case "call": {
      const last = value.values.at(-1);
      const others = value.values.slice(0, -1);
      if (
        last !== undefined &&
        typeof last !== "string" &&
        (last.type === "array" || last.type === "object")
      ) {
        const lead = others.map((other) => `${inline(other)}, `).join("");
        return `${value.callee}(${lead}${broken(last, indent)})`;
      }
      if (value.values.length === 0) return inline(value);
      return `${value.callee}(\n${value.values.map((each) => `${layOut(inner, each, ",")}\n`).join("")}${indent})`;
    }
    case "array":
      if (value.items.length === 0) return "[]";
      return `[\n${value.filled ? fill(value.items.map(inline), inner) : value.items.map((item) => `${layOut(inner, item, ",")}\n`).join("")}${indent}]`;
    case "arrow":
      return `${value.head}\n${layOutLogical(value.body, inner, after)}`;
    case "object": {
      const members = value.members.map(([name, member]) =>
        isShorthand(name, member) ? `${inner}${name},` : memberLines(inner, propertyName(name), member),
      );
      return members.length === 0 ? "{}" : `{\n${members.join("\n")}\n${indent}}`;
    }
  }
}

/** A member of an object. A name that does not fit beside its key has a line of its own. */
function memberLines(indent: string, key: string, value: Expression): string {
  return typeof value === "string" && isName(value) && !fits(`${indent}${key}: ${value},`)
    ? `${indent}${key}:\n${indent}  ${value},`
    : layOut(`${indent}${key}: `, value, ",");
}

/** As many items on each line as fit. */
function fill(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const item of items) {
    const longer = line === indent ? `${indent}${item},` : `${line} ${item},`;
    if (line !== indent && !fits(longer)) {
      lines.push(line);
      line = `${indent}${item},`;
    } else line = longer;
  }
  return [...lines, line].map((each) => `${each}\n`).join("");
}
