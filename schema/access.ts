/** Access rules: who may read, create, update and delete rows, and see those that are deleted. */
import type { Operation, RuleData } from "./data.ts";
import type { EnumField, Fields, IdField, RefField, TextField } from "./fields.ts";

/**
 * What `access` returns: the rule of each operation. An operation that is not named is `nobody()`. `readDeleted` belongs to
 * resources with `softDelete`: the rows that `withDeleted=true` shows besides, of those that may be read.
 */
export type AccessRules = Readonly<Partial<Record<Operation, RuleData>>> & {
  /** Who may call each procedure, by name. */
  readonly procedures?: Readonly<Record<string, RuleData>>;
};

/** What `access` receives, in a config whose users have no `role`. */
export interface RuleBuilder<OwnerField extends string> {
  /** Everybody, signed in or not. */
  public(): RuleData;
  /** Everybody who is signed in. */
  signedIn(): RuleData;
  /** Nobody; server code only. */
  nobody(): RuleData;
  /** The user whose id stands in this field of the row. */
  owner(field: OwnerField): RuleData;
  /** Those to whom at least one of the rules applies. */
  any(first: RuleData, ...more: RuleData[]): RuleData;
  /** Those to whom all of the rules apply. */
  all(first: RuleData, ...more: RuleData[]): RuleData;
}

/** What `access` receives where `auth` declares the user's `role` as an enum. */
export interface RoleRuleBuilder<OwnerField extends string, Role extends string>
  extends RuleBuilder<OwnerField> {
  /** Users with this role. */
  role(role: Role): RuleData;
}

/** A field that can hold a user's id. */
export type UserIdField = IdField | RefField<string> | TextField;

/**
 * The rule builder for a resource with the fields `F` and users with the fields `U`. The names of the fields that
 * `owner` takes are worked out in place: behind an alias, compiler errors would not list them.
 */
export type RulesFor<F extends Fields, U extends Fields> = U extends { readonly role: EnumField<infer Role> }
  ? RoleRuleBuilder<{ [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F], Role>
  : RuleBuilder<{ [Name in keyof F]: F[Name] extends UserIdField ? Name & string : never }[keyof F]>;

/** The one builder behind all the types above: the generator passes it to each `access`. */
export const ruleBuilder: RoleRuleBuilder<string, string> = {
  public: () => ({ type: "public" }),
  signedIn: () => ({ type: "signedIn" }),
  nobody: () => ({ type: "nobody" }),
  owner: (field) => ({ type: "owner", field }),
  role: (role) => ({ type: "role", role }),
  any: (...rules) => ({ type: "any", rules }),
  all: (...rules) => ({ type: "all", rules }),
};
