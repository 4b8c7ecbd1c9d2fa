/** Computed columns behave as the expressions that they are made of do in a plain SELECT. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { d1, field } from "covara";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expressionFields, expressionSql, maybeNull } from "../../../generator/emit/computed.ts";
import { buildModel } from "../../../generator/model/index.ts";
import { computeFields } from "../../../runtime/query/computed.ts";
import { afterKey, type KeyValue } from "../../../runtime/query/cursor.ts";
import { filterSql, parseFilter } from "../../../runtime/query/filter/index.ts";
import { filterPredicate } from "../../../runtime/query/filter/predicate.ts";
import { orderSql, parseOrder } from "../../../runtime/query/order.ts";
import { type Column, decodeRow, type Row, type Table } from "../../../runtime/query/table.ts";

const stored = {
  id: field.id(),
  amount: field.integer().optional(),
  userName: field.text().optional(),
  done: field.boolean(),
  dueAt: field.timestamp().optional(),
};

/** SQL whose value is of a type, or null. */
const { number, text, condition } = fc.letrec<{ number: string; text: string; condition: string }>((tie) => {
  const [number, text, condition] = [tie("number"), tie("text"), tie("condition")];
  const depth = { depthSize: "small", withCrossShrink: true } as const;
  const spaced = (sql: fc.Arbitrary<string>) =>
    fc.tuple(sql, fc.constantFrom("", " ", "\n\t ")).map(([inner, space]) => `(${space}${inner}${space})`);
  return {
    number: fc.oneof(
      depth,
      fc.constantFrom("{amount}", "{done}", "length({userName})", "7", "-1.5", "NULL"),
      fc.tuple(number, fc.constantFrom("+", "-", "*"), number).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(condition, number, number).map(([a, b, c]) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`),
      spaced(number),
    ),
    text: fc.oneof(
      depth,
      fc.constantFrom(
        "{userName}",
        "{dueAt}",
        "'it''s {not} a field'",
        "'b'",
        "''",
        "NULL",
        "substr({dueAt}, 1, 4)",
      ),
      fc
        .tuple(text, text)
        .map(([a, b]) => `${a} || ${b}`)
        .map((sql) => `(${sql})`),
      text.map((sql) => `upper(${sql})`),
      fc.tuple(text, text).map(([a, b]) => `coalesce(${a}, ${b})`),
    ),
    condition: fc.oneof(
      depth,
      fc.constantFrom(
        "{done}",
        "NOT {done}",
        "{userName} IS NULL",
        "{dueAt} < '2026'",
        "{amount} BETWEEN 0 AND 3",
      ),
      fc.tuple(number, fc.constantFrom("<", ">=", "="), number).map((parts) => `(${parts.join(" ")})`),
      fc
        .tuple(text, fc.constantFrom("<", "=", "IN"), text)
        .map(([a, sign, b]) => `(${a} ${sign} ${sign === "IN" ? `(${b}, 'b')` : b})`),
      fc.tuple(condition, fc.constantFrom("AND", "OR"), condition).map((parts) => `(${parts.join(" ")})`),
    ),
  };
});

const rowOf = fc.record({
  amount: fc.option(fc.integer({ min: -3, max: 5 })),
  userName: fc.option(fc.constantFrom("", "a", "b", "Bob", "it's {not} a field", "é😀")),
  done: fc.integer({ min: 0, max: 1 }),
  dueAt: fc.option(fc.constantFrom("2025-01-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z")),
});

const filters = fc.constantFrom(
  ...[
    "number>0",
    "number!=7",
    "number=in=(1,2,-1.5)",
    "number==null",
    "not(number<=2)",
    "number=nbetween=[0,3]",
  ],
  ...[
    "text==b",
    "text!=b",
    "text=icontains=b",
    "text=ine=BOB",
    "text=isempty=true",
    'text>="a"',
    "text=minlength=2",
    'text=like="%B%"',
  ],
  ...[
    "condition==true",
    "condition!=true",
    "condition==false",
    "maybe==null",
    "maybe!=false",
    "maybe=isnull=false",
  ],
  ...["condition==true;text!=b,number>1", "not(maybe==true,number==7)"],
);

/** The table with the four fields, as the generator describes it. */
function tableOf(sql: { number: string; text: string; condition: string }): Table {
  const fields = {
    ...stored,
    number: field.number().computed(sql.number),
    text: field.text().computed(sql.text).optional(),
    condition: field.boolean().computed(sql.condition),
    maybe: field.boolean().computed(sql.condition).optional(),
  };
  const resources = { order: { fields, access: () => ({}) } };
  const { model, diagnostics } = buildModel(
    { name: "app", database: d1(), resources },
    { exists: () => true },
  );
  const [resource] = model?.resources ?? [];
  if (resource === undefined) throw new Error(JSON.stringify(diagnostics));
  const columns: Record<string, Column> = { id: { sql: "id", kind: "text" } };
  for (const one of expressionFields(resource)) {
    columns[one.name] = {
      sql: expressionSql(one, "[order]"),
      kind: one.kind as Column["kind"],
      computed: true,
      ...(maybeNull(one) ? { nullable: true } : {}),
    };
  }
  const projection = Object.entries(columns).map(([name, { sql }]) => `${sql} AS [${name}]`);
  return { name: "[order]", columns, projection: projection.join(", "), defaultLimit: 20, maxLimit: 100 };
}

const columnNames: Readonly<Record<string, string>> = { userName: "user_name", dueAt: "due_at" };
/** The expression as one would write it by hand. */
const plain = (sql: string): string =>
  sql
    .split(/('(?:[^']|'')*')/)
    .map((part) =>
      part.startsWith("'")
        ? part
        : part.replaceAll(/\{(\w+)\}/g, (_, name: string) => columnNames[name] ?? name),
    )
    .join("");

test("filters, orders and cursors see what a plain SELECT of the expression gives", () => {
  fc.assert(
    fc.property(
      fc.record({ number, text, condition }),
      fc.array(rowOf, { minLength: 1, maxLength: 8 }),
      filters,
      fc.shuffledSubarray(["number", "text", "condition", "maybe"], { minLength: 1 }),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      (sql, rows, filterText, orderNames, descending) => {
        const db = new DatabaseSync(":memory:");
        const all = (text: string, ...values: readonly unknown[]): Row[] =>
          db.prepare(text).all(...(values as SQLInputValue[])) as Row[];
        db.exec("CREATE TABLE [order] (id TEXT, amount INTEGER, user_name TEXT, done INTEGER, due_at TEXT)");
        const insert = db.prepare("INSERT INTO [order] VALUES (?, ?, ?, ?, ?)");
        rows.forEach(({ amount, userName, done, dueAt }, index) => {
          insert.run(`r${index}`, amount, userName, done, dueAt);
        });
        const table = tableOf(sql);

        const reference = all(
          `SELECT id, ${plain(sql.number)} AS number, ${plain(sql.text)} AS text, ${plain(sql.condition)} AS condition FROM [order]`,
        ).map(({ condition, ...row }) => ({
          ...row,
          condition: Boolean(condition),
          maybe: condition === null ? null : Boolean(condition),
        }));
        const read = all(`SELECT ${table.projection} FROM [order]`).map((row) =>
          decodeRow(table, { ...row }),
        );
        expect(read).toEqual(reference);

        const filter = parseFilter(table, filterText);
        const { sql: where, values } = filterSql(filter, 1);
        const found = all(`SELECT id FROM [order] WHERE ${where}`, ...values).map(({ id }) => id);
        expect(found).toEqual(reference.filter(filterPredicate(filter)).map((row) => (row as Row).id));

        const order = parseOrder(
          table,
          orderNames.map((name, at) => `${descending[at] ? "-" : ""}${name}`).join(","),
        );
        const ordered = all(`SELECT id FROM [order] ORDER BY ${orderSql(order)}`).map(({ id }) => id);
        const walked: unknown[] = [];
        for (let key: KeyValue[] | null = null; ; ) {
          const after: string = key === null ? "" : ` WHERE ${afterKey(order, key, 1)}`;
          const keys = order.map((term, at) => `${term.sql} AS k${at}`).join(", ");
          const [next]: Row[] = all(
            `SELECT id, ${keys} FROM [order]${after} ORDER BY ${orderSql(order)} LIMIT 1`,
            ...(key ?? []),
          );
          if (next === undefined) break;
          walked.push(next.id);
          key = order.map((_, at) => next[`k${at}`] as KeyValue);
        }
        expect(walked).toEqual(ordered);
        expect(walked).toHaveLength(rows.length);
        db.close();
      },
    ),
    { numRuns: 400 },
  );
});

test("a function sees a frozen row of the columns alone, and a row that lacks one is a fault", () => {
  const columns: Record<string, Column> = {
    id: { sql: "id", kind: "text" },
    name: { sql: "name", kind: "text" },
  };
  const seen: unknown[] = [];
  const shout = (row: { readonly name: string }): string => {
    seen.push(row, Object.isFrozen(row));
    return row.name.toUpperCase();
  };
  const nothing = (): undefined => undefined;
  const row: Row = { id: "1", name: "ann", $version: 1 };
  computeFields(columns, { shout, nothing }, row, null);
  expect(row).toEqual({ id: "1", name: "ann", $version: 1, shout: "ANN", nothing: null });
  expect(seen).toEqual([{ id: "1", name: "ann" }, true]);
  const some: Row = { id: "1", name: "ann", $key0: "k" };
  computeFields(columns, { shout, nothing }, some, ["shout"]);
  expect(some).toEqual({ $key0: "k", shout: "ANN" });
  const none: Row = { id: "1" };
  computeFields(columns, { shout }, none, ["id"]);
  expect(none).toEqual({ id: "1" });
  expect(() => computeFields(columns, { shout }, { id: "1" }, null)).toThrow("The row was read without name");
});
