/** `routes/<name>.ts`: the routes of one resource. */
import type { Model, ResourceModel } from "../model/types.ts";
import { type Emission, routesName, startEmission } from "./emission.ts";
import { type EndpointName, endpointsOf, methodsAt } from "./endpoints.ts";
import { emitRateLimits } from "./rate-limits.ts";
import { aggregateRoute } from "./routes-aggregate.ts";
import { createManyRoute, deleteManyRoute, updateManyRoute, upsertRoute } from "./routes-batch.ts";
import { subscribeAggregateRoute, subscribeRoute } from "./routes-live.ts";
import { procedureRoutes } from "./routes-procedures.ts";
import { countRoute, getRoute, listRoute } from "./routes-read.ts";
import { searchRoute } from "./routes-search.ts";
import { changeRoute, createRoute, deleteRoute } from "./routes-write.ts";
import { emitShown, restoreRoute } from "./soft-delete.ts";
import { quote } from "./text.ts";

/** The text of each route. Paths of one segment come before `/:id`. */
const emitters: Readonly<Record<EndpointName, (e: Emission) => readonly string[]>> = {
  list: listRoute,
  count: countRoute,
  aggregate: aggregateRoute,
  search: searchRoute,
  // Files of routes import this one too, so a constant of theirs is not there yet.
  subscribe: (e) => subscribeRoute(e),
  subscribeAggregate: (e) => subscribeAggregateRoute(e),
  create: createRoute,
  createMany: createManyRoute,
  updateMany: updateManyRoute,
  deleteMany: deleteManyRoute,
  upsertMany: upsertRoute,
  get: getRoute,
  update: (e) => changeRoute(e, "patch"),
  replace: (e) => changeRoute(e, "put"),
  delete: deleteRoute,
  restore: restoreRoute,
  procedure: (e) => procedureRoutes(e),
};

/** Only what the rules offer to anybody becomes a route; every path answers other methods with 405. */
export function emitRoutes(
  model: Model,
  resource: ResourceModel,
  userModule: (path: string) => string,
): string {
  const e = startEmission(model, resource, userModule);
  const { file } = e;
  const hono = `new ${file.use("hono", "Hono")}<${file.useType("../env.js", "AppEnv")}>()`;
  file.section(`export const ${routesName(resource)} = ${hono};`);
  emitRateLimits(e);
  emitShown(e);
  const endpoints = endpointsOf(resource);
  const names = [...new Set(endpoints.map(({ name }) => name))];
  const lastOfBatch = endpoints.findLast(({ path }) => path === "/batch")?.name;
  for (const name of names) {
    file.section(...emitters[name](e));
    if (name === lastOfBatch) file.section(otherMethods(e, "/batch", methodsAt(resource, "/batch")));
  }
  const others = ["/", "/:id"]
    .map((path) => [path, methodsAt(resource, path)] as const)
    .filter(([, methods]) => methods.length > 0)
    .map(([path, methods]) => otherMethods(e, path, methods));
  if (others.length > 0) file.section(...others);
  return file.toString();
}

/** The answer to the methods that a path does not have. */
export const otherMethods = (e: Emission, path: string, methods: readonly string[]): string =>
  `${routesName(e.resource)}.all("${path}", ${e.runtime("allow")}(${quote(methods.join(", "))}));`;
