/** Random requests over random rows, answered by SQLite and, from the definition, in memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { measureNames, parseAggregate } from "../../../../runtime/query/aggregate/parse.ts";
import { filterPredicate } from "../../../../runtime/query/filter/index.ts";
import { anyRow, where } from "../../../../runtime/query/scope.ts";
import type { Row } from "../../../../runtime/query/table.ts";
import { sample, table } from "./table.ts";

const max = Number.MAX_SAFE_INTEGER;
const texts = [
  "",
  "a",
  "A",
  "b",
  "null",
  "ä",
  "e\u0301",
  "\ufeff",
  "\uffee",
  "😀",
  "😁",
  '"',
  "'",
  "5",
  "05",
  "\n",
];
const text = fc.constantFrom(...texts);
const integer = fc.oneof(
  fc.constantFrom(0, 1, -1, max, -max, max - 1, 2 ** 31),
  fc.integer({ min: -3, max: 3 }),
);
/** Eighths, of which every sum is exact, in any order. */
const eighths = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 2 });

const rows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record<Row>({
      word: text,
      note: nullable(text),
      size: integer,
      rank: nullable(integer),
      ratio: eighths,
      score: nullable(eighths),
      open: fc.boolean(),
      seen: nullable(fc.boolean()),
      dueAt: nullable(fc.constantFrom("2026-01-01T00:00:00.000Z", "2025-12-31T23:59:59.999Z")),
      color: fc.constantFrom("red", "green"),
      ownerId: fc.constantFrom("ann", "bob"),
      count: nullable(integer),
      sum: nullable(eighths),
    }),
    { maxLength: 40 },
  )
  .map((made) => made.map((row, index) => ({ id: String(index), ...row, data: null })));

const numeric = ["size", "rank", "ratio", "score", "count", "sum"];
const ordered = [...numeric, "id", "word", "note", "dueAt", "color", "ownerId"];
const grouping = Object.keys(table.columns).filter((name) => name !== "data" && name !== "id");
const some = (names: readonly string[], most: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant("") },
    {
      weight: 2,
      arbitrary: fc.subarray([...names], { minLength: 1, maxLength: most }).map((list) => list.join(",")),
    },
  );

interface Query {
  readonly groupBy: string;
  readonly count: string;
  readonly sum: string;
  readonly avg: string;
  readonly min: string;
  readonly max: string;
  readonly filter: string;
  readonly having: string;
}

/** The names that having may use, and an operand that makes sense for them. */
function havingTerms(query: Query): fc.Arbitrary<string>[] {
  const comparison = fc.constantFrom("==", "!=", ">", ">=", "<", "<=");
  const nulls = fc.constantFrom("==null", "!=null", "=isnull=true");
  const number = fc.oneof(integer, eighths).map(String);
  const quoted = text.map((value) => JSON.stringify(value));
  const between = (operand: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom("=between=", "=nbetween="), operand, operand)
      .map(([op, low, high]) => `${op}[${low},${high}]`);
  const compared = (operand: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.oneof(
      fc.tuple(comparison, operand).map((parts) => parts.join("")),
      between(operand),
      nulls,
    );
  const names: [string, fc.Arbitrary<string>][] =
    query.count === "true"
      ? [
          [
            "count",
            fc.tuple(comparison, fc.integer({ min: 0, max: 4 }).map(String)).map((parts) => parts.join("")),
          ],
        ]
      : [];
  for (const measure of measureNames) {
    for (const name of query[measure] === "" ? [] : query[measure].split(",")) {
      const column = table.columns[name];
      const whole = (measure === "min" || measure === "max") && column?.kind === "integer";
      const operation =
        column?.values !== undefined
          ? fc.constantFrom("==red", "!=red", "=in=(red,green)", "==null")
          : column?.kind === "timestamp"
            ? compared(fc.constantFrom("2026-01-01", "2025-12-31T23:59:59.999Z"))
            : column?.kind === "text"
              ? compared(quoted.filter((value) => !value.includes("\\n")))
              : compared(whole ? integer.map(String) : number);
      names.push([`${measure}.${name}`, operation]);
    }
  }
  return names.map(([name, operation]) => operation.map((rest) => name + rest));
}

const joined = (terms: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  terms.length === 0
    ? fc.constant("")
    : fc.letrec<{ having: string }>((tie) => ({
        having: fc.oneof(
          { maxDepth: 3, withCrossShrink: true },
          fc.oneof(...terms),
          fc
            .tuple(tie("having"), fc.constantFrom(";", ",", " and ", " or "), tie("having"))
            .map((parts) => parts.join("")),
          tie("having").map((inner) => `not(${inner})`),
          tie("having").map((inner) => `(${inner})`),
        ),
      })).having;

const queries: fc.Arbitrary<Query> = fc
  .record({
    groupBy: some(grouping, 3),
    count: fc.constantFrom("", "true"),
    sum: some(numeric, 3),
    avg: some(numeric, 3),
    min: some(ordered, 3),
    max: some(ordered, 3),
    filter: fc.constantFrom("", "", "open==true", "rank!=null,size>0", "not(note>a)", 'word=in=("a","😀",A)'),
    having: fc.constant(""),
  })
  .filter(({ count, sum, avg, min, max: most }) => `${count}${sum}${avg}${min}${most}` !== "")
  .chain((query) =>
    fc
      .tuple(fc.boolean(), joined(havingTerms(query)))
      .map(([limited, having]) => (limited ? { ...query, having } : query)),
  );

const points = (value: string): number[] => Array.from(value, (character) => character.codePointAt(0) ?? 0);

/** Orders values as the answer does, by another way than the code does it. */
function order(a: unknown, b: unknown): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a !== "string" || typeof b !== "string") return Number(a) - Number(b);
  const [left, right] = [points(a), points(b)];
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at] ?? 0) - (right[at] ?? -1);
}

