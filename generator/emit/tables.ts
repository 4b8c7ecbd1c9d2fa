/** `tables.ts`: drizzle tables and relations, for the application's own queries. */
import type { Json } from "../../schema/data.ts";
import type { FieldModel, Model, RelationModel, ResourceModel } from "../model/types.ts";
import { inlineType, parts } from "./json-type.ts";
import { resourceOf } from "./resource-of.ts";
import { SourceFile } from "./source-file.ts";
import { type ChainCall, chain, expression, list, property, propertyName, quote } from "./text.ts";

const drizzle = "drizzle-orm/sqlite-core";

export function emitTables(model: Model): string {
  const file = new SourceFile(
    model.resources.flatMap(({ identifier }) => [identifier, `${identifier}Relations`]),
  );
  for (const resource of model.resources) emitTable(file, model, resource);
  for (const resource of model.resources) emitRelations(file, model, resource);
  return file.toString();
}

function emitTable(file: SourceFile, model: Model, resource: ResourceModel): void {
  const indexes = resource.indexes.map(({ name, columns: names, unique, whereNull }) => {
    const create = file.use(drizzle, unique ? "uniqueIndex" : "index");
    const on = names.map((name) => property("table", fieldOf(resource, name).name)).join(", ");
    const where =
      whereNull === null
        ? ""
        : `.where(${file.use("drizzle-orm", "isNull")}(${property("table", fieldOf(resource, whereNull).name)}))`;
    return `${create}(${quote(name)}).on(${on})${where}`;
  });
  const open = `export const ${resource.identifier} = ${file.use(drizzle, "sqliteTable")}(`;
  const columns = (indentation: string): string[] =>
    resource.fields.map((field) => column(file, model, resource, field, indentation));
  if (indexes.length === 0) {
    file.section(`${open}${quote(resource.table)}, {`, ...columns("  "), "});");
    return;
  }
  file.section(
    open,
    `  ${quote(resource.table)},`,
    "  {",
    ...columns("    "),
    "  },",
    list("  (table) => ", "[", indexes, "]", ","),
    ");",
  );
}

function fieldOf(resource: ResourceModel, column: string): FieldModel {
  const field = resource.fields.find((candidate) => candidate.column === column);
  if (field === undefined) throw new Error(`${resource.key} has no column ${column}`);
  return field;
}

function column(
  file: SourceFile,
  model: Model,
  resource: ResourceModel,
  field: FieldModel,
  indentation: string,
): string {
  const before = `${indentation}${propertyName(field.name)}: `;
  const calls: ChainCall[] = [];
  const call = (text: string, simple = true): void => {
    calls.push({ text, simple });
  };
  const head = base(file, field);
  if (field.kind === "json") {
    const type = jsonType(file, resource, field);
    calls.push({ text: `.$type<${type}>()`, simple: true, type });
  }
  if (field.kind === "id") call(".primaryKey()");
  else if (!field.nullable) call(".notNull()");
  if (field.default !== undefined && field.default !== null) {
    call(`.default(${expression(field.default)})`, isFlat(field.default));
  }
  if (field.reference !== null) {
    const { resource: key, onDelete } = field.reference;
    const any = file.useType(drizzle, "AnySQLiteColumn");
    const target = resourceOf(model, key).identifier;
    const open = `.references((): ${any} => ${target}.id, `;
    const option = `onDelete: ${quote(onDelete)}`;
    calls.push({ text: `${open}{ ${option} })`, simple: false, options: [open, option] });
  }
  return chain(before, head, calls);
}

/** The type of a json column: one that does not stand on its own is that of the row's member. */
function jsonType(file: SourceFile, resource: ResourceModel, { name, shape, hidden }: FieldModel): string {
  const type = shape ?? { type: "json" };
  const item = type.type === "array" ? type.items : type;
  if (parts(item).length === 0 && item.type !== "object")
    return inlineType(type, (used) => file.useType("./types.js", used));
  // What no row shows has no member to refer to.
  if (hidden) return "unknown";
  return `${file.useType("./types.js", resource.typeName)}[${quote(name)}]`;
}

/** Whether a value nests at most one level. */
const isFlat = (value: Json): boolean =>
  value === null ||
  typeof value !== "object" ||
  Object.values(value).every((item) => item === null || typeof item !== "object");

function base(file: SourceFile, field: FieldModel): ChainCall {
  const name = quote(field.column);
  const simple = (text: string): ChainCall => ({ text, simple: true });
  switch (field.storage) {
    case "INTEGER": {
      const integer = file.use(drizzle, "integer");
      return simple(`${integer}(${name}${field.kind === "boolean" ? `, { mode: "boolean" }` : ""})`);
    }
    case "REAL":
      return simple(`${file.use(drizzle, "real")}(${name})`);
    case "TEXT": {
      const text = file.use(drizzle, "text");
      if (field.kind === "enum") {
        return { text: `${text}(${name}, { enum: [${field.values.map(quote).join(", ")}] })`, simple: false };
      }
      return simple(`${text}(${name}${field.kind === "json" ? `, { mode: "json" }` : ""})`);
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
    ...lines,
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
  const target = resourceOf(
    model,
    relation.type === "manyToMany" ? relation.through : relation.target,
  ).identifier;
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
      "),",
    );
  }
  if (relation.type === "hasOne") {
    used.add("one");
    const columns = [`fields: [${own}.id]`, `references: [${property(target, relation.by)}]`];
    return list(`${before}one(${target}, `, "{ ", columns, "}", "),");
  }
  used.add("many");
  const key = relation.type === "manyToMany" ? relation.through : relation.target;
  const note =
    relation.type === "manyToMany" ? `  /** ${relation.target}, by ${key}.${relation.to} */\n` : "";
  const name = `relationName: ${relationName(key, relation.by)}`;
  return note + list(`${before}many(${target}, `, "{ ", [name], "}", "),");
}
