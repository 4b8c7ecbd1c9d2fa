/** `relations.ts`: what `include` may follow, for all resources in one file, since relations run in circles. */
import type { Model, ResourceModel } from "../model/types.ts";
import { scopeFunction } from "./access.ts";
import { arrow, layOut } from "./expression.ts";
import { type Includable, includables } from "./includable.ts";
import { hasKeys, keyScope } from "./key-scopes.ts";
import { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { list, propertyName, quote } from "./text.ts";

/** Name of the constant with the relations of a resource. */
export const relationsName = (resource: ResourceModel): string => `${resource.identifier}Relations`;

/** @returns null where requests may follow no relation. */
export function emitRelations(model: Model): string | null {
  const all = model.resources
    .map((resource) => ({ resource, relations: includables(model, resource) }))
    .filter(({ relations }) => relations.length > 0);
  if (all.length === 0) return null;
  const file = new SourceFile(all.map(({ resource }) => relationsName(resource)));
  const type = file.useType("covara/runtime", "Relations");
  const user = model.auth === null ? "null" : `${file.useType("./env.js", "User")} | null`;
  const related = new Set(all.map(({ resource }) => resource));
  for (const { resource, relations } of all) {
    file.section(
      `/** What \`include\` may follow from ${resource.key}. */`,
      `export const ${relationsName(resource)}: ${type}<${user}> = {`,
      ...relations.flatMap((relation) => emitRelation(file, relation, { related, keys: hasKeys(model) })),
      "};",
    );
  }
  return file.toString();
}

function emitRelation(
  file: SourceFile,
  includable: Includable,
  { related, keys }: { readonly related: ReadonlySet<ResourceModel>; readonly keys: boolean },
): string[] {
  const { relation, target, many, from, to, through } = includable;
  const table = (resource: ResourceModel): string =>
    file.use(`./resources/${resource.file}.js`, resource.identifier);
  const read = (resource: ResourceModel): string => file.use("./access.js", scopeFunction(resource, "read"));
  const joining =
    through === null
      ? []
      : [
          `table: ${table(through.resource)}`,
          `by: ${quote(sqlName(through.by.column))}`,
          `to: ${quote(sqlName(through.to.column))}`,
          `read: ${read(through.resource)}`,
        ];
  return [
    `  /** ${describeRelation(includable)} */`,
    `  ${propertyName(relation.name)}: {`,
    `    type: ${quote(many ? "many" : "one")},`,
    `    target: ${table(target)},`,
    `    read: ${read(target)},`,
    ...(keys ? check(file, includable) : []),
    `    from: ${quote(sqlName(from.column))},`,
    `    to: ${quote(sqlName(to.column))},`,
    ...(through === null ? [] : [list("    through: ", "{ ", joining, "}", ",")]),
    ...(related.has(target) ? [`    relations: () => ${relationsName(target)},`] : []),
    "  },",
  ];
}

/** The member that asks for the scopes of what the relation shows: rows, and that others join them. */
function check(file: SourceFile, { target, through }: Includable): string[] {
  const resources = through === null ? [target] : [target, through.resource];
  const scopes = [...new Set(resources)].map((resource) => keyScope(resource, "read"));
  const values = ["user", ...scopes];
  return [
    layOut(
      "    check: ",
      arrow("(user) =>", `${file.use("covara/runtime/auth", "needScopes")}(${values.join(", ")})`),
      ",",
    ),
  ];
}

/** The relation in words. */
export function describeRelation({ relation, target, through }: Includable): string {
  switch (relation.type) {
    case "belongsTo":
      return `The \`${target.typeName}\` that \`${relation.field}\` refers to.`;
    case "hasOne":
      return `The \`${target.typeName}\` whose \`${relation.by}\` refers to the row.`;
    case "hasMany":
      return `The ${target.key} whose \`${relation.by}\` refers to the row.`;
    case "manyToMany":
      return `The ${target.key} that ${through?.resource.key} join to the row.`;
  }
}
