/** Which other resources a write of one may change. */
import type { Model, ResourceModel } from "../model/types.ts";
import { nestedRelations } from "./nested.ts";
import { leadsTo, offers } from "./rule.ts";

/**
 * The keys of the other resources that read differently after a write: rows that are deleted or cleared along with one, rows that
 * are created along with one, and rows that become visible by one. Null where functions of the user's run around writes, which
 * may change anything.
 */
export function affectedBy(model: Model, resource: ResourceModel): readonly string[] | null {
  if (resource.hooks !== null && resource.hooks.exports.length > 0) return null;
  const written = new Set([
    resource.key,
    ...nestedRelations(model, resource).map(({ target }) => target.key),
    ...(offers(resource, "delete") && resource.deletedAt === null ? cascade(model, resource.key) : []),
  ]);
  return model.resources
    .filter(
      ({ key, access }) => written.has(key) || [...written].some((changed) => leadsTo(access.read, changed)),
    )
    .filter((other) => other !== resource && offers(other, "read"))
    .map(({ key }) => key);
}

/** The resources whose rows change where rows of one are deleted. */
function cascade(model: Model, start: string): ReadonlySet<string> {
  const changed = new Set<string>();
  const deleted = new Set([start]);
  for (const key of deleted) {
    for (const { key: other, fields } of model.resources) {
      const references = fields.flatMap(({ reference }) => (reference?.resource === key ? [reference] : []));
      if (references.some(({ onDelete }) => onDelete !== "restrict")) changed.add(other);
      if (references.some(({ onDelete }) => onDelete === "cascade")) deleted.add(other);
    }
  }
  return changed;
}