function measureOf(
  measure: (typeof measureNames)[number],
  name: string,
  values: readonly unknown[],
): unknown {
  if (values.length === 0) return null;
  const sorted = values.toSorted(order);
  if (measure === "min") return sorted[0];
  if (measure === "max") return sorted.at(-1);
  const numbers = values.map(Number);
  const sum =
    table.columns[name]?.kind === "integer"
      ? Number(numbers.reduce((total, value) => total + BigInt(value), 0n))
      : numbers.reduce((total, value) => total + value, 0);
  return measure === "sum" ? sum : sum / values.length;
}

const list = (names: string): string[] => (names === "" ? [] : names.split(","));

/** The answer by its definition. */
function inMemory(all: readonly Row[], query: Query): unknown {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
  const { filter, having } = parseAggregate(table, given);
  const chosen = filter === null ? all : all.filter(filterPredicate(filter));
  const keys = list(query.groupBy);
  const groups = new Map<string, Row[]>(keys.length === 0 ? [["[]", []]] : []);
  for (const row of chosen) {
    const key = JSON.stringify(keys.map((name) => row[name]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const holds = having === null ? () => true : filterPredicate(having);
  const made = [...groups.values()].flatMap((members) => {
    const key = Object.fromEntries(keys.map((name) => [name, members[0]?.[name]]));
    const flat: Row = query.count === "true" ? { count: members.length } : {};
    const measures = measureNames.flatMap((measure) => {
      const names = list(query[measure]);
      if (names.length === 0) return [];
      const values = names.map((name) => {
        const value = measureOf(
          measure,
          name,
          members.map((row) => row[name]).filter((value) => value !== null),
        );
        flat[`${measure}.${name}`] = value;
        return [name, value] as const;
      });
      return [[measure, Object.fromEntries(values)] as const];
    });
    if (!holds(flat)) return [];
    return [
      { key, ...(query.count === "true" ? { count: members.length } : {}), ...Object.fromEntries(measures) },
    ];
  });
  return {
    groups: made.toSorted((a, b) => {
      const difference = keys.map((name) => order(a.key[name], b.key[name])).find((value) => value !== 0);
      return difference ?? 0;
    }),
  };
}

test("contract 3: SQLite and memory give the same groups", async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(queries, { minLength: 8, maxLength: 8 }),
      fc.boolean(),
      async (all, asked, scoped) => {
        const { aggregate } = sample(all);
        const scope = scoped ? where("owner_id = ?", "ann") : anyRow;
        const seen = scoped ? all.filter(({ ownerId }) => ownerId === "ann") : all;
        for (const query of asked) {
          const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
          const answer = await aggregate(given, scope);
          // As JSON, where -0 is 0.
          const [got, wanted] = [answer, inMemory(seen, query)].map((value) =>
            JSON.parse(JSON.stringify(value)),
          );
          expect({ query, answer: got }).toEqual({ query, answer: wanted });
        }
      },
    ),
    { numRuns: 150 },
  );
});
