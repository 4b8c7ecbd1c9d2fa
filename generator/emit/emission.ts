/** What the emitters of one resource's routes share. */
import type { Model, ResourceModel } from "../model/types.ts";
import { scopeCall, scopeFunction } from "./access.ts";
import { dependsOnCaller, type Operation } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { property } from "./text.ts";

/** Name of the Hono app with a resource's routes. */
export const routesName = (resource: ResourceModel): string => `${resource.identifier}Routes`;

/** The database call's receiver in a handler. */
export const database = (model: Model): string => property("c.env", model.database.binding);

/** The file of a resource's routes while it is written. */
export interface Emission {
  readonly model: Model;
  readonly resource: ResourceModel;
  readonly file: SourceFile;
  /** Path of the collection, for comments and Location. */
  readonly path: string;
  /** The path of a module of the user's relative to the output folder. */
  userModule(path: string): string;
  /** A name of `covara/runtime`; asks for its import. */
  runtime(name: string): string;
  /** A name of the file that describes a resource's table; asks for its import. */
  stored(name: string, resource?: ResourceModel): string;
  /** The scope of an operation on a resource, as an expression; asks for its import. */
  scope(operation: Operation, resource?: ResourceModel): string;
  /** Whether any rule of these operations looks at the caller. */
  needsUser(operations: readonly Operation[]): boolean;
}

/** Names that handlers declare: an import of the same name gets another one. */
const ownNames = [
  "each",
  "c",
  "user",
  "shown",
  "table",
  "include",
  "page",
  "input",
  "patch",
  "row",
  "rows",
  "id",
  "read",
  "create",
  "update",
  "change",
  "items",
  "given",
  "filter",
  "count",
  "found",
];

export function startEmission(
  model: Model,
  resource: ResourceModel,
  userModule: (path: string) => string,
): Emission {
  const file = new SourceFile([routesName(resource), ...ownNames]);
  return {
    model,
    resource,
    file,
    path: `${model.basePath}/${resource.route}`,
    userModule,
    runtime: (name) => file.use("covara/runtime", name),
    stored: (name, target = resource) => file.use(`../resources/${target.file}.js`, name),
    scope: (operation, target = resource) =>
      scopeCall(target, operation, file.use("../access.js", scopeFunction(target, operation)), "user"),
    needsUser: (operations) => operations.some((operation) => dependsOnCaller(resource.access[operation])),
  };
}

/** The head of a handler with what its scopes need. */
export function handler(
  e: Emission,
  method: string,
  path: string,
  needsUser: boolean,
  doc: string,
): string[] {
  return [
    `/** ${doc} */`,
    `${routesName(e.resource)}.${method}("${path}", async (c) => {`,
    ...(needsUser ? [`  const user = c.get("user");`] : []),
  ];
}
