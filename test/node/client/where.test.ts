import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filterOf } from "../../../runtime/client/index.ts";
import { filterPredicate, parseFilter } from "../../../runtime/query/filter/index.ts";
import type { Filterable } from "../../../runtime/query/filter/parse.ts";
import { codePoints, compareText, foldAscii } from "../../../runtime/query/filter/text.ts";

const table: Filterable = {
  columns: {
    id: { sql: "id", kind: "text" },
    title: { sql: "title", kind: "text" },
    notes: { sql: "notes", kind: "text", nullable: true },
    done: { sql: "done", kind: "boolean" },
    priority: { sql: "priority", kind: "integer" },
    estimate: { sql: "estimate", kind: "number", nullable: true },
    dueAt: { sql: "due_at", kind: "timestamp", nullable: true },
    color: { sql: "color", kind: "text", values: ["red", 'light "blue"', "null", "a,b"] },
    labels: { sql: "labels", kind: "json", nullable: true },
  },
};

const text = (where: object): string | undefined => filterOf({ where });

describe("contract 7: where as the server's filter (contract 3.3)", () => {
  test.for<[object, string | undefined]>([
    [{}, undefined],
    [{ done: false, priority: { gte: 2 } }, "done==false;priority>=2"],
    [{ title: 'say "hi" \\o/' }, 'title=="say \\"hi\\" \\\\o/"'],
    [{ title: "5", notes: null }, 'title=="5";notes==null'],
    [{ notes: { ne: null, iContains: "x" } }, 'notes!=null;notes=icontains="x"'],
    [{ dueAt: { lt: new Date(0), isNull: false } }, 'dueAt<"1970-01-01T00:00:00.000Z";dueAt=isnull=false'],
    [{ priority: { in: [1, 2], notIn: [] } }, "priority=in=(1,2);priority=out=()"],
    [
      { estimate: { between: [1, 2], notBetween: [-1, 1e21] } },
      "estimate=between=[1,2];estimate=nbetween=[-1,1e+21]",
    ],
    [
      { title: { length: 3, minLength: 1, maxLength: 9, isEmpty: false } },
      "title=length=3;title=minlength=1;title=maxlength=9;title=isempty=false",
    ],
    [
      { title: { startsWith: "a", endsWith: "b", iStartsWith: "c", iEndsWith: "d" } },
      'title=startswith="a";title=endswith="b";title=istartswith="c";title=iendswith="d"',
    ],
    [
      { title: { iEq: "a", iNe: "b", like: "100\\%", iLike: "_" } },
      'title=ieq="a";title=ine="b";title=like="100\\\\%";title=ilike="_"',
    ],
    // Joined, with no more parentheses than are needed.
    [{ or: [{ done: true }, { title: "a", priority: 1 }] }, 'done==true,title=="a";priority==1'],
    [{ done: true, or: [{ title: "a" }, { title: "b" }] }, 'done==true;(title=="a",title=="b")'],
    [
      { and: [{ or: [{ done: true }, { done: false }] }, { not: { done: true } }] },
      "(done==true,done==false);not(done==true)",
    ],
    [
      { or: [{ or: [{ done: true }, { done: false }] }, { priority: 1 }] },
      "done==true,done==false,priority==1",
    ],
    [{ not: { or: [{ done: true }, { priority: 1 }] } }, "not(done==true,priority==1)"],
    // What always or never holds.
    [{ and: [] }, undefined],
    [{ or: [] }, "id=in=()"],
    [{ not: {} }, "id=in=()"],
    [{ not: { or: [] } }, undefined],
    [{ done: true, or: [{}, { title: "a" }] }, "done==true"],
    [{ done: true, or: [{ or: [] }, { title: "a" }] }, 'done==true;title=="a"'],
    [{ done: {}, priority: 1 }, "priority==1"],
  ])("%j", ([where, expected]) => {
    expect(text(where)).toBe(expected);
    if (expected !== undefined) parseFilter(table, expected);
  });

  test("a text beside it, which holds too", () => {
    expect(filterOf({ filter: "a==1,b==2" })).toBe("a==1,b==2");
    expect(filterOf({ filter: "a==1,b==2", where: {} })).toBe("a==1,b==2");
    expect(filterOf({ filter: "a==1,b==2", where: { c: 3 } })).toBe("(a==1,b==2);c==3");
    expect(filterOf({ filter: "a==1", where: { or: [{ c: 3 }, { d: 4 }] } })).toBe("(a==1);(c==3,d==4)");
    expect(filterOf({ filter: "a==1", where: { or: [] } })).toBe("(a==1);id=in=()");
    // Refused by the server.
    expect(filterOf({ filter: "" })).toBe("");
  });

  test.for<[object, string]>([
    [{ done: undefined }, "where.done is undefined"],
    [{ title: { contains: undefined } }, "where.title.contains is undefined"],
    [
      { or: [{ done: true }, { priority: { in: [1, undefined] } }] },
      "where.or[1].priority.in[1] is undefined",
    ],
    [{ not: undefined }, "where.not is undefined"],
    [{ or: undefined }, "where.or is undefined"],
    [{ estimate: Number.NaN }, "where.estimate is NaN"],
    [{ estimate: { lt: Number.POSITIVE_INFINITY } }, "where.estimate.lt is Infinity"],
  ])("%j has no value, and never means more rows than one with it", ([where, message]) => {
    expect(() => text(where)).toThrow(TypeError);
    expect(() => text(where)).toThrow(message);
  });

  test("it holds for the rows that it says, whatever the texts", () => {
    fc.assert(
      fc.property(condition(3), fc.array(row, { minLength: 1, maxLength: 8 }), ({ where, holds }, rows) => {
        const filter = text(where);
        fc.pre(
          filter === undefined || (filter.length <= 4096 && (filter.match(/[=<>]/g)?.length ?? 0) <= 100),
        );
        const predicate = filter === undefined ? () => true : filterPredicate(parseFilter(table, filter));
        for (const each of rows) expect(predicate(each), filter).toBe(holds(each));
      }),
      { numRuns: 2_000 },
    );
  });
});

