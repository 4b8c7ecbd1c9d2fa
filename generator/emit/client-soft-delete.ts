/** What the client of a resource has besides where deleted rows are kept: reads that show them. */
import type { Model, ResourceModel } from "../model/types.ts";
import type { Following } from "./client-include.ts";
import { applied, call, type TypeText } from "./client-layout.ts";
import { markedWhereType, whereType } from "./client-where.ts";
import { includables } from "./includable.ts";
import { offers } from "./rule.ts";
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
  const where = markedWhereType(resource);
  const options = (...own: [string, ...string[]]) => {
    const [name, ...types] = own;
    return { name: "options:", type: followed.options(applied(type(name), ...types)) };
  };
  switch (read) {
    case "list":
      return call(note, {
        name: "list",
        generic,
        parameters: [options("ListWithDeleted", "Field", orderBy, where)],
        result: applied("Promise", applied(type("Page"), row)),
      });
    case "paginate":
      return call(note, {
        name: "paginate",
        generic,
        parameters: [options("PaginateWithDeleted", "Field", orderBy, where)],
        result: applied(type("Rows"), row),
      });
    case "get":
      return call(["With `withDeleted`, the row may be deleted, and has its `deletedAt`."], {
        name: "get",
        generic,
        parameters: ["id: string", options("GetWithDeleted", "Field")],
        result: applied("Promise", row),
      });
  }
}

const note = ["With `withDeleted`, deleted rows are among them, and each has its `deletedAt`."];

/** What `count` takes. */
export function countOptions(file: SourceFile, resource: ResourceModel): TypeText {
  const options = applied(file.useType("covara/client", "CountOptions"), whereType(resource));
  if (!offers(resource, "readDeleted")) return options;
  const marked = applied(file.useType("covara/client", "CountWithDeleted"), markedWhereType(resource));
  return { sign: "|", types: [options, marked] };
}

/** The group of calls that reads a resource, with its type arguments. */
export function readingGroup(
  file: SourceFile,
  model: Model,
  resource: ResourceModel,
  orderBy: string,
): { readonly name: string; readonly types: readonly string[] } {
  const row = file.useType("./types.js", resource.typeName);
  const where = whereType(resource);
  // What a row is, the interface says there: it depends on what is followed.
  if (includables(model, resource).length > 0) {
    return { name: file.use("covara/client", "readingRelated"), types: [row, orderBy, where] };
  }
  if (!offers(resource, "readDeleted")) {
    return { name: file.use("covara/client", "reading"), types: [row, orderBy, where] };
  }
  const marked = file.useType("./types.js", markedType(resource));
  return {
    name: file.use("covara/client", "readingWithDeleted"),
    types: [row, orderBy, where, marked, markedWhereType(resource)],
  };
}
