/** What the client of a resource has besides where deleted rows are kept: reads that show them, and their restoration. */
import type { Model, ResourceModel } from "../model/types.ts";
import type { Following } from "./client-include.ts";
import { comment, signature } from "./client-layout.ts";
import { includables } from "./includable.ts";
import { offers } from "./rule.ts";
import { restores } from "./soft-delete.ts";
import type { SourceFile } from "./source-file.ts";

/** Name of a row's type where deleted rows were asked for too. */
export const markedType = (resource: ResourceModel): string => `${resource.typeName}WithDeleted`;

/** The reads that `withDeleted` changes. */
type Read = "list" | "paginate" | "get";

/**
 * The further signature that a read has where the caller may ask for deleted rows: rows have `deletedAt` then. It stands
 * before the usual one, which `withDeleted` does not fit.
 */
export function signatureWithDeleted(
  file: SourceFile,
  resource: ResourceModel,
  orderBy: string,
  followed: Following,
  read: Read,
): string[] {
  if (!offers(resource, "readDeleted")) return [];
  const keys = file.useType("./types.js", markedType(resource));
  const type = (name: string): string => file.useType("covara/client", name);
  const row = followed.row(`Pick<${keys}, Field>`);
  const generic = followed.generic(keys);
  const options = (own: string): string => `options: ${followed.options(own)}`;
  switch (read) {
    case "list": {
      const parameters = [options(`${type("ListWithDeleted")}<Field, ${orderBy}>`)];
      const result = { name: "Promise", types: [{ name: type("Page"), types: [row] }] };
      return [...note, ...signature({ name: "list", generic, parameters, result })];
    }
    case "paginate": {
      const parameters = [options(`${type("PaginateWithDeleted")}<Field, ${orderBy}>`)];
      const result = { name: "AsyncIterable", types: [row] };
      return [...note, ...signature({ name: "paginate", generic, parameters, result })];
    }
    case "get": {
      const parameters = ["id: string", options(`${type("GetWithDeleted")}<Field>`)];
      const own = comment(["With `withDeleted`, the row may be deleted, and has its `deletedAt`."]);
      return [
        ...own,
        ...signature({ name: "get", generic, parameters, result: { name: "Promise", types: [row] } }),
      ];
    }
  }
}

const note = comment(["With `withDeleted`, deleted rows are among them, and each has its `deletedAt`."]);

/** What `count` takes. */
export function countOptions(file: SourceFile, resource: ResourceModel): string {
  const options = file.useType("covara/client", "CountOptions");
  if (!offers(resource, "readDeleted")) return options;
  return `${options} | ${file.useType("covara/client", "CountWithDeleted")}`;
}

/** The group of calls that reads a resource, with its type arguments. */
export function readingGroup(
  file: SourceFile,
  model: Model,
  resource: ResourceModel,
  orderBy: string,
): { readonly name: string; readonly types: readonly string[] } {
  const row = file.useType("./types.js", resource.typeName);
  // What a row is, the interface says there: it depends on what is followed.
  if (includables(model, resource).length > 0) {
    return { name: file.use("covara/client", "readingRelated"), types: [row, orderBy] };
  }
  if (!offers(resource, "readDeleted")) {
    return { name: file.use("covara/client", "reading"), types: [row, orderBy] };
  }
  const marked = file.useType("./types.js", markedType(resource));
  return { name: file.use("covara/client", "readingWithDeleted"), types: [row, orderBy, marked] };
}

/** The restoration of a row: its member of the interface, and the group of calls with its type arguments. */
export function restoreCall(
  file: SourceFile,
  resource: ResourceModel,
  path: string,
): { readonly member: readonly string[]; readonly name: string; readonly types: readonly string[] } | null {
  if (!restores(resource)) return null;
  const row = file.useType("./types.js", resource.typeName);
  return {
    member: [
      ...comment([`\`POST ${path}/:id/restore\`: brings a deleted row back.`]),
      ...signature({
        name: "restore",
        parameters: ["id: string", `options?: ${file.useType("covara/client", "CallOptions")}`],
        result: `Promise<${row}>`,
      }),
    ],
    name: file.use("covara/client", "restoring"),
    types: [row],
  };
}
