/** Access rules, with all names resolved. */
import type { ConditionOperator } from "../../../schema/data.ts";
import type { RelationModel } from "./resource.ts";

/** The rule of each operation; `nobody` where the config does not name it. */
export interface AccessModel {
  /** Of a resource with soft delete it has `notDeleted` as a condition, so that no path shows deleted rows. */
  readonly read: Rule;
  readonly create: Rule;
  readonly update: Rule;
  readonly delete: Rule;
  /** What is readable where deleted rows are asked for too: rows that are not deleted, and those of `readDeleted`. */
  readonly readDeleted: Rule;
  /** Whose changes are streamed to whom: what is stated and the rule of read, both. `nobody` where the resource is not live. */
  readonly subscribe: Rule;
}

/** A checked access rule. `owner` names a field of the same resource. */
export type Rule =
  | { readonly type: "public" }
  | { readonly type: "signedIn" }
  | { readonly type: "nobody" }
  | { readonly type: "owner"; readonly field: string }
  | { readonly type: "role"; readonly role: string }
  /** The row is not deleted. No config states it: `softDelete` adds it. */
  | { readonly type: "notDeleted" }
  | { readonly type: "where"; readonly condition: ConditionModel }
  /** Some row that the relation leads to meets a rule. */
  | { readonly type: "through"; readonly relation: RelationModel; readonly rule: Rule }
  | { readonly type: "any"; readonly rules: readonly Rule[] }
  | { readonly type: "all"; readonly rules: readonly Rule[] };

/** What a field of a row is compared with. */
export type OperandModel =
  /** As it is in the API; a timestamp in UTC with milliseconds. */
  | { readonly type: "constant"; readonly value: string | number | boolean }
  | { readonly type: "user"; readonly field: string; readonly nullable: boolean }
  | { readonly type: "field"; readonly field: string };

/** A checked condition on the fields of a row. It is true or false, never unknown: a comparison with null is false. */
export type ConditionModel =
  | {
      readonly type: "compare";
      readonly operator: ConditionOperator;
      readonly field: string;
      readonly value: OperandModel;
    }
  | { readonly type: "in"; readonly field: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly type: "null"; readonly field: string; readonly is: boolean }
  /** Two or more, none of them of the same type. */
  | { readonly type: "and" | "or"; readonly items: readonly ConditionModel[] }
  | { readonly type: "not"; readonly item: ConditionModel };
