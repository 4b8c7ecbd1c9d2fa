/** What the references of a request must name: emitted beside the table, used by every write. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { scopeCall, scopeFunction } from "./access.ts";
import { resourceOf } from "./resource-of.ts";
import { dependsOnCaller, offers } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { list, propertyName, quote } from "./text.ts";

/** The fields that a request may refer to other rows with, each with the resource it refers to. */
const referenceFields = (
  model: Model,
  resource: ResourceModel,
): { field: FieldModel; target: ResourceModel }[] =>
  resource.fields.flatMap((field) =>
    field.reference !== null && field.writable
      ? [{ field, target: resourceOf(model, field.reference.resource) }]
      : [],
  );

/** Whether checking the references looks at the caller. */
export const referencesNeedUser = (model: Model, resource: ResourceModel): boolean =>
  referenceFields(model, resource).some(
    ({ target }) => offers(target, "read") && dependsOnCaller(target.access.read),
  );

/** Name of the emitted function. */
const referencesName = (resource: ResourceModel): string => `${resource.identifier}References`;

/** How a write names what its references may lead to. @param use Imports a name of the resource's own file. */
export function references(model: Model, resource: ResourceModel, use: (name: string) => string): string {
  if (referenceFields(model, resource).length === 0) return "{}";
  return `${use(referencesName(resource))}(${referencesNeedUser(model, resource) ? "user" : ""})`;
}

/** One function says what each reference must name. */
export function emitReferences(file: SourceFile, model: Model, resource: ResourceModel): void {
  const fields = referenceFields(model, resource);
  if (fields.length === 0) return;
  const user = referencesNeedUser(model, resource) ? `user: ${file.useType("../env.js", "User")} | null` : "";
  const type = file.useType("covara/runtime", "References");
  const items = fields.map(({ field: { name }, target }) => {
    const read = offers(target, "read")
      ? scopeCall(target, "read", file.use("../access.js", scopeFunction(target, "read")), "user")
      : file.use("covara/runtime", "noRow");
    return `${propertyName(name)}: { table: ${quote(sqlName(target.table))}, read: ${read} }`;
  });
  const head = `export const ${referencesName(resource)} = (${user}): ${type} => (`;
  file.section(
    `/** What the references of ${resource.key} must name: rows that the caller may read. */`,
    ...(items.length === 1
      ? [list(head, "{ ", items, "}", ");")]
      : [`${head}{`, ...items.map((item) => `  ${item},`), "});"]),
  );
}
