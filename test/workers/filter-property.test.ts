import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { defineOperator, defineOperators } from "../../runtime/query/filter/custom.ts";
import { filterPredicate, filterSql, parseFilter, printFilter } from "../../runtime/query/filter/index.ts";
import { spellings } from "../../runtime/query/filter/operators.ts";
import { decodeRow, encodeValue, type Row, type Table } from "../../runtime/query/table.ts";

/** A column of every kind, nullable and not, and one whose name needs quotes. */
const table: Table = {
  name: "filtered",
  columns: {
    id: { sql: "id", kind: "text" },
    word: { sql: "word", kind: "text" },
    note: { sql: "[order]", kind: "text", nullable: true },
    size: { sql: "size", kind: "integer" },
    rank: { sql: "rank", kind: "integer", nullable: true },
    ratio: { sql: "ratio", kind: "number" },
    score: { sql: "score", kind: "number", nullable: true },
    open: { sql: "open", kind: "boolean" },
    seen: { sql: "seen", kind: "boolean", nullable: true },
    madeAt: { sql: "made_at", kind: "timestamp" },
    dueAt: { sql: "due_at", kind: "timestamp", nullable: true },
    color: { sql: "color", kind: "text", values: ["red", "Red", "it's", '"', ""] },
    shade: { sql: "shade", kind: "text", nullable: true, values: ["red", "green"] },
    data: { sql: "data", kind: "json", nullable: true },
  },
  operators: defineOperators({
    hasword: defineOperator({
      columns: ["text"],
      operand: "value",
      sql: (column, operand) => `instr(' ' || ${column} || ' ', ' ' || ${operand} || ' ') > 0`,
      test: (value, operand) => ` ${value} `.includes(` ${operand} `),
    }),
    longer: defineOperator({
      columns: ["text", "enum"],
      operand: "number",
      sql: (column, operand) => `length(${column}) > ${operand}`,
      test: (value, operand) => Array.from(value).length > operand,
    }),
    sameday: defineOperator({
      columns: ["timestamp"],
      operand: "value",
      sql: (column, operand) => `substr(${column}, 1, 10) = substr(${operand}, 1, 10)`,
      test: (value, operand) => value.slice(0, 10) === operand.slice(0, 10),
    }),
    // NULL where they are equal, and true for a column that is null unless that is looked at.
    differs: defineOperator({
      columns: ["boolean", "integer"],
      operand: "value",
      sql: (column, operand) => `nullif(${column}, ${operand}) = ${column} OR ${column} IS NULL`,
      test: (value, operand) => value !== operand,
    }),
  }),
  projection: `
    id, word, [order] AS "note", size, rank, ratio, score, open, seen, made_at AS "madeAt", due_at AS "dueAt",
    color, shade, data
  `,
  defaultLimit: 20,
  maxLimit: 100,
};

const texts = [
  "",
  " ",
  "a",
  "A",
  "ab",
  "aB",
  "AB",
  "aab",
  "abab",
  "b",
  "5",
  "5.0",
  "05",
  "true",
  "null",
  "%",
  "_",
  "a%b",
  "a_b",
  "*",
  "?",
  "[a]",
  "a*b",
  "a?[",
  "[*]?",
  "\u0001",
  "\u0001*\u0002",
  "\\",
  "\\\\",
  "\\%",
  "a\\b",
  '"',
  "'",
  "';--",
  "ä",
  "Ä",
  "ß",
  "\u212a", // The Kelvin sign, whose lower case is an ASCII letter.
  "ı",
  "e\u0301",
  "\uffee",
  "\ue000",
  "😀",
  "😀😀",
  "a😀b",
  "😁",
  "\n",
  "a\nb",
  "\ufeff",
  "\u2028",
  "$[0]",
  "1e3",
  "2026-01-01",
  "x".repeat(300),
];
const integers = [0, 1, -1, 5, 9, 10, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 31];
const numbers = [...integers, 0.1, 0.1 + 0.2, 0.3, -0.5, 1e-7, 1e21, 5e-324, 1.7976931348623157e308, 2 ** 53];
const times = [
  "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00.001Z",
  "2025-12-31T23:59:59.999Z",
  "0000-01-01T00:00:00.000Z",
  "9999-12-31T23:59:59.999Z",
  "2024-02-29T12:00:00.000Z",
];

