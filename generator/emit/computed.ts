/** Computed fields: the SQL of those that are expressions, and the types and the import of those that functions make. */
import type { ComputedFieldModel, Model, ResourceModel, ValueFieldModel } from "../model/types.ts";
import { shorthand } from "./kv-stores.ts";
import { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { fits, list, property, propertyName, quote } from "./text.ts";

/** An expression that the database computes. */
type ExpressionField = ComputedFieldModel & { readonly expression: object };

/** The fields that answers show: those that are stored, then those that are computed. */
export const visibleFields = ({ fields, computed }: ResourceModel): readonly ValueFieldModel[] => [
  ...fields.filter(({ hidden }) => !hidden),
  ...computed.fields,
];

/** The fields that the database computes: a request can do with them what it can do with columns. */
export const expressionFields = ({ computed }: ResourceModel): readonly ExpressionField[] =>
  computed.fields.filter((field): field is ExpressionField => field.expression !== null);

/** The fields that functions make: a request can select them only. */
export const functionFields = ({ computed }: ResourceModel): readonly ComputedFieldModel[] =>
  computed.fields.filter(({ expression }) => expression === null);

/** Whether a field is null in some rows, as far as the database knows. Only a condition is never null. */
export const maybeNull = ({ kind, nullable }: ComputedFieldModel): boolean => nullable || kind !== "boolean";

/**
 * The SQL of an expression, which is of the field's type whatever the config wrote.
 *
 * @param row What stands for the row: its table, or `NEW` and `OLD` in a trigger.
 * @param quote Makes the name of a column one of SQL.
 */
export function expressionSql(
  field: ExpressionField,
  row: string,
  quote: (column: string) => string = sqlName,
): string {
  const { kind, nullable, expression } = field;
  const sql = (expression as NonNullable<ComputedFieldModel["expression"]>)
    .map((part) => (typeof part === "string" ? part : `${row}.${quote(part.column)}`))
    .join("");
  switch (kind) {
    case "boolean":
      return nullable ? `(NOT NOT (${sql}))` : `((${sql}) IS TRUE)`;
    case "integer":
      return `CAST(${sql} AS INTEGER)`;
    case "number":
      return `CAST(${sql} AS REAL)`;
    case "json":
      // Text from here on: as the JSON that SQLite knows it to be, it would become a part of other JSON.
      return `((${sql}) || '')`;
    default:
      return `CAST(${sql} AS TEXT)`;
  }
}

/** Name of the constant with the SQL of a resource's expressions. */
export const expressionsName = ({ identifier }: ResourceModel): string => `${identifier}Computed`;

/** The SQL of a field's expression, as TypeScript in the resource's own file. */
export const expressionConstant = (resource: ResourceModel, { name }: ComputedFieldModel): string =>
  property(expressionsName(resource), name);

/** The constant itself: each expression stands in several places of the table's description. */
export function emitExpressions(file: SourceFile, resource: ResourceModel): void {
  const fields = expressionFields(resource);
  if (fields.length === 0) return;
  file.section(
    `/** What the database computes for ${resource.key}. */`,
    `const ${expressionsName(resource)} = {`,
    ...fields.map((field) => {
      const [name, sql] = [propertyName(field.name), quote(expressionSql(field, sqlName(resource.table)))];
      const line = `  ${name}: ${sql},`;
      return fits(line) ? line : `  ${name}:\n    ${sql},`;
    }),
    "};",
  );
}

/** `UserComputed` */
export const computedType = ({ typeName }: ResourceModel): string => `${typeName}Computed`;

/** The member of the table's description with the functions. @param userModule Gives the path from the output folder. */
export function functionsMember(
  file: SourceFile,
  resource: ResourceModel,
  userModule: (path: string) => string,
): string[] {
  const { module } = resource.computed;
  if (module === null) return [];
  const path = `../${userModule(module.path)}`;
  const members = functionFields(resource).map(({ name }): [string, string] => [name, file.use(path, name)]);
  const type = file.useType("../computed.js", computedType(resource));
  return [list("  functions: ", "{ ", shorthand(members), "}", ` satisfies ${type},`)];
}

/** `computed.ts`: the types of the functions, for the modules that hold them. Null where there are none. */
export function emitComputed(model: Model): string | null {
  const resources = model.resources.filter((resource) => functionFields(resource).length > 0);
  if (resources.length === 0) return null;
  const file = new SourceFile(
    resources.flatMap((resource) => [computedType(resource), columnsType(resource)]),
  );
  for (const resource of resources) {
    const row = file.useType("./types.js", resource.typeName);
    const type = computedType(resource);
    const columns = columnsType(resource);
    file.section(
      `/** What computed fields of ${resource.key} are made of. */`,
      `export type ${columns} = Readonly<Omit<${row}, keyof ${type}>>;`,
      "",
      `/** What the module with the computed fields of ${resource.key} exports. */`,
      `export interface ${type} {`,
      ...functionFields(resource).map(({ name }) =>
        list(`  ${propertyName(name)}: `, "(", [`row: ${columns}`], `) => ${row}[${quote(name)}];`),
      ),
      "}",
    );
  }
  return file.toString();
}

/** `UserColumns` */
const columnsType = ({ typeName }: ResourceModel): string => `${typeName}Columns`;

/** The text of a module that `covara gen` starts. @param generated The output folder, as the module imports it. */
export function computedStarter(resource: ResourceModel, generated: string): string {
  const type = computedType(resource);
  return `${[
    `// Computed fields of ${resource.key}. This file is yours: \`covara gen\` started it.`,
    "",
    `import type { ${type} } from ${quote(`${generated}/computed.js`)};`,
    ...functionFields(resource).flatMap(({ name }) => [
      "",
      `export const ${name}: ${type}[${quote(name)}] = (_row) => {`,
      `  throw new Error("${resource.key}.${name} is not written yet.");`,
      "};",
    ]),
  ].join("\n")}\n`;
}
