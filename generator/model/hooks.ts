/** The pass over `hooks`: which of them a module exports. */
import type { ResourceData } from "../../schema/data.ts";
import type { ConfigPath, ModuleExport } from "../diagnostics/diagnostic.ts";
import { type ExportedValue, modulePath, type NamedFiles } from "./modules.ts";
import { nearest, quote, type Report } from "./report.ts";
import type { GuardedOperation, HookName, HooksModel } from "./types.ts";

/** The hooks, each with the number of arguments that it is called with. */
const parameters = {
  beforeCreate: 2,
  beforeUpdate: 2,
  beforeDelete: 1,
  afterCreate: 2,
  afterUpdate: 2,
  afterDelete: 2,
} as const satisfies Record<HookName, number>;

export const hookNames = Object.keys(parameters) as readonly HookName[];

/** The operations that a guard can look at. */
export const guardedOperations = [
  "create",
  "update",
  "delete",
] as const satisfies readonly GuardedOperation[];

/** What a module that `covara gen` starts exports: nothing runs before somebody has written it. */
const started: readonly ExportedValue[] = [];

/** The hooks of a resource; null where it names none, or their module cannot be used. */
export function buildHooks(
  key: string,
  resource: ResourceData,
  files: NamedFiles,
  report: Report,
): HooksModel | null {
  const { hooks: module } = resource;
  if (module === undefined) return null;
  const path = ["resources", key, "hooks"];
  const example = `src/${key}.hooks.ts`;
  const named = { module, what: "hooks module", by: `\`${key}\``, path, example, isStarted: true as const };
  const { path: file, usable, isMissing } = modulePath(named, files, report);
  if (!usable) return null;
  const read = isMissing
    ? { ok: true as const, exports: started }
    : (files.exportsOf?.(file) ?? { ok: true as const, exports: [] });
  if (!read.ok) {
    report.error("COV1701", path, `The hooks module ${quote(module)} cannot be read: ${read.reason}.`, {
      text: module,
    });
    return null;
  }
  for (const value of read.exports) checkExport(value, key, file, report);
  const exported = new Map(read.exports.map((value) => [value.name, value]));
  const guard = exported.get("guard");
  return {
    module: file,
    isMissing,
    exports: hookNames.filter((name) => exported.has(name)),
    guards:
      guard === undefined
        ? []
        : guardedOperations.filter((operation) => guard.keys?.includes(operation) ?? true),
  };
}

function checkExport(value: ExportedValue, key: string, file: string, report: Report): void {
  const path = ["resources", key, "hooks"];
  const { name, kind } = value;
  const details = { module: { file, name } };
  if (name === "guard") {
    checkGuard(value, key, file, report);
    return;
  }
  const hook = hookNames.find((known) => known === name);
  if (hook === undefined) {
    const near = nearest(name, [...hookNames, "guard"]);
    const message = `\`${name}\` is not a hook of \`${key}\`.`;
    if (near !== null)
      report.error("COV1702", path, message, { ...details, fix: `Did you mean \`${near}\`?` });
    else report.warning("COV1702", path, message, details);
    return;
  }
  if (kind === "class" || kind === "value" || kind === "generator function") {
    report.error(
      "COV1703",
      path,
      `The hook \`${name}\` of \`${key}\` is a ${kind}, not a function.`,
      details,
    );
  } else if (value.parameters !== null && Number.isFinite(value.parameters)) {
    const what = `The hook \`${name}\` of \`${key}\``;
    checkParameters(what, value.parameters, parameters[hook], path, details.module, report);
  }
}

/** Reports a function that expects more arguments than it gets. */
export function checkParameters(
  what: string,
  declared: number,
  given: number,
  path: ConfigPath,
  module: ModuleExport,
  report: Report,
): void {
  if (declared <= given) return;
  const message = `${what} declares ${declared} parameters, and is called with ${given}.`;
  report.error("COV1704", path, message, { module });
}

function checkGuard(value: ExportedValue, key: string, file: string, report: Report): void {
  const path = ["resources", key, "hooks"];
  const details = { module: { file, name: "guard" } };
  if (value.kind !== "value" && value.kind !== "unknown") {
    report.error("COV1703", path, `The guard of \`${key}\` is a ${value.kind}, not an object.`, {
      ...details,
      fix: 'Write `export const guard = { update: (user) => where("…", …) }`.',
    });
  }
  for (const name of value.keys ?? []) {
    if (guardedOperations.some((operation) => operation === name)) continue;
    const near = nearest(name, guardedOperations);
    const message = `The guard of \`${key}\` has ${quote(name)}, which is not an operation that it can refuse.`;
    const fix =
      near === null ? "The operations are `create`, `update` and `delete`." : `Did you mean \`${near}\`?`;
    report.error("COV1702", path, message, { ...details, fix });
  }
}
