/** Users as rows of the database. */
import { decodeValues, type Row, type Table } from "../query/table.ts";

/** Reads who an id stands for, or null for nobody. */
export type FindUser<Env, User> = (env: Env, id: string) => Promise<User | null>;

/**
 * Reads the row of a user.
 *
 * @param sql A statement with the id as its one parameter. What it gives is what `User` says.
 */
export async function readUser<User>(
  db: D1Database,
  { columns }: Pick<Table, "columns">,
  sql: string,
  id: string,
): Promise<User | null> {
  const row = await db.prepare(sql).bind(id).first<Row>();
  return row === null ? null : (decodeValues(columns, row) as User);
}
