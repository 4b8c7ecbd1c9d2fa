import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

/** The database and the statements that are the same for every request, prepared once per isolate. */
function open(binding: D1Database) {
  const db = drizzle(binding, { schema });
  return {
    db,
    userByTokenHash: db
      .select({ id: schema.users.id, role: schema.users.role })
      .from(schema.users)
      .where(eq(schema.users.tokenHash, sql.placeholder("tokenHash")))
      .prepare(),
    todoById: db
      .select()
      .from(schema.todos)
      .where(eq(schema.todos.id, sql.placeholder("id")))
      .prepare(),
  };
}

export type Database = ReturnType<typeof open>;

const opened = new WeakMap<D1Database, Database>();

export function database(binding: D1Database): Database {
  let found = opened.get(binding);
  if (found === undefined) {
    found = open(binding);
    opened.set(binding, found);
  }
  return found;
}
