/** The description of a resource's table: what list and get may show, select, filter and order by. */
import type { FieldModel } from "../model/types.ts";
import type { Emission } from "./emission.ts";
import { type Expression, layOut, literalArray, object } from "./expression.ts";
import { offers } from "./rule.ts";
import { sqlName } from "./sql-name.ts";
import { propertyName, quote } from "./text.ts";

/** What list and get may show, select, filter and order by. Hidden columns are left out, so no request can name them. */
export function emitTableDescription(
  { file, model, resource }: Emission,
  userModule: (path: string) => string,
): void {
  const visible = resource.fields.filter(({ hidden }) => !hidden);
  const filtered = offers(resource, "read");
  const columns = visible.map((field) => {
    const members: [string, Expression][] = [
      ["sql", quote(sqlName(field.column))],
      ["kind", quote(columnKind(field))],
    ];
    if (field.nullable) members.push(["nullable", "true"]);
    if (filtered && field.kind === "enum") members.push(["values", literalArray(field.values.map(quote))]);
    return layOut(`    ${propertyName(field.name)}: `, object(members), ",");
  });
  const own = filtered && model.operators !== null ? operatorsMember(file, userModule(model.operators)) : [];
  file.section(
    "/** What callers may see, select, filter and order by. */",
    `const table: ${file.useType("covara/runtime", "Table")} = {`,
    `  name: ${quote(sqlName(resource.table))},`,
    "  columns: {",
    ...columns,
    "  },",
    `  projection: \`${wrapSql(visible.map(projected), 4)}\`,`,
    ...own,
    ...resource.fields.flatMap(({ generated, column }) =>
      generated === "updatedAt" || generated === "version"
        ? [`  ${generated}: ${quote(sqlName(column))},`]
        : [],
    ),
    `  defaultLimit: ${resource.defaultLimit},`,
    `  maxLimit: ${resource.maxLimit},`,
    "};",
  );
}

/** @param module Path from the output folder; the file lies one deeper. */
function operatorsMember(file: Emission["file"], module: string): string[] {
  const local = file.useDefault(`../${module}`, "operators");
  return [local === "operators" ? "  operators," : `  operators: ${local},`];
}

function columnKind({ kind }: FieldModel): string {
  if (kind === "version") return "integer";
  return kind === "id" || kind === "ref" || kind === "enum" ? "text" : kind;
}

function projected({ name, column }: FieldModel): string {
  const sql = sqlName(column);
  return sql === name ? sql : `${sql} AS "${name}"`;
}

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
