/** What the emitters of one resource's routes share. */
import type { GuardedOperation, Model, ResourceModel } from "../model/types.ts";
import { scopeCall, scopeFunction } from "./access.ts";
import { hooksName, runsOn } from "./hooks.ts";
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
  /** The name of a function of `covara/runtime` that writes rows: the one that runs hooks, where the resource has any for this. */
  write(name: string, operation: GuardedOperation): string;
  /** The member that gives such a function the hooks, without indentation or comma; none where nothing runs. */
  hooks(operations: readonly GuardedOperation[], resource?: ResourceModel): readonly string[];
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
  "rule",
  "output",
  "context",
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
    write: (name, operation) =>
      file.use("covara/runtime", runsOn(resource, operation) ? hookedName(name) : name),
    hooks(operations, target = resource) {
      if (!operations.some((operation) => runsOn(target, operation))) return [];
      const context = `${file.use("covara/runtime", "serverContext")}(c, ${model.auth === null ? "null" : "user"})`;
      return [`hooks: ${file.use(`../resources/${target.file}.js`, hooksName(target))}(${context})`];
    },
    needsUser: (operations) => operations.some((operation) => dependsOnCaller(resource.access[operation])),
  };
}

/** `hookedInsertRow` for `insertRow`. */
export const hookedName = (name: string): string => `hooked${name.charAt(0).toUpperCase()}${name.slice(1)}`;

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
