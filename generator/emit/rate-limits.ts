/** The rate limits of a resource: which of its routes each of them counts. */
import type { RateLimitedOperation } from "../../schema/data.ts";
import type { RateLimitModel, ResourceModel } from "../model/types.ts";
import { type Emission, routesName } from "./emission.ts";
import { type EndpointName, endpointsOf, type Method } from "./endpoints.ts";
import { call, layOut } from "./expression.ts";
import { list, property, quote } from "./text.ts";

const operationOf: Readonly<Record<EndpointName, RateLimitedOperation>> = {
  list: "read",
  count: "read",
  aggregate: "read",
  search: "read",
  subscribe: "read",
  subscribeAggregate: "read",
  get: "read",
  create: "create",
  createMany: "create",
  upsertMany: "create",
  update: "update",
  replace: "update",
  updateMany: "update",
  delete: "delete",
  deleteMany: "delete",
  restore: "delete",
  procedure: "procedures",
};

/** Whether requests to an endpoint are limited. */
export const isLimited = (resource: ResourceModel, name: EndpointName): boolean =>
  resource.rateLimits.some(({ operations }) => operations.includes(operationOf[name]));

/** The paths that a limit counts, by method. */
function pathsOf(resource: ResourceModel, limit: RateLimitModel): ReadonlyMap<Method, readonly string[]> {
  const paths = new Map<Method, string[]>();
  for (const { name, method, path } of endpointsOf(resource)) {
    if (!limit.operations.includes(operationOf[name])) continue;
    paths.set(method, [...(paths.get(method) ?? []), path]);
  }
  return paths;
}

/** The limits, and the routes that they stand in front of. Empty where the resource has none. */
export function emitRateLimits(e: Emission): void {
  const { resource, file } = e;
  for (const limit of resource.rateLimits) {
    const paths = pathsOf(resource, limit);
    // A limit of operations that nobody is offered counts nothing.
    if (paths.size === 0) continue;
    const [operation] = limit.operations;
    const name =
      limit.operations.length > 1
        ? "limit"
        : `limit${operation?.charAt(0).toUpperCase()}${operation?.slice(1)}`;
    const kv = file.use("../kv.js", "kv");
    const env = file.useType("../env.js", "Env");
    const store = `(env: ${env}) => ${property(`${kv}(env)`, limit.store)}`;
    const what = limit.operations.length > 1 ? "All requests" : doing[operation ?? "read"];
    const whom = limit.by === "user" ? "each user" : "each network address";
    file.section(
      `/** ${what}: ${limit.requests} in ${limit.per} for ${whom}. */`,
      layOut(`const ${name} = `, call(e.runtime("rateLimit"), [store, quote(limit.by)]), ";"),
      ...[...paths].map(([method, own]) =>
        list(
          `${routesName(resource)}.on`,
          "(",
          [quote(method), `[${own.map(quote).join(", ")}]`, name],
          ")",
          ";",
        ),
      ),
    );
  }
}

const doing: Readonly<Record<RateLimitedOperation, string>> = {
  read: "Reading",
  create: "Creating",
  update: "Changing",
  delete: "Deleting",
  procedures: "Calling procedures",
};
