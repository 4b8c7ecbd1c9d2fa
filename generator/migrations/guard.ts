/**
 * The guard: a table that nothing can be inserted into. A batch on D1 is one transaction but cannot branch, so a
 * generated write that must stop feeds the guard, and its trigger aborts the whole batch with the code in the error:
 *
 *     INSERT INTO "_covara_guard" ("code") SELECT 'NOT_FOUND' WHERE changes() = 0
 *     → D1_ERROR: covara:NOT_FOUND: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)
 */
import type { Table } from "./snapshot.ts";

export const guardTableName = "_covara_guard";

export const guardTable: Table = {
  columns: { code: { kind: "text", type: "TEXT", notNull: true } },
  indexes: {},
  triggers: {
    _covara_guard_abort:
      'CREATE TRIGGER "_covara_guard_abort" BEFORE INSERT ON "_covara_guard"\n' +
      "BEGIN\n" +
      "  SELECT RAISE(ABORT, 'covara:' || NEW.\"code\");\n" +
      "END;",
  },
};
