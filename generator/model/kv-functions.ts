/** The functions that run inside a store's object: what their module exports has to be callable there. */
import { commandsOf, otherMembers } from "./kv-commands.ts";
import { sharding } from "./kv-placement.ts";
import { type ExportedValue, modulePath, type NamedFiles } from "./modules.ts";
import { checkName } from "./names.ts";
import { quote, type Report } from "./report.ts";
import type { FunctionsModel, StoreModel } from "./types.ts";

type Store = Pick<StoreModel, "key" | "shards" | "shardBy"> & {
  readonly type: Exclude<StoreModel["type"], "session" | "rateLimit">;
};

/** The functions that the store names. Null where their module cannot be used. */
export function buildFunctions(
  store: Store,
  module: string,
  files: NamedFiles,
  report: Report,
): FunctionsModel | null {
  const path = ["kv", store.key, "functions"];
  const example = `src/${store.key}.kv.ts`;
  const named = { module, what: "functions module", by: `\`${store.key}\``, path, example };
  const { path: file, usable } = modulePath(named, files, report);
  if (!usable) return null;
  const read = files.exportsOf?.(file) ?? { ok: true, exports: [] };
  if (!read.ok) {
    report.error("COV1608", path, `The functions module ${quote(module)} cannot be read: ${read.reason}.`, {
      text: module,
      fix: "Correct the module.",
    });
    return null;
  }
  if (read.exports.length === 0 && files.exportsOf !== undefined) {
    report.error("COV1608", path, `The functions module ${quote(module)} exports nothing.`, { text: module });
  }
  for (const value of read.exports) checkExport(value, store, module, report);
  return { module: file, exports: read.exports.map(({ name }) => name) };
}

function checkExport(
  { name, kind, parameters }: ExportedValue,
  store: Store,
  module: string,
  report: Report,
): void {
  const path = ["kv", store.key, "functions"];
  const where = `of ${quote(module)}`;
  if (name === "default") {
    report.error("COV1609", path, `The default export ${where} has no name to be called by.`, {
      text: module,
      fix: "Export it by name: `export function submit(tx, …)`.",
    });
    return;
  }
  if (!checkName(name, "function", path, report)) return;
  if (kind === "async function" || kind === "generator function") {
    report.error("COV1610", path, `The ${kind} \`${name}\` ${where} cannot run in a transaction.`, {
      text: module,
    });
  } else if (kind === "class" || kind === "value") {
    const message = `\`${name}\` ${where} is a ${kind}, not a function.`;
    report.error("COV1609", path, message, {
      text: module,
      fix: "Do not export it, or move it to another module.",
    });
  }
  if (commandsOf(store.type).includes(name)) {
    const message = `The function \`${name}\` ${where} has the name of a command of \`${store.key}\`.`;
    report.error("COV1611", path, message, { text: module });
  } else if (otherMembers.includes(name)) {
    const message = `The function \`${name}\` ${where} has a name that stores need for themselves.`;
    report.error("COV1611", path, message, { text: module });
  }
  const spread = store.shards !== null || store.shardBy !== null;
  if (spread && parameters !== null && parameters < 2 && kind === "function") {
    const message = `The function \`${name}\` ${where} takes no key, and \`${store.key}\` has ${sharding(store)}.`;
    report.error("COV1612", path, message, { text: module });
  }
}
