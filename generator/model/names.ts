/** The pass that decides what everything is called: files, routes, tables, types, identifiers and columns. */
import type { ConfigData, ResourceData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { kebabCase, lowerFirst, pascalCase, singular, snakeCase } from "./casing.ts";
import { type Details, quote, type Report } from "./report.ts";
import { reservedFiles, reservedIdentifiers, reservedTablePrefixes, reservedTypes } from "./reserved.ts";
import type { ResourceModel } from "./types.ts";

export type ResourceNames = Pick<
  ResourceModel,
  "key" | "typeName" | "valueName" | "identifier" | "file" | "route" | "table" | "renamedFrom"
>;

/** Longest name of a resource, field or relation; derived names stay well below the limits of file systems. */
const MAX_NAME = 60;

/** Reports a name that cannot become a URL, an SQL name and an identifier. */
export function checkName(name: string, what: string, path: ConfigPath, report: Report): boolean {
  const wrong = (why: string, details: Details = {}): false => {
    report.error("COV1101", path, `The ${what} name ${quote(name)} ${why}.`, details);
    return false;
  };
  if (name === "") return wrong("is empty");
  if (name.length > MAX_NAME) return wrong(`has ${name.length} characters; ${MAX_NAME} are allowed`);
  if (!/^[A-Za-z]/.test(name)) return wrong("does not start with a letter from a to z");
  if (!/^[A-Za-z0-9_]*$/.test(name))
    return wrong("contains other characters than a to z, digits and underscores");
  // An object without the field would seem to have it: zod and TypeScript both find `{}.constructor`.
  if (what !== "resource" && name in Object.prototype) {
    return wrong("is a member of every JavaScript object", { fix: "Choose another name." });
  }
  return true;
}

/** What generated types append to the name of a row's type; `types.ts` and `client.ts` of the emitters. */
const typeSuffixes = [
  "Nested",
  "Create",
  "Created",
  "Update",
  "Replace",
  "OrderBy",
  "SearchField",
  "Relations",
  "WithDeleted",
  "Where",
  "WhereWithDeleted",
] as const;

/** What generated values append to an identifier. */
const valueSuffixes = ["Routes", "Relations", "References", "Search"] as const;

/** Names of all resources whose key is usable, in the order of the config. */
export function nameResources(config: ConfigData, report: Report): ResourceNames[] {
  const keys = Object.keys(config.resources).filter((key) =>
    checkName(key, "resource", ["resources", key], report),
  );
  const identifiers = safeIdentifiers(keys);
  const names = keys.map((key) =>
    nameResource(key, config.resources[key] ?? { fields: {} }, identifiers, report),
  );
  collide(names, "table", "the same table", (name) => name.table.toLowerCase(), report);
  collide(names, "route", "the same route", (name) => name.route.toLowerCase(), report);
  collide(names, null, "the same file", (name) => name.file, report);
  collide(names, "singular", "the same type", (name) => name.typeName, report);
  checkDerivedTypes(names, report);
  checkFormerTables(names, report);
  return names;
}

/** `TodoCreate` is what a new `Todo` is made from, so no other row can be called so. */
function checkDerivedTypes(names: readonly ResourceNames[], report: Report): void {
  const derived = new Map(
    names.flatMap(({ key, typeName }) => [
      [`${pascalCase(key)}Client`, key],
      ...typeSuffixes.map((suffix) => [`${typeName}${suffix}`, key] as const),
    ]),
  );
  for (const { key, typeName } of names) {
    const other = derived.get(typeName);
    if (other === undefined) continue;
    const message = `The type \`${typeName}\` of \`${key}\` is also generated for \`${other}\`.`;
    report.error("COV1102", ["resources", key], message, {
      fix: "Rename one of them, or set its `singular`.",
    });
  }
}

/** Each key as an identifier. Keys that are safe keep their own; the others get an underscore, or more if that is taken. */
function safeIdentifiers(keys: readonly string[]): ReadonlyMap<string, string> {
  const derived = new Set(keys.flatMap((key) => valueSuffixes.map((suffix) => `${key}${suffix}`)));
  const isSafe = (key: string): boolean => !reservedIdentifiers.has(key) && !derived.has(key);
  const taken = new Set(keys.filter(isSafe));
  const identifiers = new Map<string, string>();
  for (const key of keys) {
    let identifier = key;
    if (!isSafe(key)) {
      do identifier += "_";
      while (taken.has(identifier));
      taken.add(identifier);
    }
    identifiers.set(key, identifier);
  }
  return identifiers;
}

function nameResource(
  key: string,
  resource: ResourceData,
  identifiers: ReadonlyMap<string, string>,
  report: Report,
): ResourceNames {
  const path = ["resources", key];
  const type = typeName(key, resource, report);
  const taken = new Set(identifiers.values());
  let valueName = lowerFirst(type);
  while (reservedIdentifiers.has(valueName) || taken.has(valueName)) valueName += "Row";
  const file = kebabCase(key);
  const table = resource.table ?? snakeCase(key);
  const prefix = reservedTablePrefixes.find((reserved) => table.toLowerCase().startsWith(reserved));
  if (prefix !== undefined) {
    const message = `The table name ${quote(table)} of \`${key}\` starts with \`${prefix}\`.`;
    report.error("COV1103", [...path, ...(resource.table === undefined ? [] : ["table"])], message);
  } else if (resource.table !== undefined && !/^[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(table)) {
    const message = `The table name ${quote(table)} of \`${key}\` is not usable.`;
    report.error("COV1101", [...path, "table"], message, { text: table });
  }
  if (resource.route !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/.test(resource.route)) {
    const fix = "Use one path segment of letters, digits, dashes and underscores.";
    const message = `The route ${quote(resource.route)} of \`${key}\` is not usable.`;
    report.error("COV1101", [...path, "route"], message, { text: resource.route, fix });
  }
  return {
    key,
    typeName: type,
    valueName,
    identifier: identifiers.get(key) ?? key,
    file: reservedFiles.has(file) ? `${file}-resource` : file,
    route: resource.route ?? file,
    table,
    renamedFrom: resource.renamedFrom === undefined ? null : snakeCase(resource.renamedFrom),
  };
}

function typeName(key: string, resource: ResourceData, report: Report): string {
  const { singular: stated } = resource;
  if (stated === undefined) {
    const derived = pascalCase(singular(key));
    return reservedTypes.has(derived) ? `${derived}Row` : derived;
  }
  const path = ["resources", key, "singular"];
  if (!/^[A-Z][A-Za-z0-9]{0,59}$/.test(stated)) {
    const fix = `Use PascalCase: \`${pascalCase(stated.replace(/[^A-Za-z0-9_]/g, "_")) || "Item"}\`.`;
    report.error("COV1101", path, `The type name ${quote(stated)} of \`${key}\` is not usable.`, {
      text: stated,
      fix,
    });
  } else if (reservedTypes.has(stated)) {
    const message = `The type name ${quote(stated)} of \`${key}\` is taken by TypeScript, the platform or generated code.`;
    report.error("COV1101", path, message, {
      text: stated,
      fix: `Use another name, such as \`${stated}Row\`.`,
    });
  }
  return stated;
}

function collide(
  names: readonly ResourceNames[],
  option: "table" | "route" | "singular" | null,
  what: string,
  of: (name: ResourceNames) => string,
  report: Report,
): void {
  const first = new Map<string, ResourceNames>();
  for (const name of names) {
    const derived = of(name);
    const other = first.get(derived);
    if (other === undefined) {
      first.set(derived, name);
      continue;
    }
    const message = `\`${other.key}\` and \`${name.key}\` both give ${what}, \`${derived}\`.`;
    const fix =
      option === null ? "Rename one of the resources." : `Rename one of them, or set its \`${option}\`.`;
    report.error("COV1102", ["resources", name.key], message, { fix });
  }
}

function checkFormerTables(names: readonly ResourceNames[], report: Report): void {
  const claimed = new Map<string, string>();
  for (const { key, table, renamedFrom } of names) {
    if (renamedFrom === null) continue;
    const path = ["resources", key, "renamedFrom"];
    const holder = names.find((name) => name.table === renamedFrom);
    if (renamedFrom === table) {
      report.error("COV1104", path, `\`${key}\` is said to have been renamed from its own name.`);
    } else if (holder !== undefined) {
      report.error(
        "COV1104",
        path,
        `\`${key}\` cannot be renamed from ${quote(renamedFrom)}: \`${holder.key}\` still has that table.`,
      );
    } else if (claimed.has(renamedFrom)) {
      report.error(
        "COV1104",
        path,
        `\`${claimed.get(renamedFrom)}\` and \`${key}\` are both renamed from ${quote(renamedFrom)}.`,
      );
    }
    claimed.set(renamedFrom, key);
  }
}
