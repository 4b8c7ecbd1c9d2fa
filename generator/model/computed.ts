/** The pass over computed fields: what each is made of, and the module with those that functions make. */
import type { ConfigData, FieldData, FieldKind } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { type ExpressionProblem, readExpression } from "./expression.ts";
import { checkMembers, valueModel } from "./field-options.ts";
import { checkParameters } from "./hooks.ts";
import { type ExportedValue, modulePath, type NamedFiles } from "./modules.ts";
import { checkName } from "./names.ts";
import { nearest, quote, type Report, suggest } from "./report.ts";
import { reservedIdentifiers } from "./reserved.ts";
import type { ComputedFieldModel, ComputedModel, ExpressionModel, FieldModel } from "./types.ts";

/** Kinds of values that depend on nothing but the row. */
const kinds: readonly FieldKind[] = ["text", "integer", "number", "boolean", "enum", "json", "timestamp"];

/** What still means something where no column and no request has the value. */
const taken: readonly (keyof FieldData)[] = ["kind", "optional", "values", "shape", "computed"];

/** The names of a resource's computed fields, usable or not. */
export const computedNames = (config: ConfigData, key: string): string[] =>
  Object.entries(config.resources[key]?.fields ?? {}).flatMap(([name, { data }]) =>
    data.computed === undefined ? [] : [name],
  );

/** The computed fields of a resource, in the order of the config. @param stored Its other fields. */
export function buildComputed(
  key: string,
  config: ConfigData,
  stored: readonly FieldModel[],
  files: NamedFiles,
  report: Report,
): ComputedModel {
  const declared = Object.entries(config.resources[key]?.fields ?? {});
  const others = computedNames(config, key);
  const fields = declared.flatMap(([name, { data }]): ComputedFieldModel[] => {
    const path: ConfigPath = ["resources", key, "fields", name];
    if (data.computed === undefined || !checkName(name, "field", path, report)) return [];
    checkData(key, name, data, path, report);
    const expression =
      data.computed === true ? null : buildExpression(key, name, data.computed, stored, others, report);
    return [{ ...valueModel(name, data), expression }];
  });
  const functions = fields.filter(({ expression }) => expression === null);
  return { fields, module: buildModule(key, config, functions, files, report) };
}

function checkData(key: string, name: string, data: FieldData, path: ConfigPath, report: Report): void {
  if (!kinds.includes(data.kind)) {
    const message = `\`${key}.${name}\` is of kind ${data.kind}, which cannot be computed.`;
    const fix = data.kind === "ref" || data.kind === "id" ? "Use field.text()." : "Use field.integer().";
    report.error("COV1801", [...path, "computed"], message, { fix });
  }
  for (const option of Object.keys(data) as (keyof FieldData)[]) {
    if (taken.includes(option)) continue;
    const message = `\`${key}.${name}\` is computed, so that ${option} means nothing for it.`;
    report.error("COV1801", [...path, option], message, { fix: `Remove ${option}.` });
  }
  checkMembers(name, data, path, report);
  if (data.computed === true && reservedIdentifiers.has(name)) {
    const message = `\`${key}.${name}\` has a name that no module can export, or that hides a global.`;
    report.error("COV1801", path, message, { fix: "Choose another name, or give an SQL expression." });
  }
}

function buildExpression(
  key: string,
  name: string,
  sql: string,
  stored: readonly FieldModel[],
  computed: readonly string[],
  report: Report,
): ExpressionModel {
  const path = ["resources", key, "fields", name, "computed"];
  const names = stored.map((field) => field.name);
  const { tokens, problems } = readExpression(sql);
  for (const problem of problems) {
    const message = `The expression of \`${key}.${name}\` ${problem.message}.`;
    const { at, length } = problem;
    report.error("COV1803", path, message, { text: sql, span: { at, length }, ...fixOf(problem, names) });
  }
  return tokens.flatMap((token): ExpressionModel => {
    if (token.type === "sql") return [token.text];
    const field = stored.find((candidate) => candidate.name === token.name);
    if (field !== undefined) return [{ field: field.name, column: field.column }];
    const why = computed.includes(token.name) ? "is computed itself" : `is not a field of \`${key}\``;
    const message = `The expression of \`${key}.${name}\` names ${quote(token.name)}, which ${why}.`;
    const span = { at: token.at, length: token.length };
    const details = suggest(token.name, names, "Stored fields");
    report.error("COV1802", path, message, { text: sql, span, ...details });
    return [];
  });
}