const nullable = (column: string): boolean => table.columns[column]?.nullable === true;

/** Values of a column, mostly from a pool, so that rows and filters meet. */
function anyValue(column: string): fc.Arbitrary<unknown> {
  const { kind, values } = table.columns[column] ?? {};
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...texts) },
    { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(..."abAB%_*?[]\\\u0001😀ä"), maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }).filter((made) => !made.includes("\0")) },
  );
  if (values !== undefined) return fc.constantFrom(...values);
  if (kind === "integer") return fc.oneof(fc.constantFrom(...integers), fc.integer());
  if (kind === "number") {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    return fc.oneof(fc.constantFrom(...numbers), double);
  }
  if (kind === "boolean") return fc.boolean();
  if (kind === "timestamp") {
    return fc.oneof(
      fc.constantFrom(...times),
      fc
        .date({ min: new Date(times[3] ?? ""), max: new Date(times[4] ?? ""), noInvalidDate: true })
        .map((date) => date.toISOString()),
    );
  }
  if (kind === "json") return fc.constantFrom<unknown>([], {}, "", 0, false, "null");
  return text;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** A value as a filter spells it. */
const spelled = (column: string): fc.Arbitrary<string> =>
  anyValue(column).chain((value) => {
    if (typeof value !== "string") return fc.constant(String(value));
    const bare = /^[^\s"'()[\],;=!<>&|]+$/.test(value) && value !== "null";
    return bare ? fc.constantFrom(value, quoted(value)) : fc.constant(quoted(value));
  });

const patterns = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(..."aAbB%%%__*?[]\u0001\u0002ä😀"), maxLength: 7 }),
    fc
      .array(fc.constantFrom("%", "_", "\\%", "\\_", "\\\\", "a", "B", "*", "?", "[", "\\*", "😀"), {
        maxLength: 7,
      })
      .map((parts) => parts.join("")),
  )
  .map(quoted);

/** What can stand behind a spelling of an operator. */
function operandOf(spelling: string, column: string): fc.Arbitrary<string> {
  const value = spelled(column);
  const text = fc.oneof(
    spelled("word"),
    fc.string({ unit: fc.constantFrom(..."abAB%_😀"), maxLength: 3 }).map(quoted),
  );
  switch (spelling) {
    case "=in=":
    case "=out=":
      return fc.array(value, { maxLength: 5 }).map((items) => `(${items.join(",")})`);
    case "=between=":
    case "=nbetween=":
      return fc.tuple(value, value).map(([low, high]) => `[${low}, ${high}]`);
    case "=like=":
    case "=ilike=":
    case "%=":
      return patterns;
    case "=length=":
    case "=minlength=":
    case "=maxlength=":
      return fc.constantFrom("0", "1", "2", "3", "300");
    case "=longer=":
      return fc.constantFrom("0", "1", "2.5", "-1");
    case "=isnull=":
    case "=isempty=":
      return fc.constantFrom("true", "false");
    case "==":
    case "!=":
      return fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: fc.constant("null") });
    default:
      return /^=i?(contains|startswith|endswith|eq|ne)=$/.test(spelling) ? text : value;
  }
}

const allSpellings = [...spellings.keys(), ...(table.operators?.keys() ?? [])];

/** Every spelling with every column that it applies to, found by asking the parser. */
const pairs = Object.keys(table.columns).flatMap((column) =>
  allSpellings.flatMap((spelling) => {
    const [sample] = fc.sample(operandOf(spelling, column), { numRuns: 1, seed: 1 });
    try {
      parseFilter(table, `${column}${spelling}${sample}`);
      return [{ column, spelling }];
    } catch {
      return [];
    }
  }),
);

const comparison = fc
  .constantFrom(...pairs)
  .chain(({ column, spelling }) => operandOf(spelling, column).map((operand) => column + spelling + operand));

