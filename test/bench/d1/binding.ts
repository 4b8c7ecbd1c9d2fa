/** D1's interface, as far as Workers use it: the same answers in the same forms. */

/** What one statement gave. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Runs one statement. */
export type Execute = (sql: string, values: readonly unknown[]) => Answer;

/** Runs statements and gives rows in the form that is asked for; the rows are the caller's to change. */
export interface Source {
  arrays(sql: string, values: readonly unknown[]): unknown[][];
  objects(sql: string, values: readonly unknown[]): Record<string, unknown>[];
  /** Told of each round trip, and how many statements it carries. */
  readonly onRoundTrip?: (statements: number) => void;
}

interface Result {
  readonly success: true;
  readonly meta: { readonly changes: number };
  readonly results: readonly unknown[];
}

class Statement {
  readonly #source: Source;
  readonly #sql: string;
  readonly #values: readonly unknown[];

  constructor(source: Source, sql: string, values: readonly unknown[]) {
    this.#source = source;
    this.#sql = sql;
    this.#values = values;
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.#source, this.#sql, values);
  }

  /** The result as `all` gives it; that of a batch is a list of these. */
  result(): Result {
    return { success: true, meta: { changes: 0 }, results: this.#source.objects(this.#sql, this.#values) };
  }

  async all(): Promise<Result> {
    this.#source.onRoundTrip?.(1);
    return this.result();
  }

  async run(): Promise<Result> {
    return this.all();
  }

  async raw(): Promise<unknown[][]> {
    this.#source.onRoundTrip?.(1);
    return this.#source.arrays(this.#sql, this.#values);
  }

  async first(): Promise<unknown> {
    this.#source.onRoundTrip?.(1);
    return this.#source.objects(this.#sql, this.#values)[0] ?? null;
  }
}

/** A database binding over a source. */
export interface Binding {
  prepare(sql: string): Statement;
  batch(statements: readonly Statement[]): Promise<Result[]>;
}

/**
 * Makes a binding.
 *
 * @param transaction Runs its argument so that an error undoes all of it.
 */
export function makeBinding(
  source: Source,
  transaction: <T>(body: () => T) => T = (body) => body(),
): Binding {
  return {
    prepare: (sql) => new Statement(source, sql, []),
    batch: async (statements) => {
      source.onRoundTrip?.(statements.length);
      return transaction(() => statements.map((statement) => statement.result()));
    },
  };
}

/** The rows as objects with the columns' names. */
export const toObjects = ({ columns, rows }: Answer): Record<string, unknown>[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));

export const sourceOf = (execute: Execute): Source => ({
  arrays: (sql, values) => execute(sql, values).rows.map((row) => [...row]),
  objects: (sql, values) => toObjects(execute(sql, values)),
});
