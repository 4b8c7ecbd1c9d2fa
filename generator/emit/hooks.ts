/** `hooks.ts`: the types of hooks, for the modules that hold them. Types only. */
import type { FieldModel, GuardedOperation, HookName, Model, ResourceModel } from "../model/types.ts";
import { shorthand } from "./kv-stores.ts";
import { rowType } from "./rows.ts";
import { SourceFile } from "./source-file.ts";
import { list, quote } from "./text.ts";
import { generic, layOutType, union } from "./type-layout.ts";

/** `TodoHooks` */
export const hooksType = ({ typeName }: ResourceModel): string => `${typeName}Hooks`;

/** The fields that nothing but a hook gives a new row. */
export const leftToHook = (resource: ResourceModel): readonly FieldModel[] =>
  resource.fields.filter(
    (field) => !field.writable && !field.nullable && field.generated === null && field.default === undefined,
  );

/** Whether any of these hooks, or guards, run. */
const runs = (
  { hooks }: ResourceModel,
  names: readonly HookName[],
  ...guards: readonly GuardedOperation[]
): boolean =>
  hooks !== null &&
  (names.some((name) => hooks.exports.includes(name)) || guards.some((name) => hooks.guards.includes(name)));

/** Whether anything runs around a write of this kind. */
export const runsOn = (resource: ResourceModel, operation: GuardedOperation): boolean => {
  const name = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}` as "Create" | "Update" | "Delete";
  return runs(resource, [`before${name}`, `after${name}`], operation);
};

/** Name of the emitted function that gives the hooks of a resource for a request. */
export const hooksName = ({ identifier }: ResourceModel): string => `${identifier}Hooks`;

/** The function in the resource's own file; none where its module exports nothing that runs. @param module Relative to the output folder. */
export function emitRowHooks(file: SourceFile, resource: ResourceModel, module: string): void {
  const { hooks } = resource;
  if (hooks === null || hooks.exports.length + hooks.guards.length === 0) return;
  const names = [...hooks.exports, ...(hooks.guards.length > 0 ? ["guard"] : [])];
  const own = names.map((name): [string, string] => [name, file.use(`../${module}`, name)]);
  const context = file.useType("../hooks.js", "HookContext");
  const bind = file.use("covara/runtime", "bindHooks");
  const type = file.useType("covara/runtime", "RowHooks");
  const open = `export const ${hooksName(resource)} = (context: ${context}): ${type} =>`;
  const call = (before: string): string =>
    list(`${before}${bind}(context, `, "{ ", shorthand(own), "}", ");");
  const line = call(`${open} `);
  file.section(
    `/** What runs around writes to ${resource.key}. */`,
    ...(line.includes("\n") ? [open, call("  ")] : [line]),
  );
}

/** Null where no resource has hooks. */
export function emitHooks(model: Model): string | null {
  const resources = model.resources.filter(({ hooks }) => hooks !== null);
  if (resources.length === 0) return null;
  const file = new SourceFile(["HookContext", ...resources.map(hooksType)]);
  const user = model.auth === null ? "null" : `${file.useType("./env.js", "User")} | null`;
  const context = `${file.useType("covara/runtime", "ServerContext")}<${file.useType("./env.js", "Env")}, ${user}>`;
  file.section(
    "/** What a hook knows of the request that it is part of. */",
    `export type HookContext = ${context};`,
  );
  for (const resource of resources) {
    const row = file.useType("./rows.js", rowType(resource));
    const visible = file.useType("./types.js", resource.typeName);
    const version = resource.fields.filter(({ generated }) => generated === "version");
    const computed = resource.computed.fields;
    const fixed = [`"id"`, ...[...version, ...computed].map(({ name }) => quote(name))];
    const missing = [...leftToHook(resource), ...computed].map(({ name }) => quote(name));
    const draft = missing.length === 0 ? [] : [union(missing)];
    const hooks = generic(
      file.useType("covara/runtime", "Hooks"),
      row,
      visible,
      union(fixed),
      "HookContext",
      ...draft,
    );
    file.section(
      `/** What the module with the hooks of ${resource.key} may export. */`,
      layOutType(`export type ${hooksType(resource)} = `, hooks, ";"),
    );
  }
  return file.toString();
}