const filters: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    fc
      .tuple(tie("filter"), fc.constantFrom(" and ", ";", "&&"), tie("filter"))
      .map((parts) => parts.join("")),
    fc
      .tuple(tie("filter"), fc.constantFrom(" or ", ",", " || "), tie("filter"))
      .map((parts) => parts.join("")),
    tie("filter").map((filter) => `not(${filter})`),
    tie("filter").map((filter) => `( ${filter} )`),
  ),
})).filter;

let rows: Row[];

beforeAll(async () => {
  await env.DB.exec(
    "CREATE TABLE filtered (id TEXT PRIMARY KEY NOT NULL, word TEXT NOT NULL, [order] TEXT, size INTEGER NOT NULL, rank INTEGER, ratio REAL NOT NULL, score REAL, open INTEGER NOT NULL, seen INTEGER, made_at TEXT NOT NULL, due_at TEXT, color TEXT NOT NULL, shade TEXT, data TEXT) STRICT",
  );
  const columns = Object.keys(table.columns).filter((name) => name !== "id");
  const row = fc.tuple(
    ...columns.map((name) => (nullable(name) ? fc.option(anyValue(name), { freq: 3 }) : anyValue(name))),
  );
  const made = fc.sample(row, { numRuns: 150, seed: 7 });
  // Every text of the pool is there, in the column that can be null and the one that cannot.
  const all = [
    ...made,
    ...texts.flatMap((text, index) => {
      const base = made[index % made.length] ?? [];
      return [base.map((value, at) => (columns[at] === "word" || columns[at] === "note" ? text : value))];
    }),
  ];
  const sql = `INSERT INTO filtered VALUES (${Object.keys(table.columns)
    .map(() => "?")
    .join(", ")})`;
  await env.DB.batch(
    all.map((values, index) =>
      env.DB.prepare(sql).bind(
        String(index),
        ...values.map((value, at) => encodeValue(table.columns[columns[at] ?? ""]?.kind ?? "text", value)),
      ),
    ),
  );
  const stored = await env.DB.prepare(
    `SELECT ${table.projection} FROM filtered ORDER BY CAST(id AS INTEGER)`,
  ).all<Row>();
  rows = stored.results.map((each) => decodeRow(table, each));
  expect(rows.length).toBe(all.length);
});

const statement = (text: string): D1PreparedStatement => {
  const { sql, values } = filterSql(parseFilter(table, text), 1);
  return env.DB.prepare(`SELECT id FROM filtered WHERE ${sql}`).bind(...values);
};

const selected = ({ results }: D1Result<{ id: string }>): string[] =>
  results.map(({ id }) => id).sort((a, b) => Number(a) - Number(b));

const inMemory = (text: string): string[] =>
  rows.filter(filterPredicate(parseFilter(table, text))).map(({ id }) => String(id));

describe("contract 3.3: a filter gives the same rows in SQL and in memory", () => {
  test("every spelling applies to some column", () => {
    expect(new Set(pairs.map(({ spelling }) => spelling))).toEqual(new Set(allSpellings));
  });

  test.for(Object.keys(table.columns))("each operator of %s", async (name) => {
    for (const { column, spelling } of pairs.filter((pair) => pair.column === name)) {
      const texts = fc
        .sample(operandOf(spelling, column), { numRuns: 15, seed: 11 })
        .flatMap((operand) => [`${column}${spelling}${operand}`, `not(${column}${spelling}${operand})`]);
      const results = await env.DB.batch<{ id: string }>(texts.map(statement));
      results.forEach((result, index) => {
        const text = texts[index] ?? "";
        expect([text, selected(result)]).toEqual([text, inMemory(text)]);
      });
    }
  });

  test("whole filters, and what they print as", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(filters, { minLength: 15, maxLength: 15 }), async (texts) => {
        const results = await env.DB.batch<{ id: string }>(texts.map(statement));
        results.forEach((result, index) => {
          const text = texts[index] ?? "";
          expect(selected(result)).toEqual(inMemory(text));
          const printed = printFilter(parseFilter(table, text));
          expect(printFilter(parseFilter(table, printed))).toBe(printed);
          expect(inMemory(printed)).toEqual(inMemory(text));
        });
      }),
      { numRuns: 40 },
    );
  });
});
