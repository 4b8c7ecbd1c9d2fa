/** node:sqlite with the interface of a Durable Object's storage. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type ObjectState, objectSql } from "./host.ts";
import type { Sql } from "./sql.ts";

/** The storage of a database. Statements stay prepared. */
export function storageOf(database: DatabaseSync, setAlarm: (at: number) => void): ObjectState["storage"] {
  const prepared = new Map<string, StatementSync>();
  const changes = database.prepare("SELECT changes() AS rows");
  let depth = 0;
  return {
    sql: {
      exec(text, ...values) {
        let statement = prepared.get(text);
        if (statement === undefined) {
          statement = database.prepare(text);
          prepared.set(text, statement);
        }
        const rows = statement.all(...values);
        return {
          toArray: () => rows,
          /** Of the statement that ran last: it is asked at once, or not at all. */
          get rowsWritten() {
            return Number(changes.get()?.rows);
          },
        };
      },
    },
    transactionSync(body) {
      const name = `covara_${depth}`;
      database.exec(`SAVEPOINT ${name}`);
      depth++;
      try {
        const result = body();
        database.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw error;
      } finally {
        depth--;
      }
    },
    async setAlarm(at) {
      setAlarm(at);
    },
  };
}

/** The SQL of a database as structures use it. */
export const nodeSql = (database: DatabaseSync): Sql => objectSql(storageOf(database, () => {}));
