import type { ts } from "ts-morph";
import type { Typescript } from "./sources.ts";

/** The text of the doc comment before a declaration, lines parted by `\n`, or null. */
export function docOf(typescript: Typescript, node: ts.Node): string | null {
  const last = typescript.getJSDocCommentsAndTags(node).findLast(typescript.isJSDoc)?.getText();
  if (last === undefined) return null;
  const lines = last
    .slice(3, -2)
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  return lines.join("\n").trim() || null;
}
