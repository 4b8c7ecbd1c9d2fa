/**
 * Whether the caller of a write can read the row afterwards. The server answers 204 without a row where it cannot,
 * so this decides whether a client's type has to say `null`.
 */
import type { ResourceModel, Rule } from "../model/types.ts";
import { type Caller, offers, ownerFieldsOf, type Residue, rolesOf, simplify } from "./rule.ts";

/** Fields that are compared with the caller and hold its id. Any combination is taken to be possible. */
type Owned = ReadonlySet<string>;

/** Beyond this many assignments nothing is proven; no rule written by hand gets near it. */
const MAX_FIELDS = 10;

/**
 * What a successful create, or update, answers.
 *
 * It is `"row"` only where it can be proven from the rules: for an anonymous caller and for a signed-in one of each
 * role that the rules name, and for each way in which the fields that the rules compare may belong to the caller,
 * whatever lets the write through also lets the caller read the row as it is after the write. For a create, fields
 * declared `owner()` belong to the caller. For an update, the caller could read the row before (the server demands
 * it), and fields that a request cannot set stay as they were. Where the proof fails it is `"row or null"`.
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
  const names = [...new Set([access.create, access.read].flatMap(ownerFieldsOf))].filter(
    (name) => !owned.has(name),
  );
  return callers(access.create, access.read)
    .filter(({ signedIn }) => signedIn || owned.size === 0)
    .every((caller) => {
      const create = simplify(access.create, caller, owned);
      const read = simplify(access.read, caller, owned);
      return subsets(names)?.every((now) => !holds(create, now) || holds(read, now)) ?? false;
    });
}

function readableAfterUpdate({ access, fields }: ResourceModel): boolean {
  const names = [...new Set([access.update, access.read].flatMap(ownerFieldsOf))];
  const fixed = names.filter((name) => fields.some((field) => field.name === name && !field.writable));
  const free = names.filter((name) => !fixed.includes(name));
  return callers(access.update, access.read).every((caller) => {
    const update = simplify(access.update, caller);
    const read = simplify(access.read, caller);
    const befores = subsets(names)?.filter((before) => holds(read, before) && holds(update, before));
    const changes = subsets(free);
    return (
      befores?.every((before) =>
        changes?.every((change) => {
          const now = new Set([...fixed.filter((name) => before.has(name)), ...change]);
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

function holds(residue: Residue, owned: Owned): boolean {
  if (typeof residue === "boolean") return residue;
  if (residue.type === "owner") return owned.has(residue.field);
  // Nothing that a caller creates or changes is deleted.
  if (residue.type === "notDeleted") return true;
  return residue.type === "any"
    ? residue.rules.some((rule) => holds(rule, owned))
    : residue.rules.every((rule) => holds(rule, owned));
}

/** All subsets, or null where there are too many. */
function subsets(names: readonly string[]): Owned[] | null {
  if (names.length > MAX_FIELDS) return null;
  return Array.from(
    { length: 2 ** names.length },
    (_, bits) => new Set(names.filter((_name, index) => (bits >> index) & 1)),
  );
}
