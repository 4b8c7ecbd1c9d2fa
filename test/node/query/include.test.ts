import { describe, expect, test } from "vitest";
import { Problem } from "../../../runtime/http/problem.ts";
import { printFilter } from "../../../runtime/query/filter/index.ts";
import { type Inclusion, parseInclude } from "../../../runtime/query/include/parse.ts";
import type { Relation, Relations } from "../../../runtime/query/include/relation.ts";
import { orderKey } from "../../../runtime/query/order.ts";
import { anyRow } from "../../../runtime/query/scope.ts";
import type { Table } from "../../../runtime/query/table.ts";

const table = (name: string): Table => ({
  name,
  columns: {
    id: { sql: "id", kind: "text" },
    text: { sql: "body", kind: "text" },
    done: { sql: "done", kind: "boolean" },
    data: { sql: "data", kind: "json" },
    createdAt: { sql: "created_at", kind: "timestamp" },
  },
  hidden: { secret: { sql: "secret", kind: "text" } },
  projection: `id, body AS "text", done, data, created_at AS "createdAt"`,
  defaultLimit: 20,
  maxLimit: 100,
});

const relation = (type: Relation<null>["type"], relations?: () => Relations<null>): Relation<null> => ({
  type,
  target: table("rows"),
  from: "id",
  to: "row_id",
  read: () => anyRow,
  ...(relations === undefined ? {} : { relations }),
});

/** A circle, and a relation that ends. */
const relations: Relations<null> = {
  author: relation("one", () => relations),
  comments: relation("many", () => relations),
  replies: relation("many", () => relations),
  last: relation("many"),
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`r${index}`, relation("many")])),
};

/** The tree as text, with the options that are not those of a relation without any. */
function print(inclusions: readonly Inclusion<null>[]): string {
  return inclusions
    .map(({ name, select, filter, order, limit, children }) => {
      const options = [
        ...(limit === 20 ? [] : [`limit:${limit}`]),
        ...(select === null ? [] : [`select:${select.join(",")}`]),
        ...(filter === null ? [] : [`filter:${printFilter(filter)}`]),
        ...(orderKey(order) === "id" ? [] : [`orderBy:${orderKey(order)}`]),
      ];
      const inner = children.length === 0 ? "" : `{${print(children)}}`;
      return `${name}${options.length === 0 ? "" : `(${options.join(";")})`}${inner}`;
    })
    .join(" ");
}

const read = (text: string): string => print(parseInclude(relations, text));

