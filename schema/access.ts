/** Access rules: who may read, create, update and delete rows, and see those that are deleted. */
import { type Condition, conditionOf, type RowFields, type UserFields } from "./condition.ts";
import type { Operation, RuleData } from "./data.ts";
import type { EnumField, Fields, IdField, RefField, TextField } from "./fields.ts";
import type { Resources } from "./relations.ts";

/**
 * What `access` returns: the rule of each operation. An operation that is not named is `nobody()`. `readDeleted` belongs to
 * resources with `softDelete`: the rows that `withDeleted=true` shows besides, of those that may be read. `subscribe` belongs to
 * `live` resources: of which rows that may be read changes are streamed; by default of all.
 */
export type AccessRules = Readonly<Partial<Record<Operation, RuleData>>> & {
  /** Who may call each procedure, by name. */
  readonly procedures?: Readonly<Record<string, RuleData>>;
};

/** Rules that need to know nothing but who is calling, and those that are made of others. */
export interface PlainRuleBuilder {
  /** Everybody, signed in or not. */
  public(): RuleData;
  /** Everybody who is signed in. */
  signedIn(): RuleData;
  /** Nobody; server code only. */
  nobody(): RuleData;
  /** Those to whom at least one of the rules applies. */
  any(first: RuleData, ...more: RuleData[]): RuleData;
  /** Those to whom all of the rules apply. */
  all(first: RuleData, ...more: RuleData[]): RuleData;
}

/** What `access` receives, in a config whose users have no `role`. */
export interface RuleBuilder<
  OwnerField extends string,
  F extends Fields = Fields,
  U extends Fields = Fields,
  R extends Resources = Resources,
> extends PlainRuleBuilder {
  /** The user whose id stands in this field of the row. */
  owner(field: OwnerField): RuleData;
  /**
   * Rows that meet a condition on their fields, which may be compared with those of the caller:
   * `where((row, user) => row.orgId.eq(user.orgId).and(row.archived.eq(false)))`. One that names the caller holds for nobody who is
   * not signed in.
   */
  where(condition: (row: RowFields<F>, user: UserFields<U>) => Condition): RuleData;
  /**
   * Rows that lead to a related row (for relations to many: to at least one) for which a rule holds:
   * `through("list", (list) => list.owner("ownerId"))`. `"read"` stands for the related resource's own rule. A relation to a row that
   * is deleted leads nowhere.
   */
  through<Name extends RelationName<F>>(
    relation: Name,
    rule: "read" | ((related: RulesFor<R[TargetOf<F, Name>], U, R>) => RuleData),
  ): RuleData;
  through(relation: string, rule: "read" | ((related: AnyRules<U, R>) => RuleData)): RuleData;
}

/** What `access` receives where `auth` declares the user's `role` as an enum. */
export interface RoleRuleBuilder<
  OwnerField extends string,
  Role extends string,
  F extends Fields = Fields,
  U extends Fields = Fields,
  R extends Resources = Resources,
> extends RuleBuilder<OwnerField, F, U, R> {
  /** Users with this role. */
  role(role: Role): RuleData;
}

/** A field that can hold a user's id. */
export type UserIdField = IdField | RefField<string> | TextField;

/** The relations that references give by themselves: `owner` of `ownerId`. */
type RelationName<F extends Fields> = {
  [Name in keyof F & string]: F[Name] extends RefField<string>
    ? Name extends `${infer Relation}Id` | `${infer Relation}_id`
      ? Relation
      : never
    : never;
}[keyof F & string];

/** The resource that such a relation leads to. */
type TargetOf<F extends Fields, Name extends string> = {
  [Field in `${Name}Id` | `${Name}_id`]: F[Field] extends RefField<infer Target> ? Target : never;
}[`${Name}Id` | `${Name}_id`];

/** The rules of a related resource that types do not tell: `covara gen` checks the names of its fields. */
type AnyRules<U extends Fields, R extends Resources> = RoleRuleBuilder<string, string, Fields, U, R>;

/**
 * The rule builder for a resource with the fields `F` and users with the fields `U`, of a config with the resources `R`. The names
 * of the fields that `owner` takes are worked out in place: behind an alias, compiler errors would not list them.
 */
export type RulesFor<F extends Fields, U extends Fields, R extends Resources = Resources> = U extends {
  readonly role: EnumField<infer Role>;
}
  ? RoleRuleBuilder<
      { [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F],
      Role,
      F,
      U,
      R
    >
  : RuleBuilder<{ [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F], F, U, R>;

/** The one builder behind all the types above: the generator passes it to each `access`. */
export const ruleBuilder = {
  public: (): RuleData => ({ type: "public" }),
  signedIn: (): RuleData => ({ type: "signedIn" }),
  nobody: (): RuleData => ({ type: "nobody" }),
  owner: (field: string): RuleData => ({ type: "owner", field }),
  role: (role: string): RuleData => ({ type: "role", role }),
  where: (condition: (row: never, user: never) => unknown): RuleData => ({
    type: "where",
    condition: conditionOf(condition),
  }),
  through: (relation: string, rule: "read" | ((related: never) => RuleData)): RuleData => ({
    type: "through",
    relation,
    rule: typeof rule === "function" ? rule(ruleBuilder as never) : rule,
  }),
  any: (...rules: readonly RuleData[]): RuleData => ({ type: "any", rules }),
  all: (...rules: readonly RuleData[]): RuleData => ({ type: "all", rules }),
};
