/** A table with a column of every kind, on node:sqlite behind D1's interface. */
import { aggregateRows } from "../../../../runtime/query/aggregate/read.ts";
import { anyRow, type Scope } from "../../../../runtime/query/scope.ts";
import { encodeValue, type Row, type Table } from "../../../../runtime/query/table.ts";
import { openSqlite } from "../../../bench/d1/sqlite.ts";

export const table: Table = {
  name: "[group]",
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
    dueAt: { sql: "due_at", kind: "timestamp", nullable: true },
    color: { sql: "color", kind: "text", values: ["red", "green"] },
    data: { sql: "data", kind: "json", nullable: true },
    ownerId: { sql: "owner_id", kind: "text" },
    // Names that mean something elsewhere.
    count: { sql: "count", kind: "integer", nullable: true },
    sum: { sql: "sum", kind: "number", nullable: true },
  },
  projection: "id",
  defaultLimit: 20,
  maxLimit: 100,
};

const schema = `CREATE TABLE [group] (
  id TEXT PRIMARY KEY NOT NULL, word TEXT NOT NULL, [order] TEXT, size INTEGER NOT NULL, rank INTEGER,
  ratio REAL NOT NULL, score REAL, open INTEGER NOT NULL, seen INTEGER, due_at TEXT, color TEXT NOT NULL, data TEXT,
  owner_id TEXT NOT NULL, count INTEGER, sum REAL, secret TEXT
) STRICT;
CREATE INDEX by_word ON [group] (word, size, id);
CREATE INDEX by_owner ON [group] (owner_id, [order], id);`;

/** A row where nothing is said. */
const usual: Row = { word: "", size: 0, ratio: 0, open: false, color: "red", ownerId: "ann" };

export interface Sample {
  /** Answers `GET /groups/aggregate?…`. */
  aggregate(query: Readonly<Record<string, string>>, read?: Scope): Promise<unknown>;
  /** SQLite's plan for a statement, one line for each step. */
  plan(sql: string, values?: readonly unknown[]): string[];
}

/** Makes a table of rows; columns that a row leaves out have a usual value, or null. */
export function sample(rows: readonly Row[]): Sample {
  const { binding, execute } = openSqlite(schema);
  const columns = Object.entries(table.columns);
  const names = columns.map(([, { sql }]) => sql).join(", ");
  const insert = `INSERT INTO [group] (${names}) VALUES (${columns.map(() => "?").join(", ")})`;
  rows.forEach((row, index) => {
    const whole: Row = { ...usual, id: String(index), ...row };
    const values = columns.map(([name, { kind }]) =>
      whole[name] === undefined || whole[name] === null ? null : encodeValue(kind, whole[name]),
    );
    execute(insert, values);
  });
  // The binding has all that the runtime calls.
  const db = binding as unknown as D1Database;
  return {
    aggregate: (query, read = anyRow) =>
      aggregateRows(db, new Request(`https://x.test/?${new URLSearchParams(query)}`), table, read),
    plan: (sql, values = []) =>
      execute(`EXPLAIN QUERY PLAN ${sql}`, values).rows.map((row) => String(row.at(-1))),
  };
}