function refusal(text: string): Problem {
  try {
    parseInclude(relations, text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe("contract 3.4: what an include means", () => {
  test.for([
    ["author", "author"],
    [" author , comments . author ", "author comments{author}"],
    ["comments.author,comments.replies", "comments{author replies}"],
    ["comments.author.replies,comments.author.last", "comments{author{replies last}}"],
    ["author,author", "author"],
    ["comments(limit:5)", "comments(limit:5)"],
    ["comments(limit: 5 ; select: id , text)", "comments(limit:5;select:id,text)"],
    ["comments(limit:500)", "comments(limit:100)"],
    ["comments(orderBy:-createdAt,text)", "comments(orderBy:-createdAt,text,id)"],
    ["author(select:text;filter:done==true)", "author(select:text;filter:done==true)"],
    // Options stand at any one mention, or are the same at several.
    ["comments.author,comments(limit:5).replies", "comments(limit:5){author replies}"],
    ["comments(limit:5).author,comments(limit:05).replies", "comments(limit:5){author replies}"],
    ["comments(orderBy:-text).author,comments(orderBy:text:desc,id)", "comments(orderBy:-text,id){author}"],
    [
      "comments(limit:500).author,comments(limit:100).author(select:id)",
      "comments(limit:100){author(select:id)}",
    ],
    // A filter may hold all that separates options, names and paths.
    [
      "comments(filter:done==false;text==a;limit:5).author,last",
      'comments(limit:5;filter:done==false;text=="a"){author} last',
    ],
    [
      "comments(filter:(done==true,text=in=(a,b));text==c)",
      'comments(filter:(done==true,text=in=("a","b"));text=="c")',
    ],
    ['comments(filter:text==");limit:1\\"";limit:2)', 'comments(limit:2;filter:text==");limit:1\\"")'],
    ['comments(filter:text=="(([[";select:id)', 'comments(select:id;filter:text=="(([[")'],
    ["comments(filter:text==limit:5)", 'comments(filter:text=="limit:5")'],
    ['comments(filter:text=="a.b,c.d").author', 'comments(filter:text=="a.b,c.d"){author}'],
    [
      "comments(filter:createdAt=between=[2026-01-01,2026-02-01];limit:3)",
      'comments(limit:3;filter:createdAt=between=["2026-01-01T00:00:00.000Z","2026-02-01T00:00:00.000Z"])',
    ],
  ] as const)("%s is %s", ([text, tree]) => {
    expect(read(text)).toBe(tree);
  });

  test("sixteen relations, three deep, 4,096 characters", () => {
    const names = Array.from({ length: 16 }, (_, index) => `r${index}`);
    expect(read(names.join(","))).toBe(names.join(" "));
    expect(read("author.author.author")).toBe("author{author{author}}");
    const filter = `comments(filter:text=="${"😀".repeat(4071)}")`;
    expect(read(filter)).toContain("😀");
  });
});

describe("contract 3.4: what is refused, with the place", () => {
  test.for([
    ["", 1, "syntax", "Expected the name of a relation, found the end"],
    [" ", 2, "syntax", "Expected the name of a relation"],
    [",author", 1, "syntax", 'found ",author"'],
    ["author,", 8, "syntax", "found the end"],
    ["author.", 8, "syntax", "found the end"],
    ["author..last", 8, "syntax", 'found ".last"'],
    ["author last", 8, "syntax", 'Expected ",", "." or "(", found "last"'],
    ["author)", 7, "syntax", 'found ")"'],
    ["😀", 1, "syntax", 'found "😀"'],
    ["author,😀", 8, "syntax", 'found "😀"'],
    ["0", 1, "syntax", "Expected the name of a relation"],
    ["nope", 1, "unknown_relation", 'There is no relation "nope"'],
    ["Author", 1, "unknown_relation", 'There is no relation "Author"'],
    ["last.author", 6, "unknown_relation", 'There is no relation "author"'],
    ["__proto__", 1, "unknown_relation", 'There is no relation "__proto__"'],
    ["constructor", 1, "unknown_relation", 'There is no relation "constructor"'],
    ["author.toString", 8, "unknown_relation", 'There is no relation "toString"'],
    ["author.__proto__.author", 8, "unknown_relation", 'There is no relation "__proto__"'],
    ["hasOwnProperty(limit:1)", 1, "unknown_relation", "There is no relation"],
    ["comments(", 10, "syntax", "Expected one of limit, select, filter, orderBy, found the end"],
    ["comments()", 10, "syntax", 'Expected one of limit, select, filter, orderBy, found ")"'],
    ["comments(limit)", 15, "syntax", 'Expected ":", found ")"'],
    ["comments(limit:1", 17, "syntax", 'Expected ")", found the end'],
    ["comments(filter:(done==true)", 29, "syntax", 'Expected ")", found the end'],
    ["comments(limit:1;)", 16, "invalid_value", "limit of comments: Must be a whole number"],
    ["comments(limit:1;;select:id)", 16, "invalid_value", "limit of comments: Must be a whole number"],
    ["comments(limit:1)(limit:1)", 18, "syntax", 'Expected ",", "." or "("'],
    ["comments(where:done==true)", 10, "syntax", 'found "where:done==true)"'],
    ["comments(__proto__:1)", 10, "syntax", "Expected one of"],
    ["comments(Limit:1)", 10, "syntax", "Expected one of"],
    ["comments(limit:1;limit:1)", 18, "duplicate_option", "Give limit once"],
    ["comments(limit:0)", 16, "invalid_value", "Must be a whole number of at least 1"],
    ["comments(limit:-1)", 16, "invalid_value", "Must be a whole number of at least 1"],
    ["comments(limit:1e3)", 16, "invalid_value", "Must be a whole number of at least 1"],
    ["comments(limit:)", 16, "invalid_value", "Must be a whole number of at least 1"],
    ["comments(limit:1 OR 1)", 16, "invalid_value", "Must be a whole number of at least 1"],
    ["comments(select:)", 17, "unknown_field", 'select of comments: There is no field ""'],
    ["comments(select:secret)", 17, "unknown_field", 'There is no field "secret"'],
    ["comments(select:id,id)", 17, "invalid_value", "Name each field once"],
    ["comments(select:id,__proto__)", 17, "unknown_field", 'There is no field "__proto__"'],
    ["comments(select:body)", 17, "unknown_field", 'There is no field "body"'],
    ["comments(orderBy:secret)", 18, "unknown_field", 'orderBy of comments: There is no field "secret"'],
    ["comments(orderBy:data)", 18, "invalid_value", "holds JSON"],
    ["comments(orderBy:text:up)", 18, "invalid_value", "is neither field"],
    ["comments(orderBy:)", 18, "unknown_field", "There is no field"],
    ["author(limit:1)", 1, "invalid_option", "leads to one row at most"],
    ["author(orderBy:text)", 1, "invalid_option", "leads to one row at most"],
    ["comments(limit:1),comments(limit:2)", 19, "conflicting_options", "comments has other options"],
    ["comments(limit:1),comments(limit:1;select:id)", 19, "conflicting_options", "other options"],
    ["comments(filter:done==true).author,comments(filter:done==false)", 36, "conflicting_options", "other"],
    ["author.author.author.author", 22, "too_big", "Relations nest at most 3 deep"],
    [Array.from({ length: 17 }, (_, index) => `r${index}`).join(","), 55, "too_big", "at most 16 relations"],
    ['comments(filter:text=="a)', 23, "syntax", "The closing quote is missing"],
    ['comments(filter:text=="a\\")', 23, "syntax", "The closing quote is missing"],
  ] as const)("%s", ([text, character, code, message]) => {
    const problem = refusal(text);
    expect([problem.code, problem.status]).toEqual(["VALIDATION_ERROR", 400]);
    expect(problem.errors).toEqual([{ field: "include", message: expect.any(String), code }]);
    expect(problem.message).toContain(`include: At character ${character}`);
    expect(problem.message).toContain(message);
  });

  test.for([
    ["comments(filter:)", 17, "syntax", "At character 1: Expected a field: an empty filter is none"],
    ["comments(filter:secret==1)", 17, "unknown_field", 'At character 1: There is no field "secret"'],
    ["comments(filter:done==maybe)", 17, "invalid_value", "At character 7: Must be true or false"],
    ["comments(filter:text==a];limit:2)", 17, "syntax", 'found "]"'],
    ["author.comments(limit:1;filter:text==a b)", 32, "syntax", 'found "b"'],
    ["comments(filter:text==a\0)", 17, "invalid_value", "NUL"],
    ["comments(filter:text==a\ud800)", 17, "invalid_value", "lone surrogates"],
  ] as const)("%j, as a filter's own error", ([text, character, code, message]) => {
    const problem = refusal(text);
    expect([problem.code, problem.status]).toEqual(["FILTER_PARSE_ERROR", 400]);
    expect(problem.errors).toEqual([{ field: "include", message: expect.any(String), code }]);
    expect(problem.message).toMatch(
      new RegExp(`^include: At character ${character}, filter of comments: At character `),
    );
    expect(problem.message).toContain(message);
  });

  test("what is too long", () => {
    expect(refusal("x".repeat(4000)).message).toBe(
      `include: At character 1: There is no relation "${"x".repeat(30)}…".`,
    );
    expect(refusal("author,".repeat(600)).message).toBe(
      "include: At character 4201: include has at most 4096 characters.",
    );
    expect(refusal(`comments(filter:text=="${"😀".repeat(4072)}")`).errors?.[0]?.code).toBe("too_big");
    expect(refusal(`${"author.".repeat(500)}last`).message).toContain("At character 22: Relations nest");
  });

  test("reading takes time in proportion to the length, whatever is repeated", () => {
    for (const piece of ["(", '"', "\\", ";", ";limit", "comments(filter:", "[", "a.", ' "', ";filter:\t"]) {
      const text = `comments(filter:${piece.repeat(4000)}`.slice(0, 4000);
      expect(refusal(text).status).toBe(400);
    }
  });
});
