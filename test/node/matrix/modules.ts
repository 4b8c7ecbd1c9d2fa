/** The modules of random applications: hooks and procedures that run and change nothing. */
import { hookNames } from "../../../generator/model/hooks.ts";
import type { ModuleExports } from "../../../generator/model/modules.ts";

const hooks = `import { where } from "covara/runtime";
export const beforeCreate = async () => ({});
export const beforeUpdate = () => undefined;
export const beforeDelete = async () => {};
export const afterCreate = () => {};
export const afterUpdate = async () => {};
export const afterDelete = () => {};
export const guard = Object.fromEntries(
  ["create", "update", "delete"].map((operation) => [operation, () => where("? = ?", 1, 1)]),
);`;

const procedures = "export const touch = async () => {};\nexport const ping = () => {};";

/** The text of a module by its path; undefined for what is none of them. */
export const moduleText = (path: string): string | undefined =>
  path.endsWith(".hooks.ts") ? hooks : path.endsWith(".procedures.ts") ? procedures : undefined;

/** What such a module exports. */
export function exportsOf(path: string): ModuleExports {
  const names = path.endsWith(".hooks.ts") ? [...hookNames, "guard"] : ["ping", "touch"];
  return {
    ok: true,
    exports: names.toSorted().map((name) => ({
      name,
      kind: name === "guard" ? "unknown" : "function",
      parameters: name === "guard" ? null : 0,
    })),
  };
}
