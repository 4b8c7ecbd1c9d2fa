/** The routes that read a resource: list, count, get. */
import { database, type Emission, handler, routesName } from "./emission.ts";

export function listRoute(e: Emission): string[] {
  const caller = e.model.auth === null ? `""` : `user?.id ?? ""`;
  return [
    ...handler(e, "get", "/", e.model.auth !== null, `\`GET ${e.path}\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  return ${e.runtime("reply")}(c, 200, await ${e.runtime("listRows")}(${database(e.model)}, c.req.raw, ${e.stored(e.resource.identifier)}, read, ${caller}));`,
    "});",
  ];
}

export function countRoute(e: Emission): string[] {
  const routes = routesName(e.resource);
  return [
    ...handler(e, "get", "/count", e.needsUser(["read"]), `\`GET ${e.path}/count\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  const count = await ${e.runtime("countRows")}(${database(e.model)}, c.req.raw, ${e.stored(e.resource.identifier)}, read);`,
    `  return ${e.runtime("reply")}(c, 200, { count });`,
    "});",
    `${routes}.all("/count", ${e.runtime("allow")}("GET, HEAD"));`,
  ];
}

export function getRoute(e: Emission): string[] {
  return [
    ...handler(e, "get", "/:id", e.needsUser(["read"]), `\`GET ${e.path}/:id\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  const row = await ${e.runtime("getRow")}(${database(e.model)}, c.req.raw, ${e.stored(e.resource.identifier)}, c.req.param("id"), read);`,
    `  return ${e.runtime("replyRow")}(c, row);`,
    "});",
  ];
}
