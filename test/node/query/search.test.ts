/** Searches by their statement, on SQLite in the process. */
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../../runtime/http/problem.ts";
import { anyRow, type Scope, where } from "../../../runtime/query/scope.ts";
import { excerptHtml, newMarks } from "../../../runtime/query/search/highlight.ts";
import { searchSql } from "../../../runtime/query/search/sql.ts";
import { parseWords } from "../../../runtime/query/search/words.ts";
import type { Table } from "../../../runtime/query/table.ts";
import { History } from "../migrations/database.ts";
import { app, id, integer, table as resource, text } from "../migrations/models.ts";

const table: Table = {
  name: "todos",
  columns: { id: { sql: "id", kind: "text" }, title: { sql: "title", kind: "text" } },
  projection: "id, title",
  defaultLimit: 20,
  maxLimit: 100,
};
const search = { index: "[todos.search]", weights: { title: 10, notes: 1 } };
const fields = [id, text("title"), text("notes", { nullable: true }), integer("owner")];

interface Doc {
  readonly title: string;
  readonly notes: string | null;
  readonly owner: number;
}

/** A database with an index, whose rows are called 1, 2, … */
function open(docs: readonly Doc[]): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(new History().step(app(resource("todos", fields, { search: ["title", "notes"] }))) ?? "");
  const insert = database.prepare("INSERT INTO todos (id, title, notes, owner) VALUES (?, ?, ?, ?)");
  docs.forEach(({ title, notes, owner }, row) => {
    insert.run(String(row + 1).padStart(3, "0"), title, notes, owner);
  });
  return database;
}

interface Found {
  readonly total: number;
  readonly rows: readonly number[];
  readonly excerpts: readonly (readonly [title: string | null, notes: string | null])[];
}

function find(database: DatabaseSync, q: string, scope: Scope = anyRow, limit = 100, offset = 0): Found {
  const marks = newMarks();
  const values = [parseWords(q), ...scope.values, limit, offset] as (string | number)[];
  const results = database
    .prepare(searchSql(table, search, scope, values.length + 1))
    .all(...values, marks.open, marks.close);
  const rows = results.filter(({ id: found }) => found !== null);
  return {
    total: Number(results[0]?.$total),
    rows: rows.map((row) => Number(row.id)),
    excerpts: rows.map((row) => [excerptHtml(row.$0, marks), excerptHtml(row.$1, marks)]),
  };
}

const words = [
  ...["ship", "Ship", "SHIPS", "shi", "crème", "creme", "cre\u0301me", "Ünïcode", "unicode", "x1", "1", "12"],
  ...["AND", "OR", "NOT", "NEAR", "title", "rank", "row_id", "привет", "ПРИВЕТ", "日本語", "日本", "ß", "ı"],
];
const word = fc.constantFrom(...words);
/** What may stand between two words of a text. */
const gap = fc.constantFrom(
  " ",
  "  ",
  ", ",
  "-",
  ".",
  "; ",
  "\n",
  " (",
  ") ",
  '"',
  "'",
  "😀",
  "\u0001",
  "*",
  ":",
  "^",
);
const body = fc
  .array(fc.tuple(word, gap), { maxLength: 6 })
  .map((parts) => parts.map(([first, second]) => first + second).join(""));
const doc: fc.Arbitrary<Doc> = fc.record({
  title: body,
  notes: fc.option(body),
  owner: fc.constantFrom(1, 2),
});

