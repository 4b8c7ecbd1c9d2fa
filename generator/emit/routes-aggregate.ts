/** The route that aggregates the rows of a resource. */
import { database, type Emission, handler } from "./emission.ts";
import { otherMethods } from "./routes.ts";

export function aggregateRoute(e: Emission): string[] {
  const table = e.stored(e.resource.identifier);
  return [
    ...handler(e, "get", "/aggregate", e.needsUser(["read"]), `\`GET ${e.path}/aggregate\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  return ${e.runtime("reply")}(c, 200, await ${e.runtime("aggregateRows")}(${database(e.model)}, c.req.raw, ${table}, read));`,
    "});",
    otherMethods(e, "/aggregate", ["GET", "HEAD"]),
  ];
}
