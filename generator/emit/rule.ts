/** What the files of a resource need to know of its access rules. */

import { fieldsOfCondition } from "../model/condition-terms.ts";
import {
  type Caller,
  combine,
  isNever as isNeverOf,
  type Residue,
  residues,
  rolesOf,
  simplify,
} from "../model/residue.ts";
import type { FieldModel, ProcedureModel, ResourceModel, Rule } from "../model/types.ts";
import { describeCondition } from "./condition.ts";

export { type Caller, type Residue, rolesOf, simplify };

/** What is left of a rule for rows that are deleted. */
export function onDeleted(residue: Residue): Residue {
  if (typeof residue === "boolean") return residue;
  if (residue.type === "notDeleted") return false;
  if (residue.type !== "any" && residue.type !== "all") return residue;
  return combine(residue.type, residue.type === "any", residue.rules.map(onDeleted));
}

/** The fields of the row that a rule looks at. */
export function fieldsOf(rule: Rule): string[] {
  switch (rule.type) {
    case "owner":
      return [rule.field];
    case "where":
      return [...new Set(fieldsOfCondition(rule.condition))];
    case "through":
      return rule.relation.type === "belongsTo" ? [rule.relation.field] : [];
    case "any":
    case "all":
      return [...new Set(rule.rules.flatMap(fieldsOf))];
    default:
      return [];
  }
}

/**
 * Whether a change of a row may take it out of the rule of update, which then has to hold afterwards too: the rule looks at what a
 * change sets, the next version and the time of the change included, or at other rows in a way that can lead back to this one.
 */
export function mayLeaveUpdate(resource: ResourceModel): boolean {
  const names = fieldsOf(resource.access.update);
  return (
    resource.fields.some((field) => names.includes(field.name) && isSetByUpdate(resource, field)) ||
    leadsTo(resource.access.update, resource.key)
  );
}

/** Whether a field may have another value after a change: a hook may set what a request may not. */
export const isSetByUpdate = ({ hooks }: ResourceModel, { writable, generated }: FieldModel): boolean =>
  writable ||
  generated === "version" ||
  generated === "updatedAt" ||
  (generated === null && hooks?.exports.includes("beforeUpdate") === true);

/** Whether a rule looks at rows of a resource over relations. */
export function leadsTo(rule: Rule | Residue, key: string): boolean {
  if (typeof rule === "boolean") return false;
  if (rule.type === "any" || rule.type === "all") return rule.rules.some((part) => leadsTo(part, key));
  if (rule.type !== "through") return false;
  const { relation } = rule;
  const joins = relation.type === "manyToMany" && relation.through === key;
  return relation.target === key || joins || leadsTo(rule.rule, key);
}

/** The rule in words, for comments: `owner(ownerId) or role(admin)`. */
export function describe(rule: Rule): string {
  switch (rule.type) {
    case "owner":
      return `owner(${rule.field})`;
    case "role":
      return `role(${rule.role})`;
    case "notDeleted":
      return "not deleted";
    case "where":
      return `where(${describeCondition(rule.condition)})`;
    case "through":
      return `through(${rule.relation.name}: ${describe(rule.rule)})`;
    case "any":
    case "all":
      return rule.rules
        .map((part) => (part.type === "any" || part.type === "all" ? `(${describe(part)})` : describe(part)))
        .join(rule.type === "any" ? " or " : " and ");
    default:
      return rule.type;
  }
}

/** What is asked of one rule again and again while the files of its resource are written. */
function perRule<T>(answer: (rule: Rule) => T): (rule: Rule) => T {
  const known = new WeakMap<Rule, T>();
  return (rule) => {
    const before = known.get(rule);
    if (before !== undefined) return before;
    const fresh = answer(rule);
    known.set(rule, fresh);
    return fresh;
  };
}

/** Whether the rule looks at the caller at all. */
export const dependsOnCaller = perRule((rule: Rule): boolean => {
  const open = JSON.stringify(simplify(rule, { signedIn: false, role: null }));
  return [null, ...rolesOf(rule)].some(
    (role) => JSON.stringify(simplify(rule, { signedIn: true, role })) !== open,
  );
});

/** Whether whoever may read a row may also follow its changes, which is so unless the config states a rule of its own. */
export function subscribesLikeRead({ access: { read, subscribe } }: Pick<ResourceModel, "access">): boolean {
  const roles = [null, ...rolesOf(read), ...rolesOf(subscribe)];
  const callers = [
    { signedIn: false, role: null },
    ...roles.map((role): Caller => ({ signedIn: true, role })),
  ];
  return callers.every((caller) => isSame(simplify(read, caller), simplify(subscribe, caller)));
}

/** Whether two residues are the same condition, written in the same way. */
export const isSame = (a: Residue, b: Residue): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether the rule lets nobody through, whoever calls: its operation then has no route. */
export const isNever = perRule(isNeverOf);

/** Whether the rule lets nobody have a row that is deleted. */
const hidesDeleted = perRule((rule: Rule): boolean =>
  residues(rule).every((residue) => onDeleted(residue) === false),
);

export type Operation = "read" | "create" | "update" | "delete" | "readDeleted" | "subscribe";

/**
 * Whether the resource has a route for an operation, or for `readDeleted` the parameter `withDeleted`. Changing a row takes
 * reading it first.
 */
export function offers(resource: ResourceModel, operation: Operation): boolean {
  if (operation === "readDeleted") return !hidesDeleted(resource.access.readDeleted);
  if (isNever(resource.access[operation])) return false;
  if (operation === "subscribe") return resource.live !== null;
  return operation === "read" || operation === "create" || !isNever(resource.access.read);
}

/** The procedures that somebody may call. Those of a row take reading it first. */
export const callable = ({ procedures, access }: ResourceModel): readonly ProcedureModel[] =>
  (procedures?.list ?? []).filter(
    (procedure) => !isNever(procedure.access) && (procedure.type === "rpc" || !isNever(access.read)),
  );

/** Whether the resource has any route at all. */
export const hasRoutes = (resource: ResourceModel): boolean =>
  (["read", "create", "update", "delete"] as const).some((operation) => offers(resource, operation)) ||
  callable(resource).length > 0;