/** A name without braces may be that of a field, or of its column. */
function fixOf({ bare, fix }: ExpressionProblem, names: readonly string[]): { readonly fix?: string } {
  if (bare === undefined) return fix === undefined ? {} : { fix };
  const near = nearest(bare.replaceAll("_", ""), names);
  return {
    fix: near === null ? "Write fields in braces, texts in single quotes." : `Did you mean \`{${near}}\`?`,
  };
}

/** The module with the functions; null where there are none, or it cannot be used. */
function buildModule(
  key: string,
  config: ConfigData,
  fields: readonly ComputedFieldModel[],
  files: NamedFiles,
  report: Report,
): ComputedModel["module"] {
  const module = config.resources[key]?.computed;
  const example = `src/${key}.computed.ts`;
  const path: ConfigPath = ["resources", key, "computed"];
  if (module === undefined) {
    for (const { name } of fields) {
      const message = `\`${key}.${name}\` is computed by a function, but \`${key}\` names no module that has it.`;
      report.error("COV1804", ["resources", key, "fields", name, "computed"], message, {
        fix: `Add \`computed: "./${example}"\` to \`${key}\`, or give \`.computed()\` an SQL expression.`,
      });
    }
    return null;
  }
  if (fields.length === 0) {
    const message = `\`${key}\` names a module of computed fields, but no field is computed by a function.`;
    report.error("COV1804", path, message, {
      text: module,
      fix: "Declare one with `.computed()`, or remove it.",
    });
    return null;
  }
  const named = {
    module,
    what: "module of computed fields",
    by: `\`${key}\``,
    path,
    example,
    isStarted: true as const,
  };
  const { path: file, usable, isMissing } = modulePath(named, files, report);
  if (!usable) return null;
  if (!isMissing && files.exportsOf !== undefined) {
    const read = files.exportsOf(file);
    if (read.ok) checkExports(key, module, file, fields, read.exports, report);
    else {
      const message = `The module of computed fields ${quote(module)} cannot be read: ${read.reason}.`;
      report.error("COV1701", path, message, { text: module });
    }
  }
  return { path: file, isMissing };
}

function checkExports(
  key: string,
  module: string,
  file: string,
  fields: readonly ComputedFieldModel[],
  exports: readonly ExportedValue[],
  report: Report,
): void {
  const path: ConfigPath = ["resources", key, "computed"];
  const missing = fields.filter(({ name }) => !exports.some((value) => value.name === name));
  const others = exports.filter(({ name }) => !fields.some((field) => field.name === name));
  for (const value of exports) if (!others.includes(value)) checkFunction(key, value, file, path, report);
  const misspelt = new Set<string>();
  for (const { name } of others) {
    const near = nearest(
      name,
      missing.map((field) => field.name),
    );
    if (near === null) continue;
    misspelt.add(near);
    const message = `\`${name}\` is not a computed field of \`${key}\`.`;
    report.error("COV1805", path, message, { module: { file, name }, fix: `Did you mean \`${near}\`?` });
  }
  for (const { name } of missing) {
    if (misspelt.has(name)) continue;
    const message = `${quote(module)} does not export \`${name}\`, which computes that field of \`${key}\`.`;
    report.error("COV1805", ["resources", key, "fields", name, "computed"], message, {
      fix: `Add \`export const ${name} = (row) => …\` to the module.`,
    });
  }
}

function checkFunction(
  key: string,
  { name, kind, parameters }: ExportedValue,
  file: string,
  path: ConfigPath,
  report: Report,
): void {
  const module = { file, name };
  const what = `The computed field \`${name}\` of \`${key}\``;
  if (kind === "async function") {
    const fix = "Make the value of the row alone, without waiting for anything.";
    report.error("COV1805", path, `${what} is an async function.`, { module, fix });
  } else if (kind !== "function" && kind !== "unknown") {
    report.error("COV1805", path, `${what} is a ${kind}, not a function.`, { module });
  } else if (parameters !== null && Number.isFinite(parameters)) {
    checkParameters(what, parameters, 1, path, module, report);
  }
}
