import fc from "fast-check";
import { expect, test } from "vitest";
import { foldSql } from "../../../generator/migrations/sql.ts";

const words = fc.array(
  fc.oneof(
    fc.stringMatching(/^[a-z(),=]{1,40}$/),
    fc.string({ maxLength: 60 }).map((text) => `'${text.replaceAll("'", "''")}'`),
    fc.string({ maxLength: 60 }).map((name) => `f("${name.replaceAll('"', '""')}"),`),
  ),
  { minLength: 1, maxLength: 60 },
);

test("lines break at blanks between words, and nowhere else", () => {
  fc.assert(
    fc.property(words, (parts) => {
      const folded = foldSql(parts.join(" "), "  ");
      // What is in quotes may have line breaks of its own.
      let rest = folded;
      for (const [index, part] of parts.entries()) {
        const gap = index === 0 ? /^ {2}/ : /^(?: |\n {4})/;
        expect(rest).toMatch(gap);
        rest = rest.replace(gap, "");
        expect(rest.startsWith(part)).toBe(true);
        rest = rest.slice(part.length);
      }
      expect(rest).toBe("");
    }),
  );
});

test("lines are as long as they may be", () => {
  const lines = foldSql(Array(100).fill("word").join(" "), "").split("\n");
  expect(lines.map(({ length }) => length)).toEqual([109, 106, 106, 106, 76]);
  expect(foldSql("short and 'long  text'", "  ")).toBe("  short and 'long  text'");
});
