/** The synchronous SQL that structures are written in. A Durable Object and node:sqlite both provide it. */

/** What a statement may bind or return. Numbers are IEEE doubles. */
export type SqlValue = string | number | null;

export type SqlRow = Record<string, SqlValue>;

/** One SQLite database, used by one thread. Statements are prepared once per text, so texts must be constants. */
export interface Sql {
  /** Reads: the first row, or undefined. */
  get<Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row | undefined;
  /** Reads: all rows. */
  all<Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row[];
  /** Writes. */
  run(statement: string, ...values: readonly SqlValue[]): void;
  /** Writes, and tells whether that changed anything: an update, for one, that finds its row. */
  changes(statement: string, ...values: readonly SqlValue[]): boolean;
  /** Writes, and returns what its `RETURNING` clause gives. Takes about twice as long as the statement without. */
  returning<Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row[];
  /** Runs `body` so that either all it writes stays or, if it throws, nothing. May be nested. */
  transaction<T>(body: () => T): T;
}

/** Counts writes, so that the engine knows whether a failed command left something to undo. */
export class TrackedSql implements Sql {
  readonly #sql: Sql;
  /** Statements so far that may have written. */
  writes = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get<Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#sql.get<Row>(statement, ...values);
  }

  all<Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row[] {
    return this.#sql.all<Row>(statement, ...values);
  }

  run(statement: string, ...values: readonly SqlValue[]): void {
    this.writes++;
    this.#sql.run(statement, ...values);
  }

  changes(statement: string, ...values: readonly SqlValue[]): boolean {
    this.writes++;
    return this.#sql.changes(statement, ...values);
  }

  returning<Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row[] {
    this.writes++;
    return this.#sql.returning<Row>(statement, ...values);
  }

  transaction<T>(body: () => T): T {
    return this.#sql.transaction(body);
  }
}
