/** The modules of hooks, procedures and computed fields that `covara gen` starts where they are missing: from then on they are the user's. */
import path from "node:path";
import type { Model, ProcedureModel, ResourceModel } from "../model/types.ts";
import { computedStarter } from "./computed.ts";
import { hooksType } from "./hooks.ts";
import { procedurePath, proceduresType } from "./procedures.ts";
import { offers } from "./rule.ts";
import { quote } from "./text.ts";

/**
 * The text of each missing module by its path, relative to the folder of the config.
 *
 * @param outFolder The output folder relative to that of the config, with `/` separators.
 */
export function emitStarters(model: Model, outFolder: string): Map<string, string> {
  const texts = new Map<string, string>();
  const start = (module: string, emit: (generated: string) => string): void => {
    const relative = path.posix.relative(path.posix.dirname(module), outFolder);
    if (!texts.has(module)) texts.set(module, emit(relative.startsWith(".") ? relative : `./${relative}`));
  };
  for (const resource of model.resources) {
    const { hooks, procedures, computed } = resource;
    if (hooks?.isMissing) start(hooks.module, (generated) => hooksStarter(resource, generated));
    if (procedures?.isMissing)
      start(procedures.module, (generated) => proceduresStarter(model, resource, procedures.list, generated));
    if (computed.module?.isMissing)
      start(computed.module.path, (generated) => computedStarter(resource, generated));
  }
  return texts;
}

/** Everything is an example in comments: what a module exports runs, and costs. */
function hooksStarter(resource: ResourceModel, generated: string): string {
  const type = hooksType(resource);
  const examples: readonly (readonly string[])[] = [
    [
      "Before a row is stored: gives back the fields to set, or throws a Problem. `(row, { user, env }) =>` tells more.",
      `export const beforeCreate: ${type}["beforeCreate"] = async (row) => row;`,
    ],
    [
      "Before a change: likewise. `(patch, { current, user, env }) =>` tells the row as it is so far.",
      `export const beforeUpdate: ${type}["beforeUpdate"] = async (patch) => patch;`,
    ],
    [
      "Once a change is stored: `(row, { user, env }) =>`. What fails here is logged, and undoes nothing.",
      `export const afterUpdate: ${type}["afterUpdate"] = async () => {};`,
    ],
    ...(offers(resource, "delete")
      ? [
          [
            "A condition that the database checks within the write: 403 where it does not hold.",
            `export const guard: ${type}["guard"] = { delete: () => where("id IS NOT NULL") };`,
          ],
        ]
      : []),
  ];
  const guarded = examples.length > 3;
  return `${[
    `// What runs around writes to ${resource.key}. This file is yours: \`covara gen\` started it, and reads which hooks it`,
    "// exports. There are beforeCreate, beforeUpdate, beforeDelete, afterCreate, afterUpdate, afterDelete and guard.",
    "",
    ...(guarded ? [`// import { where } from "covara/runtime";`] : []),
    `// import type { ${type} } from ${quote(`${generated}/hooks.js`)};`,
    ...examples.flatMap(([doc, line]) => ["", `// ${doc}`, `// ${line}`]),
    "",
    "export {};",
  ].join("\n")}\n`;
}

function proceduresStarter(
  model: Model,
  resource: ResourceModel,
  list: readonly ProcedureModel[],
  generated: string,
): string {
  const type = proceduresType(resource);
  const functions = list.flatMap((procedure) => [
    "",
    `/** \`POST ${model.basePath}/${resource.route}${procedurePath(procedure)}\` */`,
    `export const ${procedure.name}: ${type}[${quote(procedure.name)}] = async () => {`,
    `  throw new Error("${resource.key}.${procedure.name} is not written yet.");`,
    "};",
  ]);
  return `${[
    `// The procedures of ${resource.key}. This file is yours: \`covara gen\` started it.`,
    "",
    `import type { ${type} } from ${quote(`${generated}/procedures.js`)};`,
    ...functions,
  ].join("\n")}\n`;
}
