import { describe, expect, test } from "vitest";
import { Problem } from "../../../runtime/http/problem.ts";
import { defineOperator, defineOperators } from "../../../runtime/query/filter/custom.ts";
import { filterPredicate, filterSql, parseFilter, printFilter } from "../../../runtime/query/filter/index.ts";
import { codePoints, compareText, foldAscii } from "../../../runtime/query/filter/text.ts";
import type { Table } from "../../../runtime/query/table.ts";

const table: Table = {
  name: "todos",
  columns: {
    title: { sql: "title", kind: "text" },
    notes: { sql: "notes", kind: "text", nullable: true },
    done: { sql: "done", kind: "boolean" },
    priority: { sql: "priority", kind: "integer" },
    estimate: { sql: "estimate", kind: "number", nullable: true },
    dueAt: { sql: "due_at", kind: "timestamp", nullable: true },
    color: { sql: "color", kind: "text", values: ["red", "light blue"] },
    labels: { sql: "labels", kind: "json" },
    not: { sql: "[not]", kind: "boolean" },
    and: { sql: "[and]", kind: "boolean" },
    or: { sql: "[or]", kind: "boolean" },
  },
  projection: "title",
  defaultLimit: 20,
  maxLimit: 100,
};

const print = (text: string): string => printFilter(parseFilter(table, text));

