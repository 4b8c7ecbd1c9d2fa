/** Procedures: what a resource can be asked to do besides reading and writing its rows. */
import type { AccessRules } from "./access.ts";
import type { RuleData } from "./data.ts";
import type { PlainField } from "./fields.ts";

/** One procedure. Callers send and get JSON objects of plain fields. */
export interface Procedure {
  /** The fields of the request's body. Left out, the procedure takes no body. */
  readonly input?: Readonly<Record<string, PlainField>>;
  /** The fields of the answer. Left out, the answer is 204 without a body. */
  readonly output?: Readonly<Record<string, PlainField>>;
}

/** The procedures of a resource, and the module whose exports of the same names they run. */
export interface Procedures {
  /** Path of the module relative to the config: `"./src/todos.procedures.ts"`. `covara gen` starts it where it is missing. */
  readonly module: string;
  /** Procedures of one row, `POST /todos/:id/<name>`. */
  readonly row?: Readonly<Record<string, Procedure>>;
  /** Procedures of the resource as a whole, `POST /todos/rpc/<name>`. */
  readonly rpc?: Readonly<Record<string, Procedure>>;
}

/** The names of all procedures that `P`, the value of the option `procedures`, declares. */
export type ProcedureNames<P> =
  | (P extends { readonly row: infer Row } ? keyof Row & string : never)
  | (P extends { readonly rpc: infer Rpc } ? keyof Rpc & string : never);

/** What `access` returns for a resource with these procedures: each of them needs a rule. */
export type RulesWith<Names extends string> = [Names] extends [never]
  ? AccessRules
  : Omit<AccessRules, "procedures"> & {
      /** Who may call each procedure. */
      readonly procedures: { readonly [Name in Names]: RuleData };
    };
