/** The conditions of `where` rules as SQL, and in words. */
import type { ConditionModel, FieldModel, OperandModel, ResourceModel } from "../model/types.ts";
import { sqlName } from "./sql-name.ts";
import { property } from "./text.ts";

const signs = { eq: "=", ne: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * A condition on the columns of a resource. It is true where the condition holds, and false or NULL where it does not.
 *
 * @param values What its `?` stand for, as expressions; gets those of this condition.
 */
export function conditionSql(
  resource: ResourceModel,
  condition: ConditionModel,
  values: string[],
  negated = false,
): string {
  switch (condition.type) {
    case "not":
      return conditionSql(resource, condition.item, values, !negated);
    case "and":
    case "or": {
      const word = (condition.type === "and") === negated ? "OR" : "AND";
      return condition.items
        .map((item) => {
          const sql = conditionSql(resource, item, values, negated);
          return isGroup(item) ? `(${sql})` : sql;
        })
        .join(` ${word} `);
    }
    case "null":
      return `${columnOf(resource, condition.field)} IS ${condition.is === negated ? "NOT " : ""}NULL`;
    case "in": {
      const { column, nullable } = found(resource, condition.field);
      const list = condition.values.map(literal).join(", ");
      if (!negated) return `${sqlName(column)} IN (${list})`;
      return nullable
        ? `(${sqlName(column)} IN (${list})) IS NOT TRUE`
        : `${sqlName(column)} NOT IN (${list})`;
    }
    case "compare":
      return comparison(resource, condition, values, negated);
  }
}

/** Whether its SQL is several conditions, which have to be held together beside others. */
export const isGroup = (condition: ConditionModel): boolean =>
  condition.type === "not" ? isGroup(condition.item) : condition.type === "and" || condition.type === "or";

/** Where a side can be null, the complement of a comparison has to be true for null, which SQL's own is not. */
function comparison(
  resource: ResourceModel,
  { operator, field, value }: Extract<ConditionModel, { type: "compare" }>,
  values: string[],
  negated: boolean,
): string {
  const { column, nullable } = found(resource, field);
  const other = operandSql(resource, value, values);
  const compared = (sign: string): string => `${sqlName(column)} ${sign} ${other}`;
  const complement = (operator === "ne") !== negated;
  const sign = operator === "ne" ? "=" : signs[operator];
  if (!complement) return compared(sign);
  const canBeNull =
    nullable ||
    (value.type === "user" && value.nullable) ||
    (value.type === "field" && found(resource, value.field).nullable);
  if (canBeNull) return `(${compared(sign)}) IS NOT TRUE`;
  return compared(complements[sign]);
}

const complements = { "=": "<>", ">": "<=", ">=": "<", "<": ">=", "<=": ">" } as const;

function operandSql(resource: ResourceModel, value: OperandModel, values: string[]): string {
  switch (value.type) {
    case "constant":
      return literal(value.value);
    case "field":
      return columnOf(resource, value.field);
    case "user":
      values.push(property("user", value.field));
      return "?";
  }
}

/** A constant as it is stored. */
function literal(value: string | number | boolean): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return String(Number(value));
}

function found(resource: ResourceModel, name: string): FieldModel {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return field;
}

const columnOf = (resource: ResourceModel, name: string): string => sqlName(found(resource, name).column);

/** The condition in words: `orgId == user.orgId and not archived == true`. */
export function describeCondition(condition: ConditionModel): string {
  switch (condition.type) {
    case "not":
      return `not (${describeCondition(condition.item)})`;
    case "and":
    case "or":
      return condition.items
        .map((item) =>
          item.type === "and" || item.type === "or"
            ? `(${describeCondition(item)})`
            : describeCondition(item),
        )
        .join(` ${condition.type} `);
    case "null":
      return `${condition.field} is ${condition.is ? "" : "not "}null`;
    case "in":
      return `${condition.field} in (${condition.values.map((value) => JSON.stringify(value)).join(", ")})`;
    case "compare": {
      const { operator, field, value } = condition;
      const sign = operator === "eq" ? "==" : operator === "ne" ? "!=" : signs[operator];
      const other =
        value.type === "constant"
          ? JSON.stringify(value.value)
          : value.type === "user"
            ? `user.${value.field}`
            : value.field;
      return `${field} ${sign} ${other}`;
    }
  }
}
