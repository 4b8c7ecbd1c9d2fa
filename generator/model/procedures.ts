/** The pass over `procedures`: their names, what they take and give, who may call them, and their module. */
import type { ProceduresData, ResourceData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { type AccessScope, buildRule, operations } from "./access.ts";
import { warnOfNever } from "./access-review.ts";
import { kebabCase, pascalCase } from "./casing.ts";
import { checkParameters } from "./hooks.ts";
import { buildValueFields } from "./kv-values.ts";
import { type ExportedValue, modulePath, type NamedFiles } from "./modules.ts";
import { checkName, type ResourceNames } from "./names.ts";
import { nearest, quote, type Report, suggest } from "./report.ts";
import { reservedIdentifiers } from "./reserved.ts";
import { isPlainObject } from "./shape.ts";
import type { ProcedureModel, ProceduresModel, ValueFieldModel } from "./types.ts";

/** Calls and routes that a resource has, or may come to have, under these names. */
const taken: readonly string[] = (
  "read create createMany get list paginate count update updateMany replace delete deleteMany upsert upsertMany restore " +
  "aggregate search subscribe live batch rpc then"
).split(" ");

/** The functions, types and validators that are emitted for resources, by name. */
export const emittedNames = (names: readonly ResourceNames[]): Set<string> =>
  new Set(
    names.flatMap(({ identifier, typeName, valueName }) => [
      ...operations.map((name) => name + identifier.charAt(0).toUpperCase() + identifier.slice(1)),
      ...["", "Create", "Update", "Replace", "Fields"].flatMap((end) => [typeName + end, valueName + end]),
    ]),
  );

/** What the passes over one resource share. */
export interface ProcedureScope extends AccessScope {
  readonly names: ResourceNames;
  readonly resource: ResourceData;
  /** What `access` returned under `procedures`. */
  readonly stated: unknown;
  /** Whether somebody may read rows. */
  readonly isRead: boolean;
  /** Names of emitted functions and types that are taken; those of the procedures are added. */
  readonly taken: Set<string>;
}

/** The procedures of a resource; null where it declares none, or their module cannot be used. */
export function buildProcedures(
  scope: ProcedureScope,
  files: NamedFiles,
  report: Report,
): ProceduresModel | null {
  const { key, resource, stated } = scope;
  const { procedures } = resource;
  const declared = procedures === undefined ? [] : declaredIn(procedures);
  checkStated(scope, declared, report);
  if (procedures === undefined) return null;
  const path: ConfigPath = ["resources", key, "procedures"];
  if (declared.length === 0) {
    report.error("COV1705", path, `\`${key}\` names a procedures module and no procedures.`, {
      fix: "Declare them under `row` or `rpc`, or remove `procedures`.",
    });
  }
  const segments = new Map<string, string>();
  const list = declared.flatMap(({ name, type, data }): ProcedureModel[] => {
    const at: ConfigPath = [...path, type, name];
    if (!checkName(name, "procedure", at, report) || !checkFree(name, scope, at, segments, report)) return [];
    const ruleOf = isPlainObject(stated) && Object.hasOwn(stated, name) ? stated[name] : undefined;
    return [
      {
        name,
        type,
        segment: kebabCase(name),
        ...derivedNames(name, scope),
        access: procedureRule(ruleOf, name, type, scope, report),
        input: valueFields(data.input, [...at, "input"], report),
        output: valueFields(data.output, [...at, "output"], report),
      },
    ];
  });
  return { ...procedureModule(key, procedures, list, files, report), list };
}

interface Declared {
  readonly name: string;
  readonly type: "row" | "rpc";
  readonly data: NonNullable<ProceduresData["row"]>[string];
}

const declaredIn = (procedures: ProceduresData): Declared[] =>
  (["row", "rpc"] as const).flatMap((type) =>
    Object.entries(procedures[type] ?? {}).map(([name, data]) => ({ name, type, data })),
  );

/** Both kinds are exports of one module and properties of one `access`, so that a name can be used once. */
function checkFree(
  name: string,
  { key }: ProcedureScope,
  path: ConfigPath,
  segments: Map<string, string>,
  report: Report,
): boolean {
  const clash = (why: string): false => {
    report.error("COV1706", path, `The procedure \`${name}\` of \`${key}\` ${why}.`);
    return false;
  };
  if (reservedIdentifiers.has(name))
    return clash("has a name that no module can export, or that hides a global");
  if (taken.includes(name)) return clash("has the name of something that resources have themselves");
  const other = segments.get(kebabCase(name));
  segments.set(kebabCase(name), name);
  if (other === name) return clash("is declared twice, under `row` and `rpc`");
  if (other !== undefined) return clash(`gives the same path as \`${other}\`, \`${kebabCase(name)}\``);
  return true;
}

/** Names that no other procedure, and no resource, has in the emitted files. */
function derivedNames(
  name: string,
  { names, taken: used }: ProcedureScope,
): Pick<ProcedureModel, "typeName" | "valueName" | "scopeName"> {
  const capital = names.identifier.charAt(0).toUpperCase() + names.identifier.slice(1);
  let scopeName = `${name}${capital}`;
  while (used.has(scopeName)) scopeName += "_";
  used.add(scopeName);
  let suffix = pascalCase(name);
  const all = (): string[] =>
    ["Input", "Output"].flatMap((end) => [names.typeName + suffix + end, names.valueName + suffix + end]);
  while (all().some((one) => used.has(one))) suffix += "_";
  for (const one of all()) used.add(one);
  return { typeName: names.typeName + suffix, valueName: names.valueName + suffix, scopeName };
}

const valueFields = (
  fields: Declared["data"]["input"],
  path: ConfigPath,
  report: Report,
): readonly ValueFieldModel[] | null =>
  fields === undefined ? null : buildValueFields(fields, true, path, report, "procedure");

function procedureRule(
  rule: unknown,
  name: string,
  type: "row" | "rpc",
  scope: ProcedureScope,
  report: Report,
): ProcedureModel["access"] {
  const { key, isRead } = scope;
  const path: ConfigPath = ["resources", key, "access", "procedures", name];
  if (rule === undefined) {
    const message = `\`${key}\` does not state who may call \`${name}\`.`;
    report.error("COV1707", ["resources", key, "procedures", type, name], message, {
      fix: `Add \`procedures: { ${name}: signedIn() }\` to what \`access\` returns, or nobody() for nobody.`,
    });
    return { type: "nobody" };
  }
  if (type === "row" && !isRead && isPlainObject(rule) && rule.type !== "nobody") {
    const message = `\`${key}\` states who may call \`${name}\` for a row, but nobody may read it.`;
    report.warning("COV1408", path, message);
  }
  const built = buildRule(rule, { ...scope, hasRow: type === "row" }, name, path, report);
  if (built === null) return { type: "nobody" };
  warnOfNever(built, `\`${name}\` of \`${key}\``, path, report);
  return built;
}

/** Rules for procedures that are not declared. */
function checkStated({ key, stated }: ProcedureScope, declared: readonly Declared[], report: Report): void {
  const path: ConfigPath = ["resources", key, "access", "procedures"];
  if (stated === undefined) return;
  if (!isPlainObject(stated)) {
    report.error("COV1404", path, `\`procedures\` in \`access\` of \`${key}\` is not an object of rules.`);
    return;
  }
  const names = declared.map(({ name }) => name);
  for (const name of Object.keys(stated)) {
    if (names.includes(name)) continue;
    const message = `\`${key}\` states access for ${quote(name)}, which is not a procedure.`;
    report.error("COV1403", [...path, name], message, suggest(name, names, "Procedures"));
  }
}

function procedureModule(
  key: string,
  { module }: ProceduresData,
  list: readonly ProcedureModel[],
  files: NamedFiles,
  report: Report,
): Pick<ProceduresModel, "module" | "isMissing"> {
  const path: ConfigPath = ["resources", key, "procedures", "module"];
  const example = `src/${key}.procedures.ts`;
  const named = {
    module,
    what: "procedures module",
    by: `\`${key}\``,
    path,
    example,
    isStarted: true as const,
  };
  const { path: file, usable, isMissing } = modulePath(named, files, report);
  const found = { module: file, isMissing };
  if (!usable || isMissing || files.exportsOf === undefined) return found;
  const read = files.exportsOf(file);
  if (!read.ok) {
    const message = `The procedures module ${quote(module)} cannot be read: ${read.reason}.`;
    report.error("COV1701", path, message, { text: module });
    return found;
  }
  const exported = new Map(read.exports.map((value) => [value.name, value]));
  const missing = list.filter(({ name }) => !exported.has(name)).map(({ name }) => name);
  for (const { name, type } of list) {
    const value = exported.get(name);
    if (value !== undefined) checkHandler(value, key, file, report);
    else if (nearest(name, undeclared(read.exports, list)) === null) {
      const message = `${quote(module)} does not export \`${name}\`, a procedure of \`${key}\`.`;
      report.error("COV1708", ["resources", key, "procedures", type, name], message, {
        fix: `Add \`export const ${name} = …\` to the module.`,
      });
    }
  }
  for (const name of undeclared(read.exports, list)) {
    const near = nearest(name, missing);
    const details = { module: { file, name } };
    const message = `\`${name}\` is not a procedure of \`${key}\`.`;
    if (near !== null)
      report.error("COV1708", path, message, { ...details, fix: `Did you mean \`${near}\`?` });
    else report.warning("COV1708", path, message, details);
  }
  return found;
}

const undeclared = (exports: readonly ExportedValue[], list: readonly ProcedureModel[]): string[] =>
  exports.map(({ name }) => name).filter((name) => !list.some((procedure) => procedure.name === name));

function checkHandler(
  { name, kind, parameters }: ExportedValue,
  key: string,
  file: string,
  report: Report,
): void {
  const path: ConfigPath = ["resources", key, "procedures", "module"];
  const module = { file, name };
  const what = `The procedure \`${name}\` of \`${key}\``;
  if (kind === "class" || kind === "value" || kind === "generator function")
    report.error("COV1703", path, `${what} is a ${kind}, not a function.`, { module });
  else if (parameters !== null && Number.isFinite(parameters))
    checkParameters(what, parameters, 2, path, module, report);
}
