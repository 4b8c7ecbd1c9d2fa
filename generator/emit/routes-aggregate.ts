/** The route that aggregates the rows of a resource. */
import { database, type Emission, handler } from "./emission.ts";
import { otherMethods } from "./routes.ts";
import { list } from "./text.ts";

export function aggregateRoute(e: Emission): string[] {
  const values = [database(e.model), "c.req.raw", e.stored(e.resource.identifier), "read"];
  // As it is laid out where the reply takes more than one line.
  const groups = list(`    await ${e.runtime("aggregateRows")}`, "(", values, ")", ",").slice(4, -1);
  return [
    ...handler(e, "get", "/aggregate", e.needsUser(["read"]), `\`GET ${e.path}/aggregate\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    list(`  return ${e.runtime("reply")}`, "(", ["c", "200", groups], ")", ";"),
    "});",
    otherMethods(e, "/aggregate", ["GET", "HEAD"]),
  ];
}
