/** How Better Auth reads and writes the tables of the application, in D1. */
import { type CustomAdapter, createAdapterFactory } from "better-auth/adapters";
import { APIError } from "better-auth/api";
import type { Validator } from "../http/body.ts";
import type { Row } from "../query/table.ts";
import { timestamp } from "../query/values.ts";
import { accounts } from "./accounts.ts";
import {
  assignments,
  columnOf,
  decode,
  encode,
  insertion,
  order,
  projection,
  type Sql,
  type StoredTable,
  where,
} from "./rows.ts";

/** What there is to keep things in. */
export interface AdapterOptions {
  readonly users: StoredTable;
  /** What the fields of a user accept, as far as Better Auth sets them. */
  readonly accepted: Validator<Row>;
  /** Those of plugins, by Better Auth's name. */
  readonly tables: Readonly<Record<string, StoredTable>>;
}

type Method = Parameters<CustomAdapter["findOne"]>[0];

/** Makes the adapter of a database. Statements run one by one: D1 has no transactions that code could decide within. */
export const adapterOf = (
  database: D1Database,
  options: AdapterOptions,
): ReturnType<typeof createAdapterFactory> =>
  createAdapterFactory({
    config: {
      adapterId: "covara",
      adapterName: "Covara",
      supportsNumericIds: false,
      supportsJSON: true,
      supportsArrays: true,
    },
    adapter: () => new Rows(database, options).methods(),
  });

class Rows {
  readonly #database: D1Database;
  readonly #options: AdapterOptions;

  constructor(database: D1Database, options: AdapterOptions) {
    this.#database = database;
    this.#options = options;
  }

  // What a row holds is for Better Auth to know, which names the type by a parameter.
  methods(): CustomAdapter {
    return {
      create: <T>({ model, data }: { model: string; data: T }) =>
        this.#create(model, data as Row) as Promise<T>,
      findOne: <T>({ model, where }: Method) => this.#findOne(model, where) as Promise<T | null>,
      findMany: <T>(asked: Parameters<CustomAdapter["findMany"]>[0]) => this.#findMany(asked) as Promise<T[]>,
      count: ({ model, where }) => this.#count(model, where),
      update: <T>({ model, where, update }: Method & { update: T }) =>
        this.#update(model, where, update as Row) as Promise<T | null>,
      updateMany: ({ model, where, update }) => this.#updateMany(model, where, update),
      delete: async ({ model, where }) => void (await this.#delete(model, where)),
      deleteMany: ({ model, where }) => this.#delete(model, where),
      consumeOne: <T>({ model, where }: Method) => this.#consume(model, where) as Promise<T | null>,
      incrementOne: <T>({ model, where, increment, set = {} }: Increment) =>
        this.#increment(model, where, increment, set) as Promise<T | null>,
    };
  }

  async #create(model: string, data: Row): Promise<Row> {
    const table = this.#table(model);
    const { text, values } = insertion(table, this.#checked(model, data));
    const row = await this.#first(
      table,
      `INSERT INTO ${table.name} ${text} RETURNING ${projection(table)}`,
      values,
    );
    if (row === null) throw new Error(`The new row of ${table.name} did not come back`);
    return row;
  }

