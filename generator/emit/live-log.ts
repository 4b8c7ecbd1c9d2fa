/** The part of `live.ts` that says what is logged of each table. */
import type { LiveModel, LoggedTableModel, Model, ResourceModel } from "../model/types.ts";
import { array, type Expression, layOut, literalArray, object } from "./expression.ts";
import { imageSql } from "./live-image.ts";
import { resourceOf } from "./resource-of.ts";
import type { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { fits, inTemplate, propertyName, quote } from "./text.ts";

/** Name of the constant. */
export const logName = "log";

/** The constant, which is a `Log` of `covara/runtime/live`. */
export function emitLog(file: SourceFile, model: Model, live: LiveModel): void {
  file.section(
    "/** What is logged of each table, and who hears of its changes. */",
    `export const ${logName}: ${file.useType("covara/runtime/live", "Log")} = {`,
    ...live.tables.flatMap((logged) => {
      const resource = resourceOf(model, logged.resource);
      const { streams, reaches } = members(model, logged);
      return [
        `  ${propertyName(sqlName(resource.table))}: {`,
        `    table: ${tableOf(file, resource)},`,
        imageLine(resource, logged),
        layOut("    streams: ", array(streams), ","),
        ...(reaches.length === 0 ? [] : [layOut("    reaches: ", array(reaches), ",")]),
        "  },",
      ];
    }),
    "};",
  );
}

/** The description of a resource's table. */
export const tableOf = (file: SourceFile, { file: name, identifier }: ResourceModel): string =>
  file.use(`./resources/${name}.js`, identifier);

/** Names as an array. */
export const names = (list: readonly string[]): Expression => literalArray(list.map(quote));

function members(
  model: Model,
  { streams, reaches }: LoggedTableModel,
): { readonly streams: Expression[]; readonly reaches: Expression[] } {
  return {
    streams: streams.map(({ resource, by }) =>
      object([
        ["name", quote(resource)],
        ...(by === null || by.length === 0 ? [] : [["by", names(by)] as const]),
      ]),
    ),
    reaches: reaches.map(({ resource, field, key, when }) => {
      const target = resourceOf(model, resource);
      const column = target.fields.find(({ name }) => name === field)?.column ?? field;
      return object([
        ["table", quote(sqlName(target.table))],
        ["field", quote(field)],
        ["column", quote(sqlName(column))],
        ["key", quote(key)],
        ["when", names(when)],
      ]);
    }),
  };
}

/** The SQL of an image of a row as it is. */
export const imageOf = (resource: ResourceModel, logged: LoggedTableModel): string =>
  imageSql(resource, logged, { row: sqlName(resource.table), quote: sqlName });

function imageLine(resource: ResourceModel, logged: LoggedTableModel): string {
  const sql = imageOf(resource, logged);
  const line = `    image: ${quote(sql)},`;
  if (fits(line)) return line;
  const lines = wrapped(sql).map((part) => `      ${inTemplate(part)}\n`);
  return `    image: \`\n${lines.join("")}    \`,`;
}

/** SQL in lines of a readable length, which break between the members of objects. */
function wrapped(sql: string): string[] {
  const parts = sql.match(/(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]]*\]|[^,'"[])+,?|,/g) ?? [sql];
  const members: string[] = [];
  for (const part of parts) {
    if (members.length === 0 || / (?:json_object\()?'(?:[^']|'')*',$/.test(part)) members.push(part);
    else members[members.length - 1] += part;
  }
  const lines: string[] = [];
  for (const member of members) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + member.length < 100) lines[lines.length - 1] = last + member;
    else lines.push(member.trimStart());
  }
  return lines;
}
