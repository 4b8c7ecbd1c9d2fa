/** What soft delete adds to the files of a resource: how deleted rows are marked, and who is shown them. */
import type { ResourceModel } from "../model/types.ts";
import { database, type Emission, handler } from "./emission.ts";
import { otherMethods } from "./routes.ts";
import { precondition } from "./routes-write.ts";
import { offers } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { quote } from "./text.ts";

/** Name of the emitted table that shows deleted rows too. */
export const tableWithDeleted = (resource: ResourceModel): string => `${resource.identifier}WithDeleted`;

/** The members of a table's description that say how rows are deleted, and whether a request may ask for deleted ones. */
export function tableMark(resource: ResourceModel): string[] {
  if (resource.deletedAt === null) return [];
  return [
    `  deletedAt: ${quote(sqlName(resource.deletedAt.column))},`,
    ...(offers(resource, "readDeleted") ? ["  withDeleted: false,"] : []),
  ];
}

/** The same table with the column that tells deleted rows from others. */
export function emitTableWithDeleted(file: SourceFile, resource: ResourceModel): void {
  if (resource.deletedAt === null) return;
  const { identifier, deletedAt } = resource;
  const column = sqlName(deletedAt.column);
  file.section(
    `/** The same with ${resource.key} that are deleted, for those who ask for them and may see them. */`,
    `export const ${tableWithDeleted(resource)}: ${file.useType("covara/runtime", "Table")} = {`,
    `  ...${identifier},`,
    "  columns: {",
    `    ...${identifier}.columns,`,
    `    ${deletedAt.name}: { sql: ${quote(column)}, kind: "timestamp", nullable: true },`,
    "  },",
    `  projection: \`\${${identifier}.projection}, ${column} AS "${deletedAt.name}"\`,`,
    "  withDeleted: true,",
    "};",
  );
}

/** How a handler comes by the rows that a read is about. */
export interface ShownRows {
  /** Lines that declare what the other members name. */
  readonly lines: readonly string[];
  /** The table, as an expression. */
  readonly table: string;
  /** Whether the caller matters. */
  readonly needsUser: boolean;
}

/** The table and the constant `read` of a handler that reads: with deleted rows where the request may ask for them. */
export function shownRows(e: Emission): ShownRows {
  const { resource } = e;
  if (!offers(resource, "readDeleted")) {
    return {
      lines: [`  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`],
      table: e.stored(resource.identifier),
      needsUser: e.needsUser(["read"]),
    };
  }
  return {
    lines: [
      `  const { table, read } = shown(c.req.raw${e.needsUser(["read", "readDeleted"]) ? ", user" : ""});`,
    ],
    table: "table",
    needsUser: e.needsUser(["read", "readDeleted"]),
  };
}

/** The function behind {@link shownRows}, once for all handlers of a file. */
export function emitShown(e: Emission): void {
  const { resource, file } = e;
  if (!offers(resource, "readDeleted")) return;
  const user = e.needsUser(["read", "readDeleted"])
    ? `, user: ${file.useType("../env.js", "User")} | null`
    : "";
  const deleted = `{ table: ${e.stored(tableWithDeleted(resource))}, read: ${e.runtime("permitted")}(${e.scope("readDeleted")}) }`;
  const others = `{ table: ${e.stored(resource.identifier)}, read: ${e.runtime("signedInFor")}(${e.scope("read")}) }`;
  file.section(
    "/** The rows that a read is about: deleted ones too where `withDeleted=true` asks for them. */",
    `const shown = (request: Request${user}) =>`,
    `  ${e.runtime("withDeleted")}(request)`,
    `    ? ${deleted}`,
    `    : ${others};`,
  );
}

/** Whether deleted rows can be brought back: by those who see them and may delete them. */
export const restores = (resource: ResourceModel): boolean =>
  offers(resource, "delete") && offers(resource, "readDeleted");

export function restoreRoute(e: Emission): string[] {
  const { line, member } = precondition(e);
  const needsUser = e.needsUser(["read", "readDeleted", "delete"]);
  return [
    ...handler(e, "post", "/:id/restore", needsUser, `\`POST ${e.path}/:id/restore\``),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    ...line,
    `  const change = ${e.runtime("restoreRow")}({`,
    `    table: ${e.stored(e.resource.identifier)},`,
    `    id: c.req.param("id"),`,
    `    read: ${e.scope("read")},`,
    `    withDeleted: ${e.runtime("signedInFor")}(${e.scope("readDeleted")}),`,
    `    delete: ${e.runtime("signedInFor")}(${e.scope("delete")}),`,
    ...member,
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change);`,
    "});",
    otherMethods(e, "/:id/restore", ["POST"]),
  ];
}
