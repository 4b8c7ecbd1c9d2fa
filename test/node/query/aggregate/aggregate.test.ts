import { describe, expect, test } from "vitest";
import { Problem } from "../../../../runtime/http/problem.ts";
import { parseAggregate } from "../../../../runtime/query/aggregate/parse.ts";
import { aggregateStatement } from "../../../../runtime/query/aggregate/sql.ts";
import { anyRow, noRow, type Scope, where } from "../../../../runtime/query/scope.ts";
import { sample, table } from "./table.ts";

const max = Number.MAX_SAFE_INTEGER;

const { aggregate } = sample([
  { word: "a", open: true, size: 1, rank: 3, ratio: 0.5, dueAt: "2026-01-01T00:00:00.000Z", color: "green" },
  { word: "b", open: true, size: 2, rank: null, ratio: 1.5, dueAt: null, seen: true },
  { word: "é", open: false, size: 5, rank: -1, ratio: -1, note: "x", seen: false, ownerId: "bob" },
  { word: "😀", open: false, size: 5, rank: null, ratio: 0, note: "y", ownerId: "bob" },
]);

describe("contract 3: aggregates", () => {
  test("all rows are one group where nothing says how to group them", async () => {
    expect(await aggregate({ count: "true" })).toEqual({ groups: [{ key: {}, count: 4 }] });
    expect(
      await aggregate({ sum: "size,ratio", avg: "rank", min: "word,dueAt,color", max: "word, rank" }),
    ).toEqual({
      groups: [
        {
          key: {},
          sum: { size: 13, ratio: 1 },
          avg: { rank: 1 },
          min: { word: "a", dueAt: "2026-01-01T00:00:00.000Z", color: "green" },
          max: { word: "😀", rank: 3 },
        },
      ],
    });
  });

  test("of no rows, that group has the count 0 and no values", async () => {
    const nothing = { count: 0, sum: { size: null, ratio: null }, min: { word: null } };
    const asked = { count: "true", sum: "size,ratio", min: "word" };
    expect(await aggregate({ ...asked, filter: "word==none" })).toEqual({
      groups: [{ key: {}, ...nothing }],
    });
    expect(await aggregate(asked, noRow)).toEqual({ groups: [{ key: {}, ...nothing }] });
    expect(await aggregate({ ...asked, groupBy: "word" }, noRow)).toEqual({ groups: [] });
  });

  test("the rows of a group agree in all fields grouped by, and null is a value of its own, the last", async () => {
    expect(await aggregate({ groupBy: "seen,open", count: "true", sum: "rank" })).toEqual({
      groups: [
        { key: { seen: false, open: false }, count: 1, sum: { rank: -1 } },
        { key: { seen: true, open: true }, count: 1, sum: { rank: null } },
        { key: { seen: null, open: false }, count: 1, sum: { rank: null } },
        { key: { seen: null, open: true }, count: 1, sum: { rank: 3 } },
      ],
    });
    expect(await aggregate({ groupBy: "color,size", max: "size" })).toEqual({
      groups: [
        { key: { color: "green", size: 1 }, max: { size: 1 } },
        { key: { color: "red", size: 2 }, max: { size: 2 } },
        { key: { color: "red", size: 5 }, max: { size: 5 } },
      ],
    });
  });

  test("filter and scope choose the rows", async () => {
    const bob = where("owner_id = ?", "bob");
    expect(await aggregate({ count: "true", filter: "size>=2" }, bob)).toEqual({
      groups: [{ key: {}, count: 2 }],
    });
    expect(
      await aggregate({ groupBy: "ownerId", count: "true", filter: "size>=2", having: "count>=2" }),
    ).toEqual({
      groups: [{ key: { ownerId: "bob" }, count: 2 }],
    });
    expect(
      await aggregate({ groupBy: "ownerId", count: "true", filter: "ownerId==ann", having: "count>=0" }, bob),
    ).toEqual({ groups: [] });
  });

  test("fields may be named like aggregates", async () => {
    const { aggregate } = sample([{ count: 2, sum: 0.5 }, { count: 2 }]);
    expect(
      await aggregate({
        groupBy: "count",
        count: "true",
        sum: "count,sum",
        having: "count==2;sum.count==4;sum.sum==0.5",
      }),
    ).toEqual({ groups: [{ key: { count: 2 }, count: 2, sum: { count: 4, sum: 0.5 } }] });
  });
});

