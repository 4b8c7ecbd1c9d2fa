/** The route that aggregates the rows of a resource. */
import { database, type Emission, handler } from "./emission.ts";
import { otherMethods } from "./routes.ts";
import { list } from "./text.ts";

export function aggregateRoute(e: Emission): string[] {
  const table = e.stored(e.resource.identifier);
  const groups = `await ${e.runtime("aggregateRows")}(${database(e.model)}, c.req.raw, ${table}, read)`;
  return [
    ...handler(e, "get", "/aggregate", e.needsUser(["read"]), `\`GET ${e.path}/aggregate\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    list(`  return ${e.runtime("reply")}`, "(", ["c", "200", groups], ")", ";"),
    "});",
    otherMethods(e, "/aggregate", ["GET", "HEAD"]),
  ];
}
