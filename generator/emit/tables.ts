/** `tables.ts`: drizzle tables and relations, for the application's own queries. */
import type { FieldModel, Model, RelationModel, ResourceModel } from "../model/types.ts";
import { SourceFile } from "./source-file.ts";
import { expression, list, property, propertyName, quote } from "./text.ts";

const drizzle = "drizzle-orm/sqlite-core";

export function emitTables(model: Model): string {
  const file = new SourceFile(model.resources.flatMap(({ identifier }) => [identifier, `${identifier}Relations`]));
  for (const resource of model.resources) emitTable(file, model, resource);
  for (const resource of model.resources) emitRelations(file, model, resource);
  return file.toString();
}

function emitTable(file: SourceFile, model: Model, resource: ResourceModel): void {
  const columns = resource.fields.map((field) => `${propertyName(field.name)}: ${column(file, model, field)}`);
  const indexes = resource.indexes.map(({ name, columns: names, unique }) => {
    const create = file.use(drizzle, unique ? "uniqueIndex" : "index");
    const on = names.map((name) => property("table", fieldOf(resource, name).name)).join(", ");
    return `${create}(${quote(name)}).on(${on})`;
  });
  const open = `export const ${resource.identifier} = ${file.use(drizzle, "sqliteTable")}(`;
  if (indexes.length === 0) {
    file.section(`${open}${quote(resource.table)}, {`, ...columns.map((line) => `  ${line},`), "});");
    return;
  }
  file.section(
    open,
    `  ${quote(resource.table)},`,
    "  {",
    ...columns.map((line) => `    ${line},`),
    "  },",
    `${list("  (table) => ", "[", indexes, "]")},`,
    ");",
  );
}

function fieldOf(resource: ResourceModel, column: string): FieldModel {
  const field = resource.fields.find((candidate) => candidate.column === column);
  if (field === undefined) throw new Error(`${resource.key} has no column ${column}`);
  return field;
}

function column(file: SourceFile, model: Model, field: FieldModel): string {
  let text = base(file, field);
  if (field.kind === "id") return `${text}.primaryKey()`;
  if (!field.nullable) text += ".notNull()";
  if (field.default !== undefined && field.default !== null) text += `.default(${expression(field.default)})`;
  if (field.reference !== null) {
    const { resource: key, onDelete } = field.reference;
    const target = model.resources.find((candidate) => candidate.key === key);
    if (target === undefined) throw new Error(`${field.name} refers to an unknown resource ${key}`);
    const any = file.useType(drizzle, "AnySQLiteColumn");
    text += `.references((): ${any} => ${target.identifier}.id, { onDelete: ${quote(onDelete)} })`;
  }
  return text;
}

function base(file: SourceFile, field: FieldModel): string {
  const name = quote(field.column);
  switch (field.storage) {
    case "INTEGER": {
      const integer = file.use(drizzle, "integer");
      return field.kind === "boolean" ? `${integer}(${name}, { mode: "boolean" })` : `${integer}(${name})`;
    }
    case "REAL":
      return `${file.use(drizzle, "real")}(${name})`;
    case "TEXT": {
      const text = file.use(drizzle, "text");
      if (field.kind === "enum") return `${text}(${name}, { enum: [${field.values.map(quote).join(", ")}] })`;
      if (field.kind !== "json") return `${text}(${name})`;
      return `${text}(${name}, { mode: "json" }).$type<${file.useType("./types.js", "JsonValue")}>()`;
    }
  }
}

function emitRelations(file: SourceFile, model: Model, resource: ResourceModel): void {
  if (resource.relations.length === 0) return;
  const used = new Set<string>();
  const lines = resource.relations.map((relation) => {
    const name = `  ${propertyName(relation.name)}: `;
    return relationLine(model, resource, relation, name, used);
  });
  file.section(
    `export const ${resource.identifier}Relations = ${file.use("drizzle-orm", "relations")}(${resource.identifier}, ({ ${[...used].sort().reverse().join(", ")} }) => ({`,
    ...lines.map((line) => `${line},`),
    "}));",
  );
}

/** Both ends of a relation carry one name, so that two relations between the same tables stay apart. */
const relationName = (resource: string, field: string): string => quote(`${resource}.${field}`);

function relationLine(
  model: Model,
  resource: ResourceModel,
  relation: RelationModel,
  before: string,
  used: Set<string>,
): string {
  const target = identifierOf(model, relation.type === "manyToMany" ? relation.through : relation.target);
  const own = resource.identifier;
  if (relation.type === "belongsTo") {
    used.add("one");
    return list(
      `${before}one(${target}, `,
      "{ ",
      [
        `fields: [${property(own, relation.field)}]`,
        `references: [${target}.id]`,
        `relationName: ${relationName(resource.key, relation.field)}`,
      ],
      "}",
      ")",
    );
  }
  if (relation.type === "hasOne") {
    used.add("one");
    const columns = [`fields: [${own}.id]`, `references: [${property(target, relation.by)}]`];
    return list(`${before}one(${target}, `, "{ ", columns, "}", ")");
  }
  used.add("many");
  const key = relation.type === "manyToMany" ? relation.through : relation.target;
  return `${before}many(${target}, { relationName: ${relationName(key, relation.by)} })`;
}

function identifierOf(model: Model, key: string): string {
  const target = model.resources.find((candidate) => candidate.key === key);
  if (target === undefined) throw new Error(`A relation leads to an unknown resource ${key}`);
  return target.identifier;
}
