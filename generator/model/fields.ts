/** The pass over the fields of a resource: columns, kinds, who sets them, references. */
import type { ConfigData, FieldData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { snakeCase } from "./casing.ts";
import { checkDefault } from "./defaults.ts";
import { checkOptions, valueModel } from "./field-options.ts";
import { checkName, type ResourceNames } from "./names.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { FieldModel, Generated, ReferenceModel, ResourceModel } from "./types.ts";

/** D1 allows 100 parameters in a statement. A PUT binds every field, and the conditions of access rules need some too. */
const MAX_FIELDS = 80;

const storage = {
  id: "TEXT",
  text: "TEXT",
  integer: "INTEGER",
  number: "REAL",
  boolean: "INTEGER",
  enum: "TEXT",
  json: "TEXT",
  timestamp: "TEXT",
  ref: "TEXT",
  version: "INTEGER",
} as const satisfies Record<FieldData["kind"], FieldModel["storage"]>;

/** The fields of one resource, in the order of the config; fields with unusable names are left out. */
export function buildFields(
  key: string,
  config: ConfigData,
  tables: ReadonlyMap<string, ResourceNames>,
  report: Report,
): FieldModel[] {
  const path = ["resources", key, "fields"];
  const declared = Object.entries(config.resources[key]?.fields ?? {});
  const fields = declared.flatMap(([name, { data }]) => {
    if (data.computed !== undefined || !checkName(name, "field", [...path, name], report)) return [];
    checkOptions(name, data, [...path, name], report);
    if (data.owner && config.auth === undefined) {
      report.error(
        "COV1406",
        [...path, name],
        `\`${key}.${name}\` is set to the signed-in user, but there is no auth.`,
      );
    }
    return [buildField(name, data, reference(name, data, tables, [...path, name], report))];
  });
  if (declared.length > MAX_FIELDS) {
    report.error(
      "COV1210",
      ["resources", key],
      `\`${key}\` has ${declared.length} fields; ${MAX_FIELDS} are allowed.`,
    );
  }
  checkId(key, fields, report);
  checkVersion(key, fields, report);
  checkColumns(key, fields, report);
  return fields;
}

function buildField(name: string, data: FieldData, target: ReferenceModel | null): FieldModel {
  const generated = generatedBy(data);
  const value = checkDefault(data);
  return {
    ...valueModel(name, data),
    column: snakeCase(name),
    renamedFrom: data.renamedFrom === undefined ? null : snakeCase(data.renamedFrom),
    storage: storage[data.kind],
    ...(value === undefined ? {} : { default: value }),
    generated,
    writable:
      data.kind === "id" ? (data.client ?? false) : generated === null && !data.hidden && !data.readOnly,
    clientId: data.client ?? false,
    hidden: data.hidden ?? false,
    unique: data.unique ?? false,
    reference: target,
  };
}

function generatedBy(data: FieldData): Generated | null {
  if (data.kind === "id" || data.kind === "version") return data.kind;
  if (data.owner) return "owner";
  if (data.createdAt) return "createdAt";
  return data.updatedAt ? "updatedAt" : null;
}

function reference(
  name: string,
  data: FieldData,
  tables: ReadonlyMap<string, ResourceNames>,
  path: ConfigPath,
  report: Report,
): ReferenceModel | null {
  if (data.kind !== "ref") return null;
  const target = tables.get(data.target ?? "");
  if (target === undefined) {
    const message = `\`${name}\` refers to ${quote(data.target ?? "")}, which is not a resource.`;
    const details = suggest(data.target ?? "", [...tables.keys()], "Resources");
    report.error("COV1202", path, message, { text: data.target ?? "", ...details });
    return null;
  }
  return { resource: target.key, table: target.table, onDelete: data.onDelete ?? "restrict" };
}

function checkId(key: string, fields: readonly FieldModel[], report: Report): void {
  const path = ["resources", key, "fields"];
  const named = fields.find((field) => field.name === "id");
  const others = fields.filter((field) => field.kind === "id" && field.name !== "id");
  for (const field of others) {
    report.error(
      "COV1201",
      [...path, field.name],
      `The id field of \`${key}\` is called \`${field.name}\`.`,
      {
        fix: named === undefined ? "Call it `id`." : "Use field.text() or field.ref(…) for other ids.",
      },
    );
  }
  if (named === undefined && others.length === 0) {
    report.error("COV1201", path, `\`${key}\` has no id field.`);
  } else if (named !== undefined && named.kind !== "id") {
    report.error("COV1201", [...path, "id"], `The field \`id\` of \`${key}\` is of kind ${named.kind}.`);
  }
}

function checkVersion(key: string, fields: readonly FieldModel[], report: Report): void {
  const [first, ...more] = fields.filter((field) => field.kind === "version");
  for (const field of more) {
    const message = `\`${key}\` has two version fields, \`${first?.name}\` and \`${field.name}\`.`;
    report.error("COV1211", ["resources", key, "fields", field.name], message);
  }
}

function checkColumns(key: string, fields: readonly FieldModel[], report: Report): void {
  const columns = new Map<string, FieldModel>();
  const former = new Map<string, FieldModel>();
  for (const field of fields) {
    const other = columns.get(field.column);
    const path = ["resources", key, "fields", field.name];
    if (other !== undefined) {
      const message = `The fields \`${other.name}\` and \`${field.name}\` of \`${key}\` both give the column \`${field.column}\`.`;
      report.error("COV1102", path, message);
    }
    columns.set(field.column, field);
  }
  for (const field of fields) {
    if (field.renamedFrom === null) continue;
    const path = ["resources", key, "fields", field.name, "renamedFrom"];
    const holder = columns.get(field.renamedFrom);
    const rival = former.get(field.renamedFrom);
    if (holder === field) {
      report.error(
        "COV1104",
        path,
        `\`${key}.${field.name}\` is said to have been renamed from its own name.`,
      );
    } else if (holder !== undefined) {
      const message = `\`${key}.${field.name}\` cannot be renamed from ${quote(field.renamedFrom)}: \`${holder.name}\` still has that column.`;
      report.error("COV1104", path, message);
    } else if (rival !== undefined) {
      const message = `\`${rival.name}\` and \`${field.name}\` of \`${key}\` are both renamed from ${quote(field.renamedFrom)}.`;
      report.error("COV1104", path, message);
    }
    former.set(field.renamedFrom, field);
  }
}

/**
 * Reports fields that a row made by a request could have no value for. A hook sets what no request can, and where only
 * server code makes rows, that gives them.
 */
export function checkSettable(
  { key, fields, access, hooks }: Pick<ResourceModel, "key" | "fields" | "access" | "hooks">,
  report: Report,
): void {
  if (access.create.type === "nobody" || hooks?.exports.includes("beforeCreate") === true) return;
  for (const field of fields) checkValue(key, field, hooks, report);
}

/** Without a hook only a default, the generator or a request gives a value. */
function checkValue(key: string, field: FieldModel, hooks: ResourceModel["hooks"], report: Report): void {
  if (field.writable || field.nullable || field.generated !== null || field.default !== undefined) return;
  const why = field.hidden ? "hidden" : "readOnly";
  const message = `\`${key}.${field.name}\` is required and ${why}, and has no default.`;
  // A module that is not there yet is only started where nothing is wrong.
  const fix = `${hooks?.isMissing ? "Write" : "Add to"} \`${hooks?.module}\`: \`export const beforeCreate = () => ({ ${field.name}: … })\`. Or give it a default, or make it optional().`;
  report.error("COV1206", ["resources", key, "fields", field.name], message, hooks === null ? {} : { fix });
}
