/** `routes/<name>.ts`: the routes of one resource. */
import type { Model, ResourceModel } from "../model/types.ts";
import { type Emission, routesName, startEmission } from "./emission.ts";
import { aggregateRoute } from "./routes-aggregate.ts";
import {
  createManyRoute,
  deleteManyRoute,
  hasClientId,
  updateManyRoute,
  upsertRoute,
} from "./routes-batch.ts";
import { procedureRoutes } from "./routes-procedures.ts";
import { countRoute, getRoute, listRoute } from "./routes-read.ts";
import { searchRoute } from "./routes-search.ts";
import { changeRoute, createRoute, deleteRoute } from "./routes-write.ts";
import { callable, offers } from "./rule.ts";
import { emitShown, restoreRoute, restores } from "./soft-delete.ts";
import { quote } from "./text.ts";

/** One or more routes: whether the resource has them, and their text. Paths of one segment come before `/:id`. */
interface Part {
  readonly offered: boolean;
  readonly emit: (e: Emission) => readonly string[];
}

/** Only what the rules offer to anybody becomes a route; every path answers other methods with 405. */
export function emitRoutes(
  model: Model,
  resource: ResourceModel,
  userModule: (path: string) => string,
): string {
  const e = startEmission(model, resource, userModule);
  const [reads, creates] = [offers(resource, "read"), offers(resource, "create")];
  const [updates, deletes] = [offers(resource, "update"), offers(resource, "delete")];
  const parts: readonly Part[] = [
    { offered: reads, emit: listRoute },
    { offered: reads, emit: countRoute },
    { offered: reads, emit: aggregateRoute },
    { offered: reads && resource.search !== null, emit: searchRoute },
    { offered: creates, emit: createRoute },
    { offered: creates, emit: createManyRoute },
    { offered: updates, emit: updateManyRoute },
    { offered: deletes, emit: deleteManyRoute },
    {
      offered: creates || updates || deletes,
      emit: (e) => [otherMethods(e, "/batch", batchMethods(e.resource))],
    },
    { offered: creates && hasClientId(resource), emit: upsertRoute },
    { offered: reads, emit: getRoute },
    { offered: updates, emit: (emission) => changeRoute(emission, "patch") },
    { offered: updates, emit: (emission) => changeRoute(emission, "put") },
    { offered: deletes, emit: deleteRoute },
    { offered: restores(resource), emit: restoreRoute },
    { offered: callable(resource).length > 0, emit: procedureRoutes },
  ];
  const { file } = e;
  const hono = `new ${file.use("hono", "Hono")}<${file.useType("../env.js", "AppEnv")}>()`;
  file.section(`export const ${routesName(resource)} = ${hono};`);
  emitShown(e);
  for (const { offered, emit } of parts) if (offered) file.section(...emit(e));

  const get = reads ? ["GET", "HEAD"] : [];
  const paths: [path: string, methods: string[]][] = [
    ["/", [...get, ...(creates ? ["POST"] : [])]],
    ["/:id", [...get, ...(updates ? ["PATCH", "PUT"] : []), ...(deletes ? ["DELETE"] : [])]],
  ];
  const others = paths.filter(([, methods]) => methods.length > 0).map((path) => otherMethods(e, ...path));
  return file.section(...others).toString();
}

const batchMethods = (resource: ResourceModel): string[] => [
  ...(offers(resource, "create") ? ["POST"] : []),
  ...(offers(resource, "update") ? ["PATCH"] : []),
  ...(offers(resource, "delete") ? ["DELETE"] : []),
];

/** The answer to the methods that a path does not have. */
export const otherMethods = (e: Emission, path: string, methods: readonly string[]): string =>
  `${routesName(e.resource)}.all("${path}", ${e.runtime("allow")}(${quote(methods.join(", "))}));`;
