/** The routes of a resource as a table: `routes/<name>.ts` answers them, and `openapi.json` describes them. */
import type { ProcedureModel, ResourceModel } from "../model/types.ts";
import { procedurePath } from "./procedures.ts";
import { hasClientId } from "./routes-batch.ts";
import { callable, offers } from "./rule.ts";
import { restores } from "./soft-delete.ts";

export type EndpointName =
  | "list"
  | "count"
  | "aggregate"
  | "search"
  | "subscribe"
  | "subscribeAggregate"
  | "create"
  | "createMany"
  | "updateMany"
  | "deleteMany"
  | "upsertMany"
  | "get"
  | "update"
  | "replace"
  | "delete"
  | "restore"
  | "procedure";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** One method of one path. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly method: Method;
  /** Below the path of the collection, with `/:id` for a row; `/` for the collection itself. */
  readonly path: string;
  /** Null but for a procedure. */
  readonly procedure: ProcedureModel | null;
}

const table: Readonly<
  Record<Exclude<EndpointName, "procedure">, readonly [Method, string, (resource: ResourceModel) => boolean]>
> = {
  list: ["GET", "/", (resource) => offers(resource, "read")],
  count: ["GET", "/count", (resource) => offers(resource, "read")],
  aggregate: ["GET", "/aggregate", (resource) => offers(resource, "read")],
  search: ["GET", "/search", (resource) => offers(resource, "read") && resource.search !== null],
  subscribe: ["GET", "/subscribe", (resource) => offers(resource, "subscribe")],
  subscribeAggregate: ["GET", "/aggregate/subscribe", (resource) => offers(resource, "subscribe")],
  create: ["POST", "/", (resource) => offers(resource, "create")],
  createMany: ["POST", "/batch", (resource) => offers(resource, "create")],
  updateMany: ["PATCH", "/batch", (resource) => offers(resource, "update")],
  deleteMany: ["DELETE", "/batch", (resource) => offers(resource, "delete")],
  upsertMany: ["POST", "/batch/upsert", (resource) => offers(resource, "create") && hasClientId(resource)],
  get: ["GET", "/:id", (resource) => offers(resource, "read")],
  update: ["PATCH", "/:id", (resource) => offers(resource, "update")],
  replace: ["PUT", "/:id", (resource) => offers(resource, "update")],
  delete: ["DELETE", "/:id", (resource) => offers(resource, "delete")],
  restore: ["POST", "/:id/restore", (resource) => restores(resource)],
};

const names = Object.keys(table) as (keyof typeof table)[];

/** What the rules of a resource offer to anybody, in the order in which the routes are written; procedures come last. */
export function endpointsOf(resource: ResourceModel): readonly Endpoint[] {
  const own = names.flatMap((name): Endpoint[] => {
    const [method, path, isOffered] = table[name];
    return isOffered(resource) ? [{ name, method, path, procedure: null }] : [];
  });
  const procedures = callable(resource).map(
    (procedure): Endpoint => ({
      name: "procedure",
      method: "POST",
      path: procedurePath(procedure),
      procedure,
    }),
  );
  return [...own, ...procedures];
}

/** The methods of a path, `HEAD` beside `GET`; empty where the resource does not have the path. */
export const methodsAt = (resource: ResourceModel, path: string): string[] =>
  endpointsOf(resource)
    .filter((endpoint) => endpoint.path === path)
    .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
