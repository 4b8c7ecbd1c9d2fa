import { noRow, type Scope, signInFirst } from "../scope.ts";
import type { Table } from "../table.ts";

/** The relations of one resource that requests may follow, by name: what is not in it does not exist for them. */
export type Relations<User> = Readonly<Record<string, Relation<User>>>;

/** How rows of one resource lead to rows of another, or of the same one. */
export interface Relation<User> {
  /** Whether a row leads to one row or none, or to any number of rows. */
  readonly type: "one" | "many";
  readonly target: Table;
  /** The rows of the target that a caller may read. */
  readonly read: (user: User) => Scope;
  /** Throws a problem for callers who may not follow the relation at all, whatever rows it leads to. */
  readonly check?: (user: User) => void;
  /** SQL name of the column, in the table that the relation starts from, whose value leads to the target. */
  readonly from: string;
  /** SQL name of the target's column that holds the same value. With `through` it is the target's id. */
  readonly to: string;
  readonly through?: Through<User>;
  /** The target's own relations, where it has any. A function, since relations run in circles. */
  readonly relations?: () => Relations<User>;
}

/** The resource that joins the two ends of a relation from many to many. */
export interface Through<User> {
  readonly table: Table;
  /** SQL name of its column that holds what `from` holds. */
  readonly by: string;
  /** SQL name of its column that holds the target's id. */
  readonly to: string;
  /** The rows that a caller may read: other ones join nothing. */
  readonly read: (user: User) => Scope;
}

/** What a route offers to `include`. */
export interface Include<User> {
  readonly relations: Relations<User>;
  /** The caller, who may be nobody. */
  readonly user: User;
}

/** Whether a scope holds no row, so that there is nothing to ask the database for. */
export const isEmpty = (scope: Scope): boolean => scope === noRow || scope === signInFirst;

/** The parameter, where a route has it. */
export const includeParameter = <User>(include: Include<User> | undefined): readonly "include"[] =>
  include === undefined ? [] : ["include"];