  #findOne(model: string, conditions: Method["where"]): Promise<Row | null> {
    const table = this.#table(model);
    const { text, values } = where(table, conditions);
    return this.#first(table, `SELECT ${projection(table)} FROM ${table.name}${text} LIMIT 1`, values);
  }

  async #findMany(asked: Parameters<CustomAdapter["findMany"]>[0]): Promise<Row[]> {
    const table = this.#table(asked.model);
    const { text, values } = where(table, asked.where);
    const sorted = order(table, asked.sortBy);
    const { results } = await this.#database
      .prepare(`SELECT ${projection(table)} FROM ${table.name}${text}${sorted} LIMIT ? OFFSET ?`)
      .bind(...values, asked.limit, asked.offset ?? 0)
      .all<Row>();
    return results.map((row) => decode(table, row));
  }

  async #count(model: string, conditions: Method["where"] | undefined): Promise<number> {
    const table = this.#table(model);
    const { text, values } = where(table, conditions);
    const statement = this.#database
      .prepare(`SELECT count(*) AS found FROM ${table.name}${text}`)
      .bind(...values);
    return (await statement.first<number>("found")) ?? 0;
  }

  #update(model: string, conditions: Method["where"], update: Row): Promise<Row | null> {
    const table = this.#table(model);
    const changes = assignments(table, this.#checked(model, update));
    return changes.text === "" ? this.#findOne(model, conditions) : this.#change(table, changes, conditions);
  }

  async #updateMany(model: string, conditions: Method["where"], update: Row): Promise<number> {
    const table = this.#table(model);
    const changes = assignments(table, this.#checked(model, update));
    if (changes.text === "") return this.#count(model, conditions);
    const { text, values } = where(table, conditions);
    return this.#run(`UPDATE ${table.name} SET ${changes.text}${text}`, [...changes.values, ...values]);
  }

  /** Rows of a resource with `softDelete` are marked, as its own routes do. */
  #delete(model: string, conditions: Method["where"]): Promise<number> {
    const table = this.#table(model);
    const { text, values } = where(table, conditions);
    return table.deletedAt === undefined
      ? this.#run(`DELETE FROM ${table.name}${text}`, values)
      : this.#run(`UPDATE ${table.name} SET ${table.deletedAt} = ?${text}`, [timestamp(), ...values]);
  }

  /** Of several who ask at once, one gets the row. */
  #consume(model: string, conditions: Method["where"]): Promise<Row | null> {
    const table = this.#table(model);
    const { deletedAt } = table;
    if (deletedAt !== undefined) {
      return this.#change(table, { text: `${deletedAt} = ?`, values: [timestamp()] }, conditions);
    }
    const { text, values } = where(table, conditions);
    const one = `SELECT id FROM ${table.name}${text} LIMIT 1`;
    const sql = `DELETE FROM ${table.name} WHERE id IN (${one}) RETURNING ${projection(table)}`;
    return this.#first(table, sql, values);
  }

  #increment(
    model: string,
    conditions: Method["where"],
    increment: Readonly<Record<string, number>>,
    set: Row,
  ): Promise<Row | null> {
    const table = this.#table(model);
    const sums = Object.entries(increment).map(([field, by]): Sql => {
      const { sql } = columnOf(table, field);
      return { text: `${sql} = ${sql} + ?`, values: [by] };
    });
    const parts = [...sums, assignments(table, this.#checked(model, set))].filter(({ text }) => text !== "");
    const text = parts.map((part) => part.text).join(", ");
    const changes = { text, values: parts.flatMap(({ values }) => values) };
    return text === "" ? this.#findOne(model, conditions) : this.#change(table, changes, conditions);
  }

  /** Changes one row for which the conditions hold. They are looked at by the statement that writes. */
  #change(table: StoredTable, changes: Sql, conditions: Method["where"]): Promise<Row | null> {
    const { text, values } = where(table, conditions);
    const one = `SELECT id FROM ${table.name}${text} LIMIT 1`;
    const sql = `UPDATE ${table.name} SET ${changes.text} WHERE id IN (${one}) RETURNING ${projection(table)}`;
    return this.#first(table, sql, [...changes.values, ...values]);
  }

  /** @throws {APIError} 400 for a value that the field of a user does not accept. */
  #checked(model: string, data: Row): Row {
    if (model !== "user") return data;
    const { users, accepted } = this.#options;
    const known = Object.fromEntries(
      Object.entries(data).map(([field, value]) => [
        field,
        value instanceof Date ? encode(users, field, value) : value,
      ]),
    );
    const result = accepted.safeParse(known);
    if (result.success) return { ...data, ...result.data };
    const [issue] = result.error.issues;
    const field = issue?.path.join(".") ?? "";
    throw new APIError("BAD_REQUEST", {
      code: "VALIDATION_ERROR",
      message: `${field}: ${issue?.message ?? "Invalid"}`,
    });
  }

  #table(model: string): StoredTable {
    if (model === "user") return this.#options.users;
    if (model === "account") return accounts;
    const { tables } = this.#options;
    const table = Object.hasOwn(tables, model) ? tables[model] : undefined;
    if (table !== undefined) return table;
    throw new Error(
      `Better Auth keeps something in a table \`${model}\`. Declare a resource for it, with access for nobody(), and name it ` +
        `in covara.config.ts: betterAuth({ …, tables: { ${model}: "…" } }).`,
    );
  }

  async #first(table: StoredTable, sql: string, values: readonly unknown[]): Promise<Row | null> {
    const row = await this.#database
      .prepare(sql)
      .bind(...values)
      .first<Row>();
    return row === null ? null : decode(table, row);
  }

  /** Replies how many rows were written. `meta.changes` would count those of triggers, too. */
  async #run(sql: string, values: readonly unknown[]): Promise<number> {
    const statement = this.#database.prepare(`${sql} RETURNING id`).bind(...values);
    return (await statement.all()).results.length;
  }
}

type Increment = Method & { increment: Record<string, number>; set?: Record<string, unknown> | undefined };
