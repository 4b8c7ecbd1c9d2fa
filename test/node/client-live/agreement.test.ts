import fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "../../../runtime/client/live/fields.ts";
import { matcher } from "../../../runtime/client/live/matches.ts";
import { comparator, compareText } from "../../../runtime/client/live/order.ts";
import { sortedRows } from "../../../runtime/client/live/rows.ts";
import { filterOf } from "../../../runtime/client/where.ts";
import { filterPredicate, parseFilter } from "../../../runtime/query/filter/index.ts";
import type { Filterable } from "../../../runtime/query/filter/parse.ts";
import { compareText as compareOnServer } from "../../../runtime/query/filter/text.ts";

const table: Filterable = {
  columns: {
    id: { sql: "id", kind: "text" },
    title: { sql: "title", kind: "text", nullable: true },
    done: { sql: "done", kind: "boolean" },
    estimate: { sql: "estimate", kind: "number", nullable: true },
    dueAt: { sql: "due_at", kind: "timestamp", nullable: true },
  },
};

const words = ["", "a", "A", "é", "É", "😀", "\uFFFD", "%", "_", "\\", "(", "a.b", "ab", "\n", "null"];
const text = fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((all) => all.join(""));
const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 10);
const moment = fc.constantFrom(
  ...["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-06-01T12:00:00.5Z"],
);
const stored = (given: string): string => new Date(given).toISOString();
const time = fc.oneof(
  moment,
  moment.map((given) => new Date(given)),
);
/** Without a lone `\` at the end, which is no pattern. */
const pattern = text.map((given) => (/(^|[^\\])(\\\\)*\\$/.test(given) ? `${given}\\` : given));

const pair = <T>(value: fc.Arbitrary<T>) => fc.tuple(value, value);
/** Two of these at most: all together never hold. */
const some = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc
    .uniqueArray(fc.constantFrom(...Object.keys(members)), { maxLength: 2 })
    .chain((names) =>
      fc.record(Object.fromEntries(names.map((name) => [name, members[name] ?? fc.constant(null)]))),
    );
const equality = (value: fc.Arbitrary<unknown>) => ({
  ...{ eq: fc.option(value), ne: fc.option(value), isNull: fc.boolean() },
  ...{ in: fc.array(value, { maxLength: 3 }), notIn: fc.array(value, { maxLength: 3 }) },
});
const order = (value: fc.Arbitrary<unknown>) => ({
  ...{ gt: value, gte: value, lt: value, lte: value, between: pair(value), notBetween: pair(value) },
});
const count = fc.nat({ max: 4 });
const condition = some({
  title: fc.oneof(
    fc.option(text),
    some({
      ...equality(text),
      ...order(text),
      ...{
        contains: text,
        startsWith: text,
        endsWith: text,
        iContains: text,
        iStartsWith: text,
        iEndsWith: text,
      },
      ...{ iEq: text, iNe: text, like: pattern, iLike: pattern },
      ...{ length: count, minLength: count, maxLength: count, isEmpty: fc.boolean() },
    }),
  ),
  done: fc.oneof(fc.boolean(), some({ eq: fc.boolean(), ne: fc.boolean() })),
  estimate: fc.oneof(fc.option(number), some({ ...equality(number), ...order(number) })),
  dueAt: fc.oneof(fc.option(time), some({ ...equality(time), ...order(time) })),
});
const { where } = fc.letrec<{ where: object }>((tie) => ({
  where: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    condition,
    fc.record({ and: fc.array(tie("where"), { maxLength: 2 }) }),
    fc.record({ or: fc.array(tie("where"), { maxLength: 2 }) }),
    fc.record({ not: tie("where") }),
  ),
}));
const row = fc.record({
  id: fc.uuid(),
  title: fc.option(text),
  done: fc.boolean(),
  estimate: fc.option(number),
  dueAt: fc.option(moment.map(stored)),
});

test("conditions mean to the client what the filter that it sends means to the server", () => {
  let met = 0;
  fc.assert(
    fc.property(where, fc.array(row, { minLength: 1, maxLength: 5 }), (conditions, rows) => {
      const filter = filterOf({ where: conditions });
      const onServer = filter === undefined ? () => true : filterPredicate(parseFilter(table, filter));
      const onClient = matcher(conditions, ["dueAt"], () => undefined);
      for (const each of rows) {
        expect(onClient(each), `${filter} of ${JSON.stringify(each)}`).toBe(onServer(each));
        met += Number(onServer(each));
      }
    }),
    { numRuns: 3_000 },
  );
  expect(met).toBeGreaterThan(1_000);
});

test("a condition without a value, or with an operator that there is none of, is an error", () => {
  expect(() => matcher({ title: undefined }, [], () => undefined)).toThrow("where.title is undefined");
  expect(() => matcher({ title: { eq: undefined } }, [], () => undefined)).toThrow(
    "where.title.eq is undefined",
  );
  expect(() => matcher({ title: { toString: "a" } }, [], () => undefined)).toThrow("no operator toString");
});

test("texts are ordered as on the server", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(compareOnServer(a, b)));
    }),
  );
});

test("rows are ordered by each field in turn, nulls last in both directions, and by id in the end", () => {
  const compare = comparator(["-estimate", "done", "title"], () => undefined);
  const key = (each: { estimate: number | null; done: boolean; title: string | null; id: string }) => [
    ...[
      each.estimate === null ? 1 : 0,
      -(each.estimate ?? 0),
      Number(each.done),
      each.title === null ? 1 : 0,
    ],
  ];
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ({ id }) => id }), (rows) => {
      const sorted = rows.toSorted(compare);
      for (const [index, after] of sorted.entries()) {
        const before = sorted[index - 1];
        if (before === undefined) continue;
        const [x, y] = [key(before), key(after)];
        const differs = x.findIndex((value, place) => value !== y[place]);
        if (differs >= 0) expect(x[differs]).toBeLessThan(y[differs] ?? Number.NaN);
        else {
          const texts = compareText(before.title ?? "", after.title ?? "");
          expect(texts < 0 || (texts === 0 && before.id < after.id)).toBe(true);
        }
      }
    }),
  );
});

test("rows stay in order whatever changes, and the place of a change is told", () => {
  const compare = comparator(["estimate"], () => undefined);
  const change = fc.tuple(fc.nat({ max: 12 }), fc.option(number, { freq: 3 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const rows = sortedRows(compare);
      const expected = new Map<string, { id: string; estimate: number }>();
      for (const [place, estimate] of changes) {
        const id = `row ${place}`;
        const before = rows.first(Number.POSITIVE_INFINITY);
        if (estimate === null) expected.delete(id);
        else expected.set(id, { id, estimate });
        const at = rows.set(id, expected.get(id) ?? null);
        const after = rows.first(Number.POSITIVE_INFINITY);
        expect(after).toEqual([...expected.values()].sort(compare));
        const length = Math.max(before.length, after.length);
        const first = Array.from({ length }, (_, index) => before[index] !== after[index]).indexOf(true);
        expect(at).toBe(first < 0 ? Number.POSITIVE_INFINITY : first);
      }
    }),
  );
});

test("new ids are UUIDs of version 7, in the order of time", () => {
  const ids = Array.from({ length: 100 }, newId);
  for (const id of ids)
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(new Set(ids).size).toBe(100);
  const times = ids.map((id) => id.slice(0, 13));
  expect(times).toEqual(times.toSorted());
});
