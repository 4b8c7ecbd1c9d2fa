/**
 * Whether the caller of a write can read the row afterwards. The server answers 204 without a row where it cannot,
 * so this decides whether a client's type has to say `null`.
 */

import { fieldsOfCondition } from "../model/condition-terms.ts";
import type { ResourceModel, Rule } from "../model/types.ts";
import { type Caller, isSetByUpdate, leadsTo, offers, type Residue, rolesOf, simplify } from "./rule.ts";

/**
 * The conditions on the row that hold, each by its text. Any combination is taken to be possible: that two of them may have to do
 * with each other is not looked at.
 */
type Holding = ReadonlySet<string>;

/** Beyond this many conditions nothing is proven; no rule written by hand gets near it. */
const MAX_CONDITIONS = 10;

/**
 * What a successful create, or update, answers.
 *
 * It is `"row"` only where it can be proven from the rules: for an anonymous caller and for a signed-in one of each
 * role that the rules name, and for each way in which the conditions of the rules may hold for the row, whatever lets the
 * write through also lets the caller read the row as it is after the write. For a create, fields
 * declared `owner()` belong to the caller. For an update, the caller could read the row before (the server demands
 * it), and conditions on fields that a request cannot set hold as they did. Where the proof fails it is `"row or null"`.
 */
export function answerOf(
  resource: ResourceModel,
  operation: "create" | "update",
): "row" | "row or null" | "null" {
  if (!offers(resource, "read")) return "null";
  const proven = operation === "create" ? readableAfterCreate(resource) : readableAfterUpdate(resource);
  return proven ? "row" : "row or null";
}

function readableAfterCreate({ access, fields }: ResourceModel): boolean {
  const owned = new Set(fields.filter(({ generated }) => generated === "owner").map(({ name }) => name));
  return callers(access.create, access.read)
    .filter(({ signedIn }) => signedIn || owned.size === 0)
    .every((caller) => {
      const create = simplify(access.create, caller, owned);
      const read = simplify(access.read, caller, owned);
      const conditions = [...new Set([create, read].flatMap(conditionsOf))];
      return subsets(conditions)?.every((now) => !holds(create, now) || holds(read, now)) ?? false;
    });
}

function readableAfterUpdate(resource: ResourceModel): boolean {
  const { access } = resource;
  return callers(access.update, access.read).every((caller) => {
    const update = simplify(access.update, caller);
    const read = simplify(access.read, caller);
    const conditions = [...new Set([update, read].flatMap(conditionsOf))];
    const free = [...new Set([update, read].flatMap((residue) => changeable(residue, resource)))];
    const fixed = conditions.filter((condition) => !free.includes(condition));
    const befores = subsets(conditions)?.filter((before) => holds(read, before) && holds(update, before));
    const changes = subsets(free);
    return (
      befores?.every((before) =>
        changes?.every((change) => {
          const now = new Set([...fixed.filter((condition) => before.has(condition)), ...change]);
          return !holds(update, now) || holds(read, now);
        }),
      ) ?? false
    );
  });
}

/** Every kind of caller that the rules can tell apart. */
function callers(...rules: readonly Rule[]): Caller[] {
  const roles = [null, ...new Set(rules.flatMap(rolesOf))];
  return [{ signedIn: false, role: null }, ...roles.map((role) => ({ signedIn: true, role }))];
}

/** A condition on the row by itself. */
type Leaf = Exclude<Residue, boolean | { readonly type: "any" | "all" | "notDeleted" }>;

const textOf = (leaf: Leaf): string => JSON.stringify(leaf);

function leaves(residue: Residue): Leaf[] {
  if (typeof residue === "boolean") return [];
  switch (residue.type) {
    case "any":
    case "all":
      return residue.rules.flatMap(leaves);
    // Nothing that a caller creates or changes is deleted.
    case "notDeleted":
      return [];
    default:
      return [residue];
  }
}

const conditionsOf = (residue: Residue): string[] => leaves(residue).map(textOf);

/** The conditions that a change of the row can make true or false, those on the time of the change and the version among them. */
const changeable = (residue: Residue, resource: ResourceModel): string[] =>
  leaves(residue)
    .filter(
      (leaf) =>
        leadsTo(leaf, resource.key) ||
        resource.fields.some(
          (field) => fieldsOfLeaf(leaf).includes(field.name) && isSetByUpdate(resource, field),
        ),
    )
    .map(textOf);

function fieldsOfLeaf(leaf: Leaf): string[] {
  switch (leaf.type) {
    case "owner":
      return [leaf.field];
    case "where":
      return fieldsOfCondition(leaf.condition);
    case "through":
      return leaf.relation.type === "belongsTo" ? [leaf.relation.field] : [];
  }
}

function holds(residue: Residue, holding: Holding): boolean {
  if (typeof residue === "boolean") return residue;
  switch (residue.type) {
    case "notDeleted":
      return true;
    case "any":
      return residue.rules.some((rule) => holds(rule, holding));
    case "all":
      return residue.rules.every((rule) => holds(rule, holding));
    default:
      return holding.has(textOf(residue));
  }
}

/** All subsets, or null where there are too many. */
function subsets(conditions: readonly string[]): Holding[] | null {
  if (conditions.length > MAX_CONDITIONS) return null;
  return Array.from(
    { length: 2 ** conditions.length },
    (_, bits) => new Set(conditions.filter((_condition, index) => (bits >> index) & 1)),
  );
}