describe("having", () => {
  const words = async (having: string): Promise<unknown[]> => {
    const answer = await aggregate({
      groupBy: "word",
      count: "true",
      sum: "ratio,rank",
      avg: "size",
      min: "dueAt,color,note",
      max: "size",
      having,
    });
    return (answer as { groups: { key: { word: string } }[] }).groups.map(({ key }) => key.word);
  };

  test.for<[string, string[]]>([
    ["count>=1", ["a", "b", "é", "😀"]],
    ["count!=1", []],
    ["count=in=(1,2);sum.ratio>0", ["a", "b"]],
    ["sum.ratio==1.5,sum.ratio=lt=0", ["b", "é"]],
    ["sum.ratio=between=[0,1]", ["a", "😀"]],
    ["sum.ratio=nbetween=[0,1]", ["b", "é"]],
    ["avg.size>=2 and avg.size<5", ["b"]],
    ["max.size == 5", ["é", "😀"]],
    ['min.dueAt>="2026-01-01T00:00:00Z"', ["a"]],
    ["min.dueAt>2026-01-01", []],
    ["min.dueAt==null", ["b", "é", "😀"]],
    ["min.color==green", ["a"]],
    ["min.color=out=(green)", ["b", "é", "😀"]],
    ["min.note=startswith=x", ["é"]],
    // A group without values meets a condition or its negation, like a row.
    ["sum.rank>0", ["a"]],
    ["not(sum.rank>0)", ["b", "é", "😀"]],
    ["sum.rank=isnull=true", ["b", "😀"]],
    ["not(not(sum.rank!=null))", ["a", "é"]],
    ["(sum.rank>0,sum.rank<0);not(count==2)", ["a", "é"]],
  ])("%s", async ([having, expected]) => {
    expect(await words(having)).toEqual(expected);
  });

  test("it decides about the one group of all rows too", async () => {
    expect(await aggregate({ count: "true", having: "count==4" })).toEqual({
      groups: [{ key: {}, count: 4 }],
    });
    expect(await aggregate({ count: "true", having: "count>4" })).toEqual({ groups: [] });
    expect(await aggregate({ sum: "size", having: "sum.size==null" }, noRow)).toEqual({
      groups: [{ key: {}, sum: { size: null } }],
    });
  });

  test("a sum beyond the whole numbers is compared as the number that is shown", async () => {
    const big = sample([{ size: max }, { size: max }, { size: 3 }]);
    expect(await big.aggregate({ sum: "size", having: "sum.size>1.5e16" })).toEqual({
      groups: [{ key: {}, sum: { size: 2 * max + 3 } }],
    });
  });
});

describe("numbers that leave their range", () => {
  test("a sum of whole numbers is exact within ±(2^53−1), whatever the order", async () => {
    const rows = [max, max, -max, -max, max, -5].map((size) => ({ size }));
    for (const order of [rows, rows.toReversed()]) {
      expect(await sample(order).aggregate({ sum: "size" })).toEqual({
        groups: [{ key: {}, sum: { size: max - 5 } }],
      });
    }
  });

  test("one beyond 64 bits is a double, and does not fail", async () => {
    const rows = Array.from({ length: 1100 }, () => ({ size: max, rank: -max }));
    const { aggregate } = sample(rows);
    expect(await aggregate({ sum: "size,rank", avg: "size" })).toEqual({
      groups: [{ key: {}, sum: { size: 1100 * max, rank: -1100 * max }, avg: { size: (1100 * max) / 1100 } }],
    });
  });

  test("what is not finite is null, also to having", async () => {
    const { aggregate } = sample([
      { word: "a", score: Number.MAX_VALUE },
      { word: "a", score: Number.MAX_VALUE },
      { word: "b", score: -Number.MAX_VALUE },
      { word: "b", score: -Number.MAX_VALUE },
      { word: "c", score: Number.MAX_VALUE },
    ]);
    const asked = { groupBy: "word", sum: "score", avg: "score", max: "score" };
    const nothing = { sum: { score: null }, avg: { score: null } };
    const [a, b, c] = [
      { key: { word: "a" }, ...nothing, max: { score: Number.MAX_VALUE } },
      { key: { word: "b" }, ...nothing, max: { score: -Number.MAX_VALUE } },
      {
        key: { word: "c" },
        sum: { score: Number.MAX_VALUE },
        avg: { score: Number.MAX_VALUE },
        max: { score: Number.MAX_VALUE },
      },
    ];
    expect(await aggregate(asked)).toEqual({ groups: [a, b, c] });
    expect(await aggregate({ ...asked, having: "sum.score==null" })).toEqual({ groups: [a, b] });
    expect(await aggregate({ ...asked, having: "sum.score>1,sum.score<-1" })).toEqual({ groups: [c] });
  });
});