interface Term {
  readonly words: readonly string[];
  readonly kind: "word" | "prefix" | "phrase" | "phrase prefix";
}
const term: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ words: fc.tuple(word), kind: fc.constantFrom("word", "prefix") }),
  fc.record({
    words: fc.array(word, { minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom("phrase", "phrase prefix"),
  }),
);

function written({ words: parts, kind }: Term): string {
  const plain = parts.join(" ");
  if (kind === "word" || kind === "prefix") return kind === "word" ? plain : `${plain}*`;
  return kind === "phrase" ? `"${plain}"` : `"${plain}"*`;
}

/** The words of a text, without case and diacritics: what unicode61 makes of it, told apart from how it does so. */
function tokens(from: string): string[] {
  const folded = from
    .normalize("NFD")
    .replaceAll(/[\u0300-\u0331]/g, "")
    .toLowerCase();
  return folded.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
}

function holds({ title, notes }: Doc, terms: readonly Term[]): boolean {
  return terms.every(({ words: parts, kind }, place) => {
    const wanted = parts.flatMap(tokens);
    const isOpen =
      kind === "prefix" || kind === "phrase prefix" || (kind === "word" && place === terms.length - 1);
    return [title, notes ?? ""].map(tokens).some((there) =>
      there.some((_, start) =>
        wanted.every((token, index) => {
          const candidate = there[start + index];
          const isLast = index === wanted.length - 1;
          return isLast && isOpen ? candidate?.startsWith(token) === true : candidate === token;
        }),
      ),
    );
  });
}

const terms = fc.array(term, { minLength: 1, maxLength: 4 });

describe("what is found", () => {
  test("is what a search by hand finds, whatever the words", () => {
    let [hits, misses] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(doc, { minLength: 1, maxLength: 8 }),
        terms,
        fc.constantFrom(" ", "  ", " - ", " ^ "),
        (docs, asked, between) => {
          const { rows, total } = find(open(docs), asked.map(written).join(between));
          const expected = docs.flatMap((each, row) => (holds(each, asked) ? [row + 1] : []));
          expect([...rows].sort((a, b) => a - b)).toEqual(expected);
          expect(total).toBe(expected.length);
          hits += expected.length;
          misses += docs.length - expected.length;
        },
      ),
      { numRuns: 400 },
    );
    // Both have to happen often, or the property would say little.
    expect(hits).toBeGreaterThan(50);
    expect(misses).toBeGreaterThan(50);
  });

  test("is highlighted in a field that holds one of the words, and only there", () => {
    fc.assert(
      fc.property(fc.array(doc, { minLength: 1, maxLength: 4 }), term, (docs, asked) => {
        const { rows, excerpts } = find(open(docs), written(asked));
        rows.forEach((row, place) => {
          const { title, notes, owner } = docs[row - 1] as Doc;
          const [inTitle, inNotes] = excerpts[place] ?? [];
          expect(inTitle !== null).toBe(holds({ title, notes: null, owner }, [asked]));
          expect(inNotes !== null).toBe(holds({ title: "", notes, owner }, [asked]));
        });
      }),
      { numRuns: 200 },
    );
  });

  test("comes page by page in one order, each row once, and only rows in scope", () => {
    fc.assert(
      fc.property(
        fc.array(doc, { minLength: 1, maxLength: 12 }),
        word,
        fc.integer({ min: 1, max: 4 }),
        (docs, asked, limit) => {
          const database = open(docs);
          const scope = where("owner = ?", 1);
          const all = find(database, asked, scope);
          const own = docs.flatMap((each, row) =>
            each.owner === 1 && holds(each, [{ words: [asked], kind: "word" }]) ? [row + 1] : [],
          );
          expect([...all.rows].sort((a, b) => a - b)).toEqual(own);
          const seen: number[] = [];
          for (let offset = 0; offset < docs.length + limit; offset += limit) {
            const page = find(database, asked, scope, limit, offset);
            expect(page.total).toBe(own.length);
            seen.push(...page.rows);
          }
          expect(seen).toEqual(all.rows);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("is never a failure of the database, whatever was typed", () => {
    const database = open([{ title: "ship it", notes: null, owner: 1 }]);
    const typed = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(..."\"*^:(){}+-'\\ ab AND NOT NEAR , \0\ud800"), maxLength: 30 }),
    );
    let found = 0;
    fc.assert(
      fc.property(typed, (q) => {
        try {
          find(database, q);
          found += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(200);
  });
});

test.each([
  ["ship it", `"ship" "it" *`],
  ["  ship   it  ", `"ship" "it" *`],
  ["ship it*", `"ship" "it*" *`],
  ["ship* it", `"ship*" * "it" *`],
  [`ship "it now"`, `"ship" "it now"`],
  [`ship "it now"*`, `"ship" "it now" *`],
  [`"it now`, `"it now"`],
  [`it"now"then`, `"it" "now" "then" *`],
  ["“it now” a", `"it now" "a" *`],
  ["a - b !", `"a" "b" *`],
  ["a OR b:c", `"a" "OR" "b:c" *`],
])("%s is read as %s", (q, match) => {
  expect(parseWords(q)).toBe(match);
});

test("the index leads to the rows, and each is looked up by its id", () => {
  const database = open([]);
  const plan = database
    .prepare(`EXPLAIN QUERY PLAN ${searchSql(table, search, where("owner = ?", 1), 5)}`)
    .all(parseWords("ship it"), 1, 20, 0, "[", "]")
    .map(({ detail }) => String(detail));
  const tables = plan.filter((line) => /todos/.test(line));
  expect(tables).toEqual([
    "SCAN todos.search VIRTUAL TABLE INDEX 0:M3",
    "SEARCH todos USING INDEX sqlite_autoindex_todos_1 (id=?)",
    "SEARCH todos USING INDEX sqlite_autoindex_todos_1 (id=?) LEFT-JOIN",
    "SCAN todos.search VIRTUAL TABLE INDEX 0:=M3",
    "SCAN todos.search VIRTUAL TABLE INDEX 0:=M3",
  ]);
});
