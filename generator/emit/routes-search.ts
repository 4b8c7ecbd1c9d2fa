/** The route that searches the words of a resource's rows. */
import { database, type Emission, handler } from "./emission.ts";
import { otherMethods } from "./routes.ts";
import { searchName } from "./search.ts";
import { list } from "./text.ts";

export function searchRoute(e: Emission): string[] {
  const table = e.stored(e.resource.identifier);
  const search = e.stored(searchName(e.resource));
  const values = [database(e.model), "c.req.raw", table, search, "read"];
  return [
    ...handler(e, "get", "/search", e.needsUser(["read"]), `\`GET ${e.path}/search\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    list(`  const found = await ${e.runtime("searchRows")}`, "(", values, ")", ";"),
    `  return ${e.runtime("reply")}(c, 200, found);`,
    "});",
    otherMethods(e, "/search", ["GET", "HEAD"]),
  ];
}