/** The problem that a request is refused with. */
async function refused(query: Readonly<Record<string, string>>): Promise<Problem> {
  const error = await aggregate(query).then(
    (answer) => answer,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw new Error(`${JSON.stringify(query)} gave ${JSON.stringify(error)}`);
  return error;
}

describe("what is refused", () => {
  const names = Object.keys(table.columns).filter((name) => name !== "data");
  test.for<[Record<string, string>, string]>([
    [{}, "Ask for at least one of count=true, sum, avg, min and max."],
    [{ count: "false", groupBy: "word" }, "Ask for at least one of count=true, sum, avg, min and max."],
    [{ count: "1" }, "count: Must be true or false."],
    [{ count: "" }, "count: Must be true or false."],
    [{ count: "true", groupBy: "" }, 'groupBy: There is no field "".'],
    [{ count: "true", groupBy: "word," }, 'groupBy: There is no field "".'],
    [{ count: "true", groupBy: "word,open,word" }, "groupBy: Names word twice."],
    [{ count: "true", groupBy: "data" }, "groupBy: data holds JSON, which makes no groups."],
    [{ count: "true", groupBy: "secret" }, 'groupBy: There is no field "secret".'],
    [{ count: "true", groupBy: "order" }, 'groupBy: There is no field "order".'],
    [{ count: "true", groupBy: names.slice(0, 9).join(",") }, "groupBy: Names more than 8 fields."],
    [{ sum: "word" }, "sum: word holds text, and sum takes numbers only."],
    [{ avg: "open" }, "avg: open holds true or false, and avg takes numbers only."],
    [{ sum: "dueAt" }, "sum: dueAt holds times, and sum takes numbers only."],
    [{ min: "data" }, "min: data holds JSON, and min takes text, numbers and times only."],
    [{ max: "seen" }, "max: seen holds true or false, and max takes text, numbers and times only."],
    [{ max: "size,size" }, "max: Names size twice."],
    [{ having: "count>1" }, "Ask for at least one of count=true, sum, avg, min and max."],
  ])("%o", async ([query, detail]) => {
    expect(await refused(query)).toMatchObject({ code: "VALIDATION_ERROR", message: detail });
  });

  test.for<[string, string]>([
    ["", "Expected an aggregate: an empty filter is none, found the end"],
    ["sum.rank>1", '"sum.rank" is not asked for, which having needs; count, sum.size, min.color is'],
    ["word==a", '"word" is not asked for, which having needs; count, sum.size, min.color is'],
    ["size==1", '"size" is not asked for, which having needs; count, sum.size, min.color is'],
    ["sum==1", '"sum" is not asked for, which having needs; count, sum.size, min.color is'],
    ["sum.secret==1", '"sum.secret" is not asked for, which having needs; count, sum.size, min.color is'],
    ["count>=1.5", "Must be a whole number within ±(2^53−1)"],
    ["count>=x", 'Must be a number, not "x"'],
    ["sum.size=contains=1", "=contains= does not apply to sum.size, which holds numbers"],
    ["min.color>red", "> does not apply to min.color, which holds one of some words"],
    ["min.color==blue", 'Must be one of "red", "green"'],
    ["sum.size.x==1", 'Expected an operator such as == or =in=, found ".x==1"'],
    ["sum.==1", '"sum" is not asked for'],
    ["__proto__==1", '"__proto__" is not asked for'],
    ["sum.__proto__==1", '"sum.__proto__" is not asked for'],
    ["constructor.name==1", '"constructor.name" is not asked for'],
    ["$count==1", '"$count" is not asked for'],
    ["count(*)>1", "Expected an operator"],
    ["count>(SELECT 1)", "Expected a value"],
    ["count>1 OR 1=1", 'Expected ";", ",", "and", "or" or the end'],
    ["count>\0", "Text must not contain NUL or lone surrogates"],
  ])("having=%s", async ([having, message]) => {
    const problem = await refused({ count: "true", sum: "size", min: "color", having });
    expect(problem).toMatchObject({ code: "FILTER_PARSE_ERROR", status: 400 });
    expect(problem.errors?.[0]?.field).toBe("having");
    expect(problem.message).toContain("having: At character ");
    expect(problem.message).toContain(message);
  });

  test("having=, too long, deep or wide", async () => {
    for (const [having, message] of [
      [`${"(".repeat(11)}count>1${")".repeat(11)}`, "Parentheses nest at most 10 deep"],
      [`count>1${";count>1".repeat(100)}`, "A filter has at most 100 comparisons"],
      [`count>1;${" ".repeat(4096)}count>1`, "A filter has at most 4096 characters"],
      ["(".repeat(4096), "Parentheses nest at most 10 deep"],
    ] as const) {
      const problem = await refused({ count: "true", having });
      expect(problem).toMatchObject({ code: "FILTER_PARSE_ERROR" });
      expect(problem.errors).toMatchObject([{ field: "having", code: "too_big" }]);
      expect(problem.message).toContain(message);
    }
  });

  test.for(["groupBy", "sum", "avg", "min", "max"])(
    "names in %s are fields and nothing else",
    async (parameter) => {
      for (const name of [
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "secret",
        "rowid",
        "owner_id",
        "*",
        "1",
      ]) {
        const problem = await refused({ count: "true", [parameter]: name });
        expect(problem).toMatchObject({ code: "VALIDATION_ERROR" });
        expect(problem.errors).toEqual([
          { field: parameter, message: `There is no field ${JSON.stringify(name)}`, code: "unknown_field" },
        ]);
      }
      for (const name of [
        "size) FROM [group]; DROP TABLE [group] --",
        "size AS x",
        'size" ',
        "size;",
        "sum.size",
      ]) {
        expect(await refused({ count: "true", [parameter]: name })).toMatchObject({
          code: "VALIDATION_ERROR",
        });
      }
    },
  );

  test("unknown parameters, and parameters given twice", async () => {
    expect(await refused({ count: "true", orderBy: "word" })).toMatchObject({ code: "UNKNOWN_PARAMETER" });
    expect(await refused({ count: "true", groupby: "word" })).toMatchObject({ code: "UNKNOWN_PARAMETER" });
  });

  test("more measures than a statement takes", async () => {
    const columns = Object.fromEntries(
      Array.from({ length: 33 }, (_, index) => [`n${index}`, { sql: "size", kind: "integer" as const }]),
    );
    const all = Object.keys(columns).join(",");
    const half = Object.keys(columns).slice(0, 31).join(",");
    expect(() => parseAggregate({ ...table, columns }, { sum: all, avg: half })).not.toThrow();
    expect(() => parseAggregate({ ...table, columns }, { sum: all, avg: all })).toThrow(
      "sum, avg, min and max name more than 64 fields together.",
    );
  });

  test("more than 1,000 groups, and not those that having leaves", async () => {
    const rows = Array.from({ length: 1001 }, (_, size) => ({ size, note: size < 3 ? null : String(size) }));
    const { aggregate } = sample(rows);
    const asked = { groupBy: "size", count: "true", sum: "size" };
    await expect(aggregate(asked)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      message: "groupBy: There are more than 1000 groups: narrow them with filter or having.",
    });
    for (const more of [{ filter: "size>0" }, { having: "sum.size>0" }, { groupBy: "note" }]) {
      const { groups } = (await aggregate({ ...asked, ...more })) as { groups: unknown[] };
      expect(groups).toHaveLength(more.groupBy === undefined ? 1000 : 999);
    }
  });
});

