import { expect, test } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.ts";
import { renderDiagnostics, toJson } from "../../../generator/diagnostics/render.ts";

const at = { file: "covara.config.ts", line: 2, column: 2, length: 3 };
const diagnostic: Diagnostic = { code: "COV1002", severity: "error", message: "Bad.", position: at };
const show = (diagnostics: readonly Diagnostic[], text: string | null, color = false) =>
  renderDiagnostics(diagnostics, { color, readFile: () => text });

test("tabs and wide characters keep the caret under what it marks", () => {
  expect(show([diagnostic], "\n\tabc")).toContain("\n> 2 |     abc\n    |     ^^^\n");
  const wide = { ...diagnostic, position: { ...at, column: 3, length: 2 } };
  expect(show([wide], "\n日本ab")).toContain("\n> 2 | 日本ab\n    |     ^^\n");
});

test("a file that changed or vanished since gives no frame", () => {
  const bare = "covara.config.ts:2:2 error COV1002 Bad.\n  cause  ";
  expect(show([diagnostic], null).startsWith(bare)).toBe(true);
  expect(show([diagnostic], "one line").startsWith(bare)).toBe(true);
});

test("colour is written only when asked for", () => {
  expect(show([diagnostic], "\n abc")).not.toContain("\u001B");
  expect(show([diagnostic], "\n abc", true)).toContain("\u001B[31merror\u001B[0m");
});

test("a fix of the diagnostic's own replaces the general one, in text and in JSON", () => {
  const own: Diagnostic = { ...diagnostic, fix: "Do this.", path: ["name"] };
  expect(show([own], null)).toContain("  fix    Do this.\n");
  expect(toJson([own])).toEqual([
    {
      code: "COV1002",
      severity: "error",
      title: "Config cannot be parsed",
      message: "Bad.",
      cause: "The config, or a file that it imports, is not valid TypeScript.",
      fix: "Do this.",
      path: ["name"],
      position: at,
    },
  ]);
});
