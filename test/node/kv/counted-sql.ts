/** SQLite that counts what commands cost. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Sql, SqlRow, SqlValue } from "../../../runtime/kv/sql.ts";

export interface CountedSql extends Sql {
  /** Statements, the rows they gave, and their texts, since the last call. */
  cost(): { readonly statements: number; readonly rows: number; readonly texts: readonly string[] };
}

export function countedSql(database: DatabaseSync): CountedSql {
  const prepared = new Map<string, StatementSync>();
  let [texts, rows]: [string[], number] = [[], 0];
  const all = <Row extends SqlRow>(text: string, ...values: readonly SqlValue[]): Row[] => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = database.prepare(text);
      prepared.set(text, statement);
    }
    const found = statement.all(...values) as Row[];
    texts.push(text);
    rows += found.length;
    return found;
  };
  return {
    all,
    returning: all,
    get: <Row extends SqlRow>(text: string, ...values: readonly SqlValue[]) => all<Row>(text, ...values)[0],
    run(text, ...values) {
      all(text, ...values);
    },
    changes(text, ...values) {
      all(text, ...values);
      return Number(database.prepare("SELECT changes() AS rows").get()?.rows) > 0;
    },
    transaction: (body) => body(),
    cost() {
      const cost = { statements: texts.length, rows, texts };
      [texts, rows] = [[], 0];
      return cost;
    },
  };
}
