/** What the engine knows of stores. */
import type { Sql } from "./sql.ts";

/** The tables of a store, whatever is in them. */
export interface Tables {
  /** The name that a key's row carries: `"hash"`. */
  readonly type: string;
  /**
   * The statements that make its tables, by format: the first list makes format 1, each further one turns stored
   * data into the next. Append only: objects that have not run for years pass through all of them.
   */
  readonly formats: readonly (readonly string[])[];
}

/** What the engine must know of a structure besides its commands. */
export interface Structure extends Tables {
  /** The table of the members of a key, whose first column `id` is the key's surrogate. */
  readonly table: string;
  /** The other columns of that table. */
  readonly columns: readonly string[];
}

/** The table of a store that has no keys. */
export interface OwnTable extends Tables {
  /**
   * Deletes about `limit` of the rows that expired.
   *
   * @param now Milliseconds since 1970.
   * @returns When the next rows may go; null where there are none. A time that has come asks to be called again soon.
   */
  sweep(sql: Sql, now: number, limit: number): number | null;
}
