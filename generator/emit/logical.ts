/** Conditions joined by `&&` and `||`, laid out as the formatter would. */
import { fits } from "./text.ts";

/** A condition: text, or several joined. */
export type Logical =
  | string
  /** Two or more, none of them joined by the same operator. */
  | { readonly operator: "&&" | "||"; readonly items: readonly Logical[] };

/** Conditions that all have to hold, or one of which has to. */
export function logical(operator: "&&" | "||", items: readonly Logical[]): Logical {
  const [first, ...others] = items;
  if (first !== undefined && others.length === 0) return first;
  const flat = items.flatMap((item) =>
    typeof item !== "string" && item.operator === operator ? item.items : [item],
  );
  return { operator, items: flat };
}

/** All on one line. */
export const inlineLogical = (value: Logical): string =>
  typeof value === "string" ? value : value.items.map(inlineItem).join(` ${value.operator} `);

const inlineItem = (item: Logical): string => (typeof item === "string" ? item : `(${inlineLogical(item)})`);

/**
 * On lines of its own, the second condition below the first.
 *
 * @param after What follows on the last line.
 */
export function layOutLogical(value: Logical, indent: string, after: string): string {
  const line = `${indent}${inlineLogical(value)}`;
  if (typeof value === "string" || fits(line + after)) return line;
  return broken(value, { before: indent, first: indent, rest: indent, after });
}

/** Where conditions stand that need a line each. */
interface Place {
  /** What stands on the line before the first. */
  readonly before: string;
  /** The indentation that the first belongs to. */
  readonly first: string;
  /** The indentation of the others. */
  readonly rest: string;
  /** What follows the last on its line. */
  readonly after: string;
}

function broken({ operator, items }: Exclude<Logical, string>, place: Place): string {
  return items
    .map((item, at) => {
      const isLast = at === items.length - 1;
      const start = at === 0 ? place.before : place.rest;
      const end = isLast ? "" : ` ${operator}`;
      const after = isLast ? place.after : end;
      const line = `${start}${inlineItem(item)}`;
      if (typeof item === "string" || fits(line + after)) return line + end;
      const level = at === 0 ? place.first : place.rest;
      const inner = { before: `${start}(`, first: level, rest: `${level}  `, after: `)${after}` };
      return `${broken(item, inner)})${end}`;
    })
    .join("\n");
}