describe("contract 3.3: what a filter means", () => {
  test.for([
    // and binds tighter than or, in every spelling.
    ["done==true;title==a,title==b", 'done==true;title=="a",title=="b"'],
    ["done==true and title==a or title==b", 'done==true;title=="a",title=="b"'],
    ["title==b||done==true&&title==a", 'title=="b",done==true;title=="a"'],
    ["done==true;(title==a,title==b)", 'done==true;(title=="a",title=="b")'],
    ["((done==true));(not==true;and==true)", "done==true;not==true;and==true"],
    ["(title==a,title==b),title==c", 'title=="a",title=="b",title=="c"'],
    // not
    ["not(done==true,title==a)", 'not(done==true,title=="a")'],
    ["not (not ( done==true ))", "done==true"],
    ["not(done!=true)", "done==true"],
    ["not==true and and==false or or!=true", "not==true;and==false,not(or==true)"],
    ["not(not==true)", "not(not==true)"],
    ["(done==true)and(not==true)or(and==true)", "done==true;not==true,and==true"],
    // Complements and aliases
    ["title!=a", 'not(title=="a")'],
    ["title=out=(a)", 'not(title=in=("a"))'],
    ["priority=nbetween=[1,2]", "not(priority=between=[1,2])"],
    ["title=ine=A", 'not(title=ieq="A")'],
    [
      "priority=gt=1;priority=ge=1;priority=lt=1;priority=le=1",
      "priority>1;priority>=1;priority<1;priority<=1",
    ],
    ["title%=a%", 'title=like="a%"'],
    ["notes==null", "notes=isnull=true"],
    ["notes!=null", "notes=isnull=false"],
    // An unquoted value is read by the column's type.
    ["title==5", 'title=="5"'],
    ["title==true", 'title=="true"'],
    ['title=="null"', 'title=="null"'],
    ["title==null-x", 'title=="null-x"'],
    ["title==and", 'title=="and"'],
    ["title==a/b:c@d#e%2*+$^~{}`?é😀", 'title=="a/b:c@d#e%2*+$^~{}`?é😀"'],
    ["title==a\\b", 'title=="a\\\\b"'],
    ['title=="a \\"b\\" \\\\ (c);,"', 'title=="a \\"b\\" \\\\ (c);,"'],
    ['title==""', 'title==""'],
    ["priority==1.0", "priority==1"],
    ["priority==-0", "priority==0"],
    ["priority==1e3", "priority==1000"],
    ["priority>-5", "priority>-5"],
    ["estimate==1e-7", "estimate==1e-7"],
    ["estimate==1e21", "estimate==1e+21"],
    ["dueAt==2026-01-31", 'dueAt=="2026-01-31T00:00:00.000Z"'],
    ["dueAt==2024-02-29T23:30-01:00", 'dueAt=="2024-03-01T00:30:00.000Z"'],
    ['dueAt=="2026-01-31T10:00:00.1234+05:30"', 'dueAt=="2026-01-31T04:30:00.123Z"'],
    ["dueAt==0000-02-29", 'dueAt=="0000-02-29T00:00:00.000Z"'],
    ['color=in=(red,"light blue")', 'color=in=("red","light blue")'],
    ['title=in=( a , "b c" ,null-x)', 'title=in=("a","b c","null-x")'],
    ["title=in=()", "title=in=()"],
    ["  done\t==\ntrue  ", "done==true"],
    ["labels=isnull=false", "labels=isnull=false"],
  ] as const)("%s is %s", ([text, canonical]) => {
    expect(print(text)).toBe(canonical);
    expect(print(canonical)).toBe(canonical);
  });

  test.for([
    ["", 1, "syntax", "Expected a field: an empty filter is none, found the end"],
    ["   ", 4, "syntax", "Expected a field: an empty filter is none"],
    ["nope==1", 1, "unknown_field", 'There is no field "nope"'],
    ["done==true;toString==1", 12, "unknown_field", 'There is no field "toString"'],
    ["title", 6, "syntax", "Expected an operator such as == or =in=, found the end"],
    ["title=a", 6, "syntax", 'Expected an operator such as == or =in=, found "=a"'],
    ["title=regex=a", 6, "unknown_operator", "There is no operator =regex=. title has == > >="],
    ["title=IN=(a)", 6, "unknown_operator", "There is no operator =IN="],
    ["title==", 8, "syntax", "Expected a value"],
    ["title==;done==true", 8, "syntax", 'found ";done==true"'],
    ["title=='a'", 8, "syntax", "in double quotes"],
    ['title=="a', 8, "syntax", "The closing quote is missing"],
    ['title=="\\n"', 9, "syntax", 'a backslash stands before " or \\ only'],
    ["title==a b", 10, "syntax", 'Expected ";", ",", "and", "or" or the end, found "b"'],
    ["title==a)", 9, "syntax", 'found ")"'],
    ["(title==a", 10, "syntax", 'Expected ";", ",", "and", "or" or ")", found the end'],
    ["not title==a", 5, "syntax", "Expected an operator"],
    ["😀==1", 1, "syntax", 'Expected a field, "(" or "not(", found "😀==1"'],
    ['title=="😀";😀', 12, "syntax", "Expected a field"],
    ["title=in=a", 10, "syntax", 'Expected "(", found "a"'],
    ["title=in=(a", 12, "syntax", 'Expected "," or ")"'],
    ["title=in=(a,)", 13, "syntax", "Expected a value"],
    ["title=in=(a,null)", 13, "invalid_type", "null stands behind == and != only"],
    ["title>null", 7, "invalid_type", "null stands behind == and != only"],
    ["priority=between=(1,2)", 18, "syntax", 'Expected "["'],
    ["priority=between=[1]", 20, "syntax", 'Expected ","'],
    ["priority=between=[1,2,3]", 22, "syntax", 'Expected "]"'],
    ["priority==high", 11, "invalid_value", 'Must be a number, not "high"'],
    ['priority=="1"', 11, "invalid_value", "Must be a number, without quotes"],
    ["priority==1.5", 11, "invalid_value", "Must be a whole number"],
    ["priority==9007199254740992", 11, "invalid_value", "Must be a whole number within"],
    ["estimate==1e999", 11, "invalid_value", "Is too large"],
    ["estimate==01", 11, "invalid_value", "Must be a number"],
    ["done==1", 7, "invalid_value", "Must be true or false"],
    ['done=="true"', 7, "invalid_value", "Must be true or false"],
    ["dueAt==2026-13-01", 8, "invalid_value", "There is no day 2026-13-01"],
    ["dueAt==2025-02-29", 8, "invalid_value", "There is no day 2025-02-29"],
    ["dueAt==2026-01-01T10:00:00", 8, "invalid_value", "with Z or an offset"],
    ["dueAt==2026-01-01T24:00:00Z", 8, "invalid_value", "Must be a date"],
    ['dueAt=="2026-01-01T10:00:00 01:00"', 8, "invalid_value", "in a URL, + is written %2B"],
    ["dueAt==9999-12-31T23:59:59-01:00", 8, "invalid_value", "years 0 to 9999"],
    ["color==blue", 8, "invalid_value", 'Must be one of "red", "light blue"'],
    [
      "color>red",
      6,
      "invalid_type",
      "> does not apply to color, which holds one of some words and has == =in= =isnull= != =out=",
    ],
    ["color=contains=r", 6, "invalid_type", "=contains= does not apply to color"],
    ["done>false", 5, "invalid_type", "> does not apply to done, which holds true or false"],
    ["labels==1", 7, "invalid_type", "== does not apply to labels, which holds JSON and has =isnull="],
    ["priority=like=1", 9, "invalid_type", "=like= does not apply to priority, which holds whole numbers"],
    ["notes=isnull=1", 14, "invalid_value", "Must be true or false"],
    ["notes=length=-1", 14, "invalid_value", "Must not be negative"],
    ["notes=length=1.5", 14, "invalid_value", "Must be a whole number"],
    ["notes=like=a\\", 12, "invalid_value", "must not end in a single backslash"],
    [`notes=like=${"x".repeat(51)}`, 12, "invalid_value", "at most 50 bytes"],
    ["title==a\0", 9, "invalid_value", "NUL or lone surrogates"],
    ["title==\ud800", 8, "invalid_value", "NUL or lone surrogates"],
    [`${"(".repeat(11)}title==a${")".repeat(11)}`, 11, "too_big", "at most 10 deep"],
    [`title==${"x".repeat(4090)}`, 4098, "too_big", "at most 4096 characters"],
    [Array.from({ length: 101 }, () => "done==true").join(";"), 1101, "too_big", "at most 100 comparisons"],
  ] as const)("%j is refused", ([text, character, code, message]) => {
    let error: unknown;
    try {
      parseFilter(table, text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Problem);
    const problem = error as Problem;
    expect([problem.code, problem.status]).toEqual(["FILTER_PARSE_ERROR", 400]);
    expect(problem.errors).toEqual([{ field: "filter", message: expect.any(String), code }]);
    expect(problem.message).toContain(`At character ${character}: `);
    expect(problem.message).toContain(message);
  });

  test("characters are code points: 4,096 of any", () => {
    expect(print(`title=="${"😀".repeat(4087)}"`)).toHaveLength(9 + 2 * 4087);
    expect(() => print(`title=="${"😀".repeat(4088)}"`)).toThrow("At character 4098: ");
  });
});

describe("SQL", () => {
  const sql = (text: string) => filterSql(parseFilter(table, text), 3);

  test("values travel in one parameter; null is looked at under a negation only", () => {
    expect(sql("done==true;(estimate>1.5,not(notes==x))")).toEqual({
      sql: "(done = ?3->>'$[0]' AND (estimate > ?3->>'$[1]' OR (notes = ?3->>'$[2]') IS NOT TRUE))",
      values: ['[true,1.5,"x"]'],
    });
    expect(sql("priority!=1;priority=in=(1,2)")).toEqual({
      sql: "(NOT (priority = ?3->>'$[0]') AND priority IN (SELECT value FROM json_each(?3, '$[1]')))",
      values: ["[1,[1,2]]"],
    });
  });

  test("a filter without values has no parameter", () => {
    expect(sql("notes==null,not(dueAt==null)")).toEqual({
      sql: "(notes IS NULL OR NOT (due_at IS NULL))",
      values: [],
    });
  });

  test("nothing of the request is in the text but the choice of columns and operators", () => {
    const evil = "'; DROP TABLE todos --";
    const made = sql(`title=="${evil}",title=like="${evil}*?[",title=in=("${evil}"),color=="light blue"`);
    expect(made.sql).not.toContain("DROP");
    expect(made.sql).not.toContain("light");
  });
});

describe("text", () => {
  test("compares by code point, not by UTF-16 unit or locale", () => {
    const texts = ["", "A", "a", "aa", "z", "ä", "\ue000", "\uffff", "😀", "😁", "\u{10ffff}"];
    for (const [i, a] of texts.entries()) {
      for (const [j, b] of texts.entries()) expect(Math.sign(compareText(a, b))).toBe(Math.sign(i - j));
    }
  });

  test("folds ASCII only, counts code points", () => {
    expect(foldAscii("AZaz[@Äİ\u212a")).toBe("azaz[@Äİ\u212a");
    expect(codePoints("a😀e\u0301")).toBe(4);
  });

  test("a row without the field is a mistake, not a null", () => {
    expect(() => filterPredicate(parseFilter(table, "notes==null"))({})).toThrow(TypeError);
  });

  test("a pattern of many wildcards is decided in a moment", () => {
    const holds = filterPredicate(parseFilter(table, `title=like=${"%a".repeat(24)}b`));
    expect(holds({ title: "a".repeat(20_000) })).toBe(false);
  });
});

describe("operators of an application", () => {
  const near = defineOperator({
    columns: ["number", "integer"],
    operand: "number",
    sql: (column, operand) => `abs(${column} - ${operand}) < 0.5`,
    test: (value, operand) => Math.abs(value - operand) < 0.5,
  });
  const own: Table = { ...table, operators: defineOperators({ near }) };

  test("are read, printed, compiled and evaluated like the others", () => {
    const filter = parseFilter(own, "not(estimate=near=1.25);done==true");
    expect(printFilter(filter)).toBe("not(estimate=near=1.25);done==true");
    expect(filterSql(filter, 1)).toEqual({
      sql: "(NOT ((estimate IS NOT NULL AND ifnull((abs(estimate - (?1->>'$[0]')) < 0.5), 0))) AND done = ?1->>'$[1]')",
      values: ["[1.25,true]"],
    });
    const holds = filterPredicate(filter);
    expect([null, 1, 1.25, 2].map((estimate) => holds({ estimate, done: true }))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test("keep to the columns and operands that they declare", () => {
    expect(() => parseFilter(own, "title=near=1")).toThrow(
      "At character 6: =near= does not apply to title, which holds text",
    );
    expect(() => parseFilter(own, "estimate=near=x")).toThrow('At character 15: Must be a number, not "x"');
    expect(() => parseFilter(own, "estimate=far=1")).toThrow(/There is no operator =far=.* =near=\./);
    expect(() => parseFilter(table, "estimate=near=1")).toThrow("There is no operator =near=");
  });

  test("look at their column and at their operand", () => {
    for (const sql of ["column > 1", "operand > 1", ""]) {
      const define = () =>
        defineOperator({
          columns: ["number"],
          operand: "number",
          sql: (column, operand) => sql.replace("column", column).replace("operand", operand),
          test: () => true,
        });
      expect(define).toThrow(TypeError);
    }
  });

  test("have names of their own, of lower-case letters", () => {
    for (const name of ["in", "isnull", "gt", "out"]) {
      expect(() => defineOperators({ [name]: near })).toThrow(`Filters have an operator =${name}= already`);
    }
    for (const name of ["", "Near", "a-b", "é", "a=b"])
      expect(() => defineOperators({ [name]: near })).toThrow(TypeError);
  });
});
