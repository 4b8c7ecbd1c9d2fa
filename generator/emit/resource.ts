/** `resources/<name>.ts`: how the rows of one resource are stored, and what callers may see of them. */
import type {
  ComputedFieldModel,
  FieldModel,
  Model,
  ResourceModel,
  ValueFieldModel,
} from "../model/types.ts";
import {
  emitExpressions,
  expressionConstant,
  expressionFields,
  expressionsName,
  functionsMember,
  maybeNull,
} from "./computed.ts";
import { type Expression, layOut, literalArray, object } from "./expression.ts";
import { emitRowHooks, hooksName } from "./hooks.ts";
import { emitNewRow, newRowName } from "./new-row.ts";
import { emitReferences } from "./references.ts";
import { offers } from "./rule.ts";
import { emitSearch, searchName } from "./search.ts";
import { emitTableWithDeleted, tableMark, tableWithDeleted } from "./soft-delete.ts";
import { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { propertyName, quote } from "./text.ts";

export function emitResource(
  model: Model,
  resource: ResourceModel,
  userModule: (path: string) => string,
): string {
  const file = new SourceFile([
    resource.identifier,
    tableWithDeleted(resource),
    searchName(resource),
    newRowName(resource),
    hooksName(resource),
    expressionsName(resource),
    "input",
    "user",
    "now",
  ]);
  emitExpressions(file, resource);
  emitTable(file, model, resource, userModule);
  if (offers(resource, "readDeleted")) emitTableWithDeleted(file, resource);
  if (offers(resource, "read")) emitSearch(file, resource);
  const creates = offers(resource, "create");
  if (creates) emitNewRow(file, resource);
  if (creates || offers(resource, "update")) emitReferences(file, model, resource);
  emitRowHooks(file, resource, userModule(resource.hooks?.module ?? ""));
  return file.toString();
}

/** Hidden columns are set apart, so no request can name them. */
function emitTable(
  file: SourceFile,
  model: Model,
  resource: ResourceModel,
  userModule: (path: string) => string,
): void {
  const visible = resource.fields.filter(({ hidden }) => !hidden);
  // The mark of deleted rows is set by a delete only, so no write names it either.
  const hidden = resource.fields.filter((field) => field.hidden && field !== resource.deletedAt);
  const filtered = offers(resource, "read");
  const own = filtered && model.operators !== null ? operatorsMember(file, userModule(model.operators)) : [];
  const computed = expressionFields(resource);
  const stored = [...visible, ...hidden].map(({ column }) => sqlName(column));
  file.section(
    `/** How ${resource.key} are stored, and what callers may see, select, filter and order by. */`,
    `export const ${resource.identifier}: ${file.useType("covara/runtime", "Table")} = {`,
    `  name: ${quote(sqlName(resource.table))},`,
    "  columns: {",
    ...visible.map((field) => columnLine(field, filtered)),
    ...computed.map((field) => computedLine(resource, field, filtered)),
    "  },",
    ...(hidden.length === 0
      ? []
      : ["  hidden: {", ...hidden.map((field) => columnLine(field, false)), "  },"]),
    ...functionsMember(file, resource, userModule),
    `  projection: \`${wrapSql([...visible.map(projected), ...computed.map((field) => projection(resource, field))], 4)}\`,`,
    ...(offers(resource, "create")
      ? [`  insert: \`INSERT INTO ${sqlName(resource.table)} (${wrapSql(stored, 4)})\`,`]
      : []),
    ...own,
    ...tableMark(resource),
    ...resource.fields.flatMap(({ generated, column, name }) => {
      if (generated === "updatedAt") return [`  updatedAt: ${quote(sqlName(column))},`];
      return generated === "version" ? [`  version: ${quote(name)},`] : [];
    }),
    `  defaultLimit: ${resource.defaultLimit},`,
    `  maxLimit: ${resource.maxLimit},`,
    "};",
  );
}

function columnLine(field: FieldModel, filtered: boolean): string {
  return columnMembers(field, quote(sqlName(field.column)), field.nullable, filtered, []);
}

const computedLine = (resource: ResourceModel, field: ComputedFieldModel, filtered: boolean): string =>
  columnMembers(field, expressionConstant(resource, field), maybeNull(field), filtered, [
    ["computed", "true"],
  ]);

function columnMembers(
  field: ValueFieldModel,
  sql: string,
  nullable: boolean,
  filtered: boolean,
  more: readonly [string, Expression][],
): string {
  const members: [string, Expression][] = [
    ["sql", sql],
    ["kind", quote(columnKind(field))],
  ];
  if (nullable) members.push(["nullable", "true"]);
  if (filtered && field.kind === "enum") members.push(["values", literalArray(field.values.map(quote))]);
  return layOut(`    ${propertyName(field.name)}: `, object([...members, ...more]), ",");
}

/** @param module Path from the output folder; the file lies one deeper. */
function operatorsMember(file: SourceFile, module: string): string[] {
  const local = file.useDefault(`../${module}`, "operators");
  return [local === "operators" ? "  operators," : `  operators: ${local},`];
}

function columnKind({ kind }: ValueFieldModel): string {
  if (kind === "version") return "integer";
  return kind === "id" || kind === "ref" || kind === "enum" ? "text" : kind;
}

function projected({ name, column }: FieldModel): string {
  const sql = sqlName(column);
  return sql === name ? sql : `${sql} AS "${name}"`;
}

const projection = (resource: ResourceModel, field: ComputedFieldModel): string =>
  `\${${expressionConstant(resource, field)}} AS "${field.name}"`;

/** SQL names in lines of a readable length, inside a template literal. */
export function wrapSql(names: readonly string[], indentation: number): string {
  const whole = names.join(", ");
  if (whole.length <= 76) return whole;
  const pad = " ".repeat(indentation);
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 96) lines[lines.length - 1] = `${last} ${name},`;
    else lines.push(`${name},`);
  }
  return `\n${lines
    .map((line) => `${pad}${line}\n`)
    .join("")
    .replace(/,\n$/, "\n")}${pad.slice(2)}`;
}
