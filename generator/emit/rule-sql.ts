/** What is left of a rule for one kind of caller, as SQL. */
import type { Model, ResourceModel } from "../model/types.ts";
import { conditionSql, isGroup } from "./condition.ts";
import { resourceOf } from "./resource-of.ts";
import type { Residue } from "./rule.ts";
import { sqlName } from "./sql-name.ts";

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
  { relation, rule }: Extract<Residue, { type: "through" }>,
  values: string[],
): string {
  const target = resourceOf(model, relation.target);
  switch (relation.type) {
    case "belongsTo":
      return `${column(resource, relation.field)} IN (${select(model, target, "id", rule, values)})`;
    case "hasOne":
    case "hasMany":
      return `${column(resource, "id")} IN (${select(model, target, relation.by, rule, values)})`;
    case "manyToMany": {
      const joining = resourceOf(model, relation.through);
      const to = column(joining, relation.to);
      // The id of the other end stands in the joining row: a rule on it alone needs no further table.
      const end =
        typeof rule !== "boolean" && rule.type === "owner" && rule.field === "id"
          ? `${to} = ${parameter(values)}`
          : `${to} IN (${select(model, target, "id", rule, values)})`;
      const kept = joining.deletedAt === null ? "" : ` AND ${notDeleted(joining)}`;
      const from = `SELECT ${column(joining, relation.by)} FROM ${sqlName(joining.table)}`;
      return `${column(resource, "id")} IN (${from} WHERE ${end}${kept})`;
    }
  }
}

function parameter(values: string[]): string {
  values.push("user.id");
  return "?";
}

function select(model: Model, target: ResourceModel, field: string, rule: Residue, values: string[]): string {
  const from = `SELECT ${column(target, field)} FROM ${sqlName(target.table)}`;
  return typeof rule === "boolean" ? from : `${from} WHERE ${ruleSql(model, target, rule, values)}`;
}

function column(resource: ResourceModel, name: string): string {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return sqlName(field.column);
}
