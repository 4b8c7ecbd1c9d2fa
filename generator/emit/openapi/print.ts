/** JSON as text, in the layout that the formatter leaves alone. */
import type { Json } from "../../../schema/data.ts";
import { fits } from "../text.ts";

/** The text of a file: two spaces for each level, one member of an object on each line, short lists on one. */
export const printJson = (value: Json): string => `${print(value, "", "", "")}\n`;

/**
 * @param indent White space before the line that the value starts on.
 * @param before What stands on that line before it.
 * @param after What follows it on its last line.
 */
function print(value: Json, indent: string, before: string, after: string): string {
  if (Array.isArray(value)) return printArray(value, indent, before, after);
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    const inner = `${indent}  `;
    const lines = entries.map(([key, item], index) => {
      const name = `${JSON.stringify(key)}: `;
      const comma = index < entries.length - 1 ? "," : "";
      return `${inner}${name}${print(item, inner, name, comma)}${comma}`;
    });
    return `{\n${lines.join("\n")}\n${indent}}`;
  }
  return JSON.stringify(value);
}

function printArray(items: readonly Json[], indent: string, before: string, after: string): string {
  const line = breaks(items) ? null : inline(items);
  if (line !== null && fits(indent + before + line + after)) return line;
  const inner = `${indent}  `;
  const last = items.length - 1;
  const texts = items.map((item, index) => {
    const comma = index < last ? "," : "";
    return print(item, inner, "", comma) + comma;
  });
  return `[\n${items.every(isNumber) ? fill(texts, inner) : texts.map((text) => inner + text).join("\n")}\n${indent}]`;
}

const isNumber = (value: Json): boolean => typeof value === "number";

/** Numbers, as many on a line as fit. */
function fill(texts: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const text of texts) {
    const longer = `${lines.at(-1)} ${text}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(indent + text);
  }
  return lines.join("\n");
}

/** Whether it has several lines, however short it is: where it holds an object, or lists of several items only. */
const breaks = (items: readonly Json[]): boolean =>
  items.some((item) =>
    Array.isArray(item)
      ? breaks(item)
      : item !== null && typeof item === "object" && Object.keys(item).length > 0,
  ) ||
  (items.length > 1 && items.every((item) => Array.isArray(item) && item.length > 1));

const inline = (value: Json): string =>
  Array.isArray(value) ? `[${value.map(inline).join(", ")}]` : JSON.stringify(value);