type Row = Record<string, string | number | boolean | null>;

/** Conditions, and what they mean. */
interface Condition {
  readonly where: object;
  readonly holds: (row: Row) => boolean;
}

/** Texts that look like something else, and any others that can be stored. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      '"',
      "\\",
      '\\"',
      '"\\',
      "a)b",
      "(",
      ",",
      ";",
      "null",
      "true",
      "5",
      "1e3",
      "and",
      "not(",
      "==",
    ],
    ...[
      "a",
      "A",
      "ab",
      "é",
      "😀",
      "\u{ffff}",
      "%",
      "_",
      "'",
      "\n",
      "id=in=()",
      '");done==true',
      "2026-01-01",
    ],
  ),
  fc
    .string({ unit: "binary", maxLength: 6 })
    .filter((value) => value.isWellFormed() && !value.includes("\0")),
);
const moment = fc.integer({ min: 0, max: 4e12 }).map((time) => new Date(time));
const color = fc.constantFrom("red", 'light "blue"', "null", "a,b");
const integer = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger());
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 3 });

const row: fc.Arbitrary<Row> = fc.record({
  id: hostile,
  title: hostile,
  notes: nullable(hostile),
  done: fc.boolean(),
  priority: integer,
  // Zero has one form on the server.
  estimate: nullable(number.map((value) => value + 0)),
  dueAt: nullable(moment.map((time) => time.toISOString())),
  color,
  labels: nullable(fc.constant("[]")),
});

const plain = (value: unknown): string | number | boolean | null =>
  value instanceof Date ? value.toISOString() : (value as string | number | boolean | null);
const order = (a: unknown, b: unknown): number =>
  typeof a === "string" && typeof b === "string" ? compareText(a, b) : Number(a) - Number(b);

/** One operator on a field: its operand and whether it holds for a value. */
function operators<T>(
  values: fc.Arbitrary<T>,
  isOrdered: boolean,
): Record<string, [fc.Arbitrary<unknown>, (value: unknown, operand: never) => boolean]> {
  const equal = (value: unknown, operand: T): boolean => value !== null && value === plain(operand);
  const compared = (holds: (difference: number) => boolean) => (value: unknown, operand: T) =>
    value !== null && holds(order(value, plain(operand)));
  const within = (value: unknown, [low, high]: [T, T]): boolean =>
    value !== null && order(value, plain(low)) >= 0 && order(value, plain(high)) <= 0;
  const all = fc.array(values, { maxLength: 3 });
  return {
    eq: [values, equal],
    ne: [values, (value, operand: T) => !equal(value, operand)],
    in: [all, (value, operand: T[]) => operand.some((each) => equal(value, each))],
    notIn: [all, (value, operand: T[]) => !operand.some((each) => equal(value, each))],
    ...(isOrdered && {
      gt: [values, compared((difference) => difference > 0)],
      gte: [values, compared((difference) => difference >= 0)],
      lt: [values, compared((difference) => difference < 0)],
      lte: [values, compared((difference) => difference <= 0)],
      between: [fc.tuple(values, values), within],
      notBetween: [fc.tuple(values, values), (value, operand: [T, T]) => !within(value, operand)],
    }),
  };
}

