/** `resources/<name>.ts`: the routes of one resource, with their SQL. */
import type { Model, ResourceModel } from "../model/types.ts";
import { routesName, startEmission } from "./emission.ts";
import { countRoute, getRoute, listRoute } from "./resource-read.ts";
import { emitTableDescription } from "./resource-table.ts";
import { changeRoute, createRoute, deleteRoute, emitReferences } from "./resource-write.ts";
import { offers } from "./rule.ts";
import { quote } from "./text.ts";

/** Only what the rules offer to anybody becomes a route; every path answers other methods with 405. */
export function emitResource(
  model: Model,
  resource: ResourceModel,
  userModule: (path: string) => string,
): string {
  const e = startEmission(model, resource);
  const { file } = e;
  const routes = routesName(resource);
  const [reads, creates] = [offers(resource, "read"), offers(resource, "create")];
  const [updates, deletes] = [offers(resource, "update"), offers(resource, "delete")];

  emitTableDescription(e, userModule);
  if (creates || updates) emitReferences(e);
  const hono = `new ${file.use("hono", "Hono")}<${file.useType("../env.js", "AppEnv")}>()`;
  file.section(`export const ${routes} = ${hono};`);
  if (reads) file.section(...listRoute(e)).section(...countRoute(e));
  if (creates) file.section(...createRoute(e));
  if (reads) file.section(...getRoute(e));
  if (updates) file.section(...changeRoute(e, "patch")).section(...changeRoute(e, "put"));
  if (deletes) file.section(...deleteRoute(e));

  const get = reads ? ["GET", "HEAD"] : [];
  const paths: [path: string, methods: string[]][] = [
    ["/", [...get, ...(creates ? ["POST"] : [])]],
    ["/:id", [...get, ...(updates ? ["PATCH", "PUT"] : []), ...(deletes ? ["DELETE"] : [])]],
  ];
  const others = paths
    .filter(([, methods]) => methods.length > 0)
    .map(
      ([path, methods]) => `${routes}.all("${path}", ${e.runtime("allow")}(${quote(methods.join(", "))}));`,
    );
  return file.section(...others).toString();
}
