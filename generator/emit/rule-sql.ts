/** What is left of a rule for one kind of caller, as SQL. */
import type { Model, ResourceModel } from "../model/types.ts";
import { conditionSql, isGroup } from "./condition.ts";
import type { Residue } from "./rule.ts";
import { sqlName } from "./sql-name.ts";
import { stepOf } from "./through.ts";

/**
 * The condition on a row of a resource. Columns are not qualified: in a subquery each name means the innermost table that has it.
 *
 * @param values What its `?` stand for, as expressions; gets those of this condition.
 */
export function ruleSql(
  model: Model,
  resource: ResourceModel,
  residue: Exclude<Residue, boolean>,
  values: string[],
): string {
  switch (residue.type) {
    case "owner":
      values.push("user.id");
      return `${column(resource, residue.field)} = ?`;
    case "notDeleted":
      return notDeleted(resource);
    case "where":
      return conditionSql(resource, residue.condition, values);
    case "through":
      return throughSql(model, resource, residue, values);
    default:
      return residue.rules
        .filter((part) => typeof part !== "boolean")
        .map((part) => {
          const sql = ruleSql(model, resource, part, values);
          return isCompound(part) ? `(${sql})` : sql;
        })
        .join(residue.type === "any" ? " OR " : " AND ");
  }
}

const isCompound = (residue: Exclude<Residue, boolean>): boolean =>
  residue.type === "any" ||
  residue.type === "all" ||
  (residue.type === "where" && isGroup(residue.condition));

function notDeleted({ key, deletedAt }: ResourceModel): string {
  if (deletedAt === null) throw new Error(`${key} keeps no deleted rows`);
  return `${sqlName(deletedAt.column)} IS NULL`;
}

/** `IN` with a subquery, which SQLite answers by seeking; a correlated EXISTS would look at row after row. */
function throughSql(
  model: Model,
  resource: ResourceModel,
  residue: Extract<Residue, { type: "through" }>,
  values: string[],
): string {
  const { field, over, key, rule } = stepOf(model, residue);
  const from = `SELECT ${column(over, key)} FROM ${sqlName(over.table)}`;
  const rows = rule === true ? from : `${from} WHERE ${ruleSql(model, over, rule, values)}`;
  return `${column(resource, field)} IN (${rows})`;
}

function column(resource: ResourceModel, name: string): string {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return sqlName(field.column);
}
