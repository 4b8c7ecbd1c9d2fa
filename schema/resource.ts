import type { AccessRules, RoleRuleBuilder, RuleBuilder, UserIdField } from "./access.ts";
import type { RelationData } from "./data.ts";
import type { Fields } from "./fields.ts";

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
  /**
   * The resource's key in the last generated migration, so that the next one renames the table and keeps its rows.
   * Remove it once that migration is released.
   */
  readonly renamedFrom?: string;
}

type Relations = Readonly<Record<string, RelationData>>;

/** What {@link resource} returns: the parts that only `defineConfig` can check keep their exact types. */
export interface Resource<F extends Fields, Declared extends Relations> extends ResourceOptions {
  readonly fields: F;
  /** A method for its bivariance: whether `role` exists is not known here, and `covara gen` checks its use. */
  access(
    rules: RuleBuilder<{ [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F]>,
  ): AccessRules;
  readonly relations?: Declared;
  readonly indexes?: readonly (readonly (keyof F & string)[])[];
}

/**
 * Declares a resource in a file of its own. Names of its own fields are checked here; resources it refers to are
 * checked by `defineConfig`, at the resource's key; roles are checked by `covara gen`. A resource written as a
 * literal inside `defineConfig` needs no such call and has everything checked in place.
 */
export function resource<F extends Fields, const Declared extends Relations = Record<never, RelationData>>(
  definition: ResourceOptions & {
    /** The columns of the table, in order. */
    readonly fields: F;
    /** Who may do what. An operation that is not named is `nobody()`. */
    readonly access: (
      rules: RoleRuleBuilder<
        { [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F],
        string
      >,
    ) => AccessRules;
    /** Relations besides those that references give by themselves. */
    readonly relations?: Declared;
    /** Indexes: the fields of each, in order. */
    readonly indexes?: readonly (readonly (keyof F & string)[])[];
  },
): Resource<F, Declared> {
  return definition;
}
