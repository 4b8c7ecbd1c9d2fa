/** The pass over `softDelete`: the column that marks deleted rows, and what it means for who may read. */
import type { ConfigData } from "../../schema/data.ts";
import { computedNames } from "./computed.ts";
import { valueModel } from "./field-options.ts";
import type { Report } from "./report.ts";
import type { AccessModel, FieldModel, Rule } from "./types.ts";

/** The time at which a row was deleted. Hidden and not writable: no request can name it, and none can set it. */
const deletedAtField: FieldModel = {
  ...valueModel("deletedAt", { kind: "timestamp", optional: true }),
  column: "deleted_at",
  renamedFrom: null,
  storage: "TEXT",
  generated: null,
  writable: false,
  clientId: false,
  hidden: true,
  unique: false,
  reference: null,
};

/** The column that marks the deleted rows of a resource, or null where rows are deleted for good. */
export function buildDeletedAt(
  key: string,
  fields: readonly FieldModel[],
  config: ConfigData,
  report: Report,
): FieldModel | null {
  if (config.resources[key]?.softDelete !== true) return null;
  const { name, column } = deletedAtField;
  if (computedNames(config, key).includes(name)) {
    const message = `The field \`${name}\` of \`${key}\` is in the way of the \`${name}\` that \`softDelete\` adds.`;
    report.error("COV1216", ["resources", key, "fields", name], message);
  }
  for (const field of fields) {
    if (field.name === name || field.column === column) {
      const message = `The field \`${field.name}\` of \`${key}\` is in the way of the \`${name}\` that \`softDelete\` adds.`;
      report.error("COV1216", ["resources", key, "fields", field.name], message);
    } else if (field.renamedFrom === column) {
      const message = `\`${key}.${field.name}\` cannot be renamed from "${column}": \`softDelete\` has that column.`;
      report.error("COV1104", ["resources", key, "fields", field.name, "renamedFrom"], message);
    }
  }
  return deletedAtField;
}

/**
 * The rules of a resource with soft delete, made from those that its config states: nobody reads deleted rows but on
 * request, and then only what `readDeleted` and the read rule both allow.
 */
export function softDeleteAccess(stated: AccessModel): AccessModel {
  const notDeleted: Rule = { type: "notDeleted" };
  const shown: Rule = { type: "any", rules: [notDeleted, stated.readDeleted] };
  return {
    ...stated,
    read: { type: "all", rules: [notDeleted, stated.read] },
    readDeleted: { type: "all", rules: [stated.read, shown] },
  };
}
