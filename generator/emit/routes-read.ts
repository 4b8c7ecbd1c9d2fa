/** The routes that read a resource: list, count, get. */
import { database, type Emission, handler, routesName } from "./emission.ts";
import { includables } from "./includable.ts";
import { relationsName } from "./relations.ts";
import { shownRows } from "./soft-delete.ts";
import { fits, list } from "./text.ts";

export function listRoute(e: Emission): string[] {
  const shown = shownRows(e);
  const include = followed(e);
  const caller = e.model.auth === null ? `""` : `user?.id ?? ""`;
  return [
    ...handler(e, "get", "/", e.model.auth !== null, `\`GET ${e.path}\``),
    ...shown.lines,
    ...include.lines,
    ...emitPage(e, [database(e.model), "c.req.raw", shown.table, "read", caller, ...include.argument]),
    "});",
  ];
}

/** The answer of the list, on one line where nothing needs more. */
function emitPage(e: Emission, values: readonly string[]): string[] {
  const [reply, listRows] = [e.runtime("reply"), e.runtime("listRows")];
  const line = `  return ${reply}(c, 200, await ${listRows}(${values.join(", ")}));`;
  if (fits(line)) return [line];
  return [
    list(`  const page = await ${listRows}`, "(", values, ")", ";"),
    `  return ${reply}(c, 200, page);`,
  ];
}

/** What a handler says of the relations that a request may follow; nothing where there are none. */
function followed(e: Emission): { lines: string[]; argument: string[]; needsUser: boolean } {
  if (includables(e.model, e.resource).length === 0) return { lines: [], argument: [], needsUser: false };
  const needsUser = e.model.auth !== null;
  const name = relationsName(e.resource);
  const members = [`relations: ${e.file.use("../relations.js", name)}`, needsUser ? "user" : "user: null"];
  return { lines: [list("  const include = ", "{ ", members, "}", ";")], argument: ["include"], needsUser };
}

export function countRoute(e: Emission): string[] {
  const routes = routesName(e.resource);
  const shown = shownRows(e);
  return [
    ...handler(e, "get", "/count", shown.needsUser, `\`GET ${e.path}/count\``),
    ...shown.lines,
    `  const count = await ${e.runtime("countRows")}(${database(e.model)}, c.req.raw, ${shown.table}, read);`,
    `  return ${e.runtime("reply")}(c, 200, { count });`,
    "});",
    `${routes}.all("/count", ${e.runtime("allow")}("GET, HEAD"));`,
  ];
}

export function getRoute(e: Emission): string[] {
  const shown = shownRows(e);
  const include = followed(e);
  const id = `c.req.param("id")`;
  const values = [database(e.model), "c.req.raw", shown.table, id, "read", ...include.argument];
  return [
    ...handler(e, "get", "/:id", shown.needsUser || include.needsUser, `\`GET ${e.path}/:id\``),
    ...shown.lines,
    ...include.lines,
    list(`  const row = await ${e.runtime("getRow")}`, "(", values, ")", ";"),
    `  return ${e.runtime(e.resource.computed.fields.length > 0 ? "replyComputedRow" : "replyRow")}(c, row);`,
    "});",
  ];
}
