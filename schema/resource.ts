import type { RoleRuleBuilder, RuleBuilder, UserIdField } from "./access.ts";
import type { RelationData } from "./data.ts";
import type { ComputedField, Fields, PartitionField, WordField } from "./fields.ts";
import type { ProcedureNames, Procedures, RulesWith } from "./procedures.ts";
import type { RateLimitsInput } from "./rate-limit.ts";

/** Names and limits of a resource. */
export interface ResourceOptions {
  /** Path segment below the base path. Default: the key in kebab-case. */
  readonly route?: string;
  /** Name of the table. Default: the key in snake_case. */
  readonly table?: string;
  /** Name of one row's type, in PascalCase. Default: the singular of the key. */
  readonly singular?: string;
  /** Rows on a page when a request names no `limit`. Default: 20. */
  readonly defaultLimit?: number;
  /** The largest page; a larger `limit` is lowered to it. Default: 100. */
  readonly maxLimit?: number;
  /** Rows that one batch writes at most. Default: 100. */
  readonly batchLimit?: number;
  /**
   * Whether changing or deleting a row takes an `If-Match` with the version it is based on; without one the answer is 428. Needs a
   * `field.version()`. Default: false, an `If-Match` is compared where it is sent.
   */
  readonly requireIfMatch?: boolean;
  /**
   * How often requests may come: `{ requests: 100, per: "1m" }` for all of them, or `{ create: { requests: 10, per: "1h" } }` for
   * some operations. Beyond that the answer is 429.
   */
  readonly rateLimit?: RateLimitsInput;
  /**
   * Deleting a row marks it with the time, as `deletedAt`, and keeps it: reads hide it from then on. `access` says with
   * `readDeleted` who may see such rows all the same. Default: false, rows are deleted for good.
   */
  readonly softDelete?: boolean;
  /**
   * Path of a module relative to the config, `"./src/todos.hooks.ts"`, whose exports `beforeCreate`, `afterUpdate` and so on
   * run around writes. `covara gen` starts it where it is missing.
   */
  readonly hooks?: string;
  /**
   * Path of a module relative to the config, `"./src/todos.computed.ts"`: for each field that is `.computed()` without SQL it
   * exports a function of the field's name, `(row) => value`. `covara gen` starts it where it is missing.
   */
  readonly computed?: string;
  /**
   * The resource's key in the last generated migration, so that the next one renames the table and keeps its rows.
   * Remove it once that migration is released.
   */
  readonly renamedFrom?: string;
}

/**
 * The value of `live`: `true`, or the field that divides subscribers up, `{ by: "listId" }`: a subscription whose filter fixes that
 * field hears only of rows with its value.
 */
export type LiveInput<F extends Fields> =
  | boolean
  | { readonly by: { [Name in keyof F]: F[Name] extends PartitionField ? Name & string : never }[keyof F] };

type Relations = Readonly<Record<string, RelationData>>;

/** What {@link resource} returns: the parts that only `defineConfig` can check keep their exact types. */
export interface Resource<F extends Fields, Declared extends Relations, P = unknown> extends ResourceOptions {
  readonly fields: F;
  /** A method for its bivariance: whether `role` exists is not known here, and `covara gen` checks its use. */
  access(
    rules: RuleBuilder<{ [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F]>,
  ): RulesWith<ProcedureNames<P>>;
  readonly procedures?: P & Procedures;
  readonly relations?: Declared;
  readonly indexes?: readonly (readonly {
    [Name in keyof F]: F[Name] extends ComputedField ? never : Name & string;
  }[keyof F][])[];
  readonly search?: SearchInput<F>;
  readonly live?: LiveInput<F>;
}

/** The value of `search`: fields that hold words, or the weight of each. */
export type SearchInput<F extends Fields> =
  | readonly { [Name in keyof F]: F[Name] extends WordField ? Name & string : never }[keyof F][]
  | { readonly [Name in keyof F as F[Name] extends WordField ? Name : never]?: number };

/**
 * Declares a resource in a file of its own. Names of its own fields are checked here; resources it refers to are
 * checked by `defineConfig`, at the resource's key; roles are checked by `covara gen`. A resource written as a
 * literal inside `defineConfig` needs no such call and has everything checked in place.
 */
export function resource<
  F extends Fields,
  const Declared extends Relations = Record<never, RelationData>,
  P = unknown,
>(
  definition: ResourceOptions & {
    /** The columns of the table, in order. */
    readonly fields: F;
    /** Who may do what. An operation that is not named is `nobody()`. */
    readonly access: (
      rules: RoleRuleBuilder<
        { [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F],
        string
      >,
    ) => RulesWith<ProcedureNames<P>>;
    /** What callers can ask for besides. `access` says under `procedures` who may. */
    readonly procedures?: P & Procedures;
    /** Relations besides those that references give by themselves. */
    readonly relations?: Declared;
    /** Indexes: the fields of each, in order. */
    readonly indexes?: readonly (readonly {
      [Name in keyof F]: F[Name] extends ComputedField ? never : Name & string;
    }[keyof F][])[];
    /** Fields whose words `GET /<resource>/search` finds, or the weight of each for the ranking. */
    readonly search?: SearchInput<F>;
    /**
     * Streams changes of rows to subscribers, at `GET /<resource>/subscribe`. Whoever may read may subscribe, unless `access` says
     * less with `subscribe`. `{ by: "listId" }` divides subscribers up by what their filters fix. Default: false.
     */
    readonly live?: LiveInput<F>;
  },
): Resource<F, Declared, P> {
  return definition;
}