const textual = (holds: (value: string, operand: string) => boolean, fold = false) =>
  [
    hostile,
    (value: unknown, operand: string) =>
      typeof value === "string" &&
      (fold ? holds(foldAscii(value), foldAscii(operand)) : holds(value, operand)),
  ] as [fc.Arbitrary<unknown>, (value: unknown, operand: never) => boolean];

const measured = (holds: (length: number, operand: number) => boolean) =>
  [
    fc.nat(6),
    (value: unknown, operand: number) => typeof value === "string" && holds(codePoints(value), operand),
  ] as [fc.Arbitrary<unknown>, (value: unknown, operand: never) => boolean];

const texts = {
  ...operators(hostile, true),
  contains: textual((value, operand) => value.includes(operand)),
  startsWith: textual((value, operand) => value.startsWith(operand)),
  endsWith: textual((value, operand) => value.endsWith(operand)),
  iContains: textual((value, operand) => value.includes(operand), true),
  iStartsWith: textual((value, operand) => value.startsWith(operand), true),
  iEndsWith: textual((value, operand) => value.endsWith(operand), true),
  iEq: textual((value, operand) => value === operand, true),
  length: measured((length, operand) => length === operand),
  minLength: measured((length, operand) => length >= operand),
  maxLength: measured((length, operand) => length <= operand),
};
const isNull: ReturnType<typeof operators> = {
  isNull: [fc.boolean(), (value, operand: boolean) => (value === null) === operand],
};

const fields: [string, ReturnType<typeof operators>, fc.Arbitrary<unknown> | null][] = [
  ["title", texts, hostile],
  ["notes", { ...texts, ...isNull }, nullable(hostile)],
  ["done", operators(fc.boolean(), false), fc.boolean()],
  ["priority", operators(integer, true), integer],
  ["estimate", { ...operators(number, true), ...isNull }, nullable(number)],
  ["dueAt", { ...operators(moment, true), ...isNull }, nullable(moment)],
  ["color", operators(color, false), color],
  ["labels", isNull, fc.constant(null)],
];

const onField: fc.Arbitrary<Condition> = fc.oneof(
  ...fields.flatMap(([name, all, values]) => [
    ...(values === null
      ? []
      : [
          values.map(
            (value): Condition => ({
              where: { [name]: value },
              holds: (each) => each[name] === plain(typeof value === "number" ? value + 0 : value),
            }),
          ),
        ]),
    ...Object.entries(all).map(([operator, [operands, holds]]) =>
      operands.map(
        (operand): Condition => ({
          where: { [name]: { [operator]: operand } },
          holds: (each) => holds(each[name], operand as never),
        }),
      ),
    ),
  ]),
);

function condition(depth: number): fc.Arbitrary<Condition> {
  if (depth === 0) return onField;
  const inner = condition(depth - 1);
  const several = fc.array(inner, { maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: onField },
    {
      weight: 1,
      arbitrary: several.map((parts) => ({
        where: { and: parts.map(({ where }) => where) },
        holds: (each: Row) => parts.every(({ holds }) => holds(each)),
      })),
    },
    {
      weight: 1,
      arbitrary: several.map((parts) => ({
        where: { or: parts.map(({ where }) => where) },
        holds: (each: Row) => parts.some(({ holds }) => holds(each)),
      })),
    },
    {
      weight: 1,
      arbitrary: inner.map(({ where, holds }) => ({
        where: { not: where },
        holds: (each: Row) => !holds(each),
      })),
    },
    {
      weight: 1,
      // Members of one object all have to hold.
      arbitrary: fc.tuple(onField, several, inner).map(([own, parts, other]) => ({
        where: { ...own.where, or: parts.map(({ where }) => where), not: other.where },
        holds: (each: Row) => own.holds(each) && parts.some(({ holds }) => holds(each)) && !other.holds(each),
      })),
    },
  );
}
