/** `hooks.ts`: the types of hooks, for the modules that hold them. Types only. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { rowType } from "./rows.ts";
import { SourceFile } from "./source-file.ts";
import { list, quote } from "./text.ts";

/** `TodoHooks` */
export const hooksType = ({ typeName }: ResourceModel): string => `${typeName}Hooks`;

/** The fields that nothing but a hook gives a new row. */
export const leftToHook = (resource: ResourceModel): readonly FieldModel[] =>
  resource.fields.filter(
    (field) => !field.writable && !field.nullable && field.generated === null && field.default === undefined,
  );

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
    const fixed = [`"id"`, ...version.map(({ name }) => quote(name))].join(" | ");
    const missing = leftToHook(resource).map(({ name }) => quote(name));
    const draft = missing.length === 0 ? [] : [`${missing.join(" | ")}`];
    const open = `export type ${hooksType(resource)} = ${file.useType("covara/runtime", "Hooks")}`;
    file.section(
      `/** What the module with the hooks of ${resource.key} may export. */`,
      list(open, "<", [row, visible, fixed, "HookContext", ...draft], ">", ";").replace(/,\n>;$/, "\n>;"),
    );
  }
  return file.toString();
}