describe("how the database gets there", () => {
  const { plan } = sample([]);
  const planOf = (query: Parameters<typeof parseAggregate>[1], read: Scope = anyRow): string[] => {
    const { sql, values } = aggregateStatement(table, parseAggregate(table, query), read);
    return plan(sql, values);
  };

  test("grouping by an indexed column reads the index in order, and sorts nothing", () => {
    expect(planOf({ groupBy: "word", count: "true" })).toEqual(["SCAN group USING COVERING INDEX by_word"]);
    expect(planOf({ groupBy: "word,size", max: "size" })).toEqual([
      "SCAN group USING COVERING INDEX by_word",
    ]);
    expect(planOf({ groupBy: "word", sum: "size", having: "sum.size>1" }).join("\n")).toMatch(
      /^CO-ROUTINE .*\nSCAN group USING COVERING INDEX by_word\nSCAN /,
    );
  });

  test("a scope and a group by the column that follows it in an index too", () => {
    expect(planOf({ groupBy: "note", count: "true" }, where("owner_id = ?", "ann"))).toEqual([
      "SEARCH group USING COVERING INDEX by_owner (owner_id=?)",
    ]);
  });

  test("the least of an indexed column is looked up", () => {
    expect(planOf({ min: "word" })).toEqual(["SEARCH group USING COVERING INDEX by_word"]);
  });
});
