/** The route that aggregates the rows of a resource. */
import { database, type Emission, handler } from "./emission.ts";
import { otherMethods } from "./routes.ts";
import { shownRows } from "./soft-delete.ts";
import { list } from "./text.ts";

export function aggregateRoute(e: Emission): string[] {
  const shown = shownRows(e);
  const groups = `await ${e.runtime("aggregateRows")}(${database(e.model)}, c.req.raw, ${shown.table}, read)`;
  return [
    ...handler(e, "get", "/aggregate", shown.needsUser, `\`GET ${e.path}/aggregate\``),
    ...shown.lines,
    list(`  return ${e.runtime("reply")}`, "(", ["c", "200", groups], ")", ";"),
    "});",
    otherMethods(e, "/aggregate", ["GET", "HEAD"]),
  ];
}
