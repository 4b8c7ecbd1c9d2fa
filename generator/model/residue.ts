/** Access rules with what is known of the caller filled in: what is left to be asked of the row. */
import { comparesCaller } from "./condition-terms.ts";
import type { ConditionModel, RelationModel, Rule } from "./types.ts";

/** A rule with the caller's part decided: a constant, or a condition on the row. */
export type Residue =
  | boolean
  | { readonly type: "owner"; readonly field: string }
  | { readonly type: "notDeleted" }
  | { readonly type: "where"; readonly condition: ConditionModel }
  /** The rule is true where any row at the other end will do. */
  | { readonly type: "through"; readonly relation: RelationModel; readonly rule: Residue }
  | { readonly type: "any" | "all"; readonly rules: readonly Residue[] };

/** What is known of the caller in one branch of the emitted decision. `role` is null for every role not tested. */
export interface Caller {
  readonly signedIn: boolean;
  readonly role: string | null;
}

/** @param settled Fields known to hold the caller's id, such as the owner of a row about to be created. */
export function simplify(rule: Rule, caller: Caller, settled: ReadonlySet<string> = new Set()): Residue {
  switch (rule.type) {
    case "public":
      return true;
    case "nobody":
      return false;
    case "signedIn":
      return caller.signedIn;
    case "role":
      return caller.signedIn && caller.role === rule.role;
    case "owner":
      if (!caller.signedIn) return false;
      return settled.has(rule.field) ? true : { type: "owner", field: rule.field };
    case "notDeleted":
      return { type: "notDeleted" };
    case "where":
      // Where nobody is signed in there is no user to compare with.
      return caller.signedIn || comparesCaller(rule.condition) === 0 ? rule : false;
    case "through": {
      const residue = simplify(rule.rule, caller);
      return residue === false ? false : { type: "through", relation: rule.relation, rule: residue };
    }
    case "any":
      return combine(
        "any",
        true,
        rule.rules.map((part) => simplify(part, caller, settled)),
      );
    case "all":
      return combine(
        "all",
        false,
        rule.rules.map((part) => simplify(part, caller, settled)),
      );
  }
}

/** @param decisive The constant that decides the whole: true for any, false for all. */
export function combine(type: "any" | "all", decisive: boolean, parts: readonly Residue[]): Residue {
  if (parts.includes(decisive)) return decisive;
  const open = distinct(
    parts
      .filter((part) => typeof part !== "boolean")
      .flatMap((part): readonly Residue[] => (part.type === type ? part.rules : [part])),
  );
  const [only] = open;
  if (only === undefined) return !decisive;
  return open.length === 1 ? only : { type, rules: open };
}

const distinct = (parts: readonly Residue[]): Residue[] => [
  ...new Map(parts.map((part) => [JSON.stringify(part), part])).values(),
];

/** The roles that a rule names, in order. */
export function rolesOf(rule: Rule): string[] {
  if (rule.type === "role") return [rule.role];
  if (rule.type === "through") return rolesOf(rule.rule);
  return rule.type === "any" || rule.type === "all" ? [...new Set(rule.rules.flatMap(rolesOf))] : [];
}

/** What is left of a rule for each kind of caller that it can tell apart. */
export const residues = (rule: Rule): Residue[] =>
  [
    { signedIn: false, role: null },
    ...[null, ...rolesOf(rule)].map((role) => ({ signedIn: true, role })),
  ].map((caller: Caller) => simplify(rule, caller));

/** Whether the rule lets nobody through, whoever calls and whatever the row. */
export const isNever = (rule: Rule): boolean => residues(rule).every((residue) => residue === false);
