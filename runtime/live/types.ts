/** What generated code says of the resources whose changes can be followed. */
import type { Scope } from "../query/scope.ts";
import type { Row, Table } from "../query/table.ts";

/** A row as the change log has it: values of the API by API name, with the hidden ones that rules look at. */
export type Image = Readonly<Row>;

/** Whether the path of this name leads from a row with this value to a row that meets the path's rule. */
export type Has = (path: string, key: unknown) => boolean;

/** A rule for one caller: the function of a row that its SQL is, too. */
export interface View {
  readonly holds: (row: Image, has: Has) => boolean;
  /** The relations that the rule goes through. */
  readonly paths: readonly Path[];
}

/** A relation that a rule goes through: rows of another table, by a value that the row has, too. */
export interface Path extends View {
  /** What the rule calls it; no two paths of a view have the same. */
  readonly name: string;
  /** SQL name of the other table. */
  readonly table: string;
  /** API name of the field there that has the value. */
  readonly key: string;
  /** Its SQL name. */
  readonly column: string;
  /** The rows there that count: the same rule as `holds`, in SQL. */
  readonly rows: Scope;
}

/** A resource whose changes can be followed. */
export interface Live<User> {
  /** Names its hubs. */
  readonly name: string;
  readonly table: Table;
  /** All tables whose changes are logged. */
  readonly log: Log;
  /** Stands for its columns and its rule: a stream that began with others cannot be resumed. */
  readonly schema: string;
  /** Whose changes a caller may follow, in SQL. */
  readonly scope: (user: User) => Scope;
  /** The same for each row. Not asked where the caller has to sign in first. */
  readonly view: (user: User) => View;
  /** How its subscribers are divided among hubs; absent where one hub tells them all. */
  readonly partition?: Partition<User>;
}

export interface Partition<User> {
  /** A hub hears of the rows that have its value in one of these fields. */
  readonly fields: readonly string[];
  /** The value whose hub tells a caller of all rows in reach, or null where only the hub of all rows does; `"filter"` where the filter decides. */
  readonly value: ((user: User) => string | null) | "filter";
}

/** Rows of another table that a change may bring into reach, or take out of it. */
export interface Reach {
  /** SQL name of the other table. */
  readonly table: string;
  /** The field there that has the value of `key`. */
  readonly field: string;
  /** Its SQL name. */
  readonly column: string;
  /** API name of the field of the row that changed. */
  readonly key: string;
  /** The fields that matter: a change of others moves nothing. */
  readonly when: readonly string[];
}

/** What the change log has of one table. */
export interface LoggedTable {
  readonly table: Table;
  /** SQL of a row's image. */
  readonly image: string;
  /** Whose subscribers hear of it, by the name of the resource. `by` are the fields whose values name the hubs; absent where all hubs hear of it. */
  readonly streams: readonly { readonly name: string; readonly by?: readonly string[] }[];
  readonly reaches?: readonly Reach[];
}

/** The tables in the change log, by SQL name. */
export type Log = Readonly<Record<string, LoggedTable>>;

/** One change of one row. */
export interface Change {
  readonly seq: number;
  /** Random, and stored with the change: a database that was restored has another one for the same number. */
  readonly tag: string;
  /** SQL name of the table. */
  readonly table: string;
  readonly id: string;
  /** Null for a row that is new. */
  readonly before: Image | null;
  /** Null for a row that is deleted. Both are null where the log itself begins anew for the table. */
  readonly after: Image | null;
  /** Rows of other tables that this change may move into or out of reach, as they were with it, by table; null where they are too many. */
  readonly related?: Readonly<Record<string, readonly Image[] | null>>;
}

/** Changes in order. */
export interface Batch {
  /** All changes after this one … */
  readonly from: number;
  /** … up to this one, as far as they concern whom the batch is for. */
  readonly to: number;
  /** Tag of the last one. */
  readonly tag: string;
  readonly changes: readonly Change[];
}
