/** The conditions of `where` rules as JavaScript: the same rows as their SQL. */
import type { ConditionModel, FieldModel, OperandModel, ResourceModel } from "../model/types.ts";
import { type Logical, logical } from "./logical.ts";
import { expression, property } from "./text.ts";

/** What the condition is about: a resource, or the parameters of a channel. */
type Fielded = Pick<ResourceModel, "key" | "fields">;

const signs = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
const complements = { gt: "<=", gte: "<", lt: ">=", lte: ">" } as const;

/**
 * The fields of the row that were compared so far in an expression. TypeScript knows less of their values from there on, and refuses
 * to compare them with anything that they cannot be: what can never be, or always is, is a rule all the same.
 */
export type Compared = Set<string>;

/**
 * A condition on `row`, which is true or false as the SQL is true or not.
 *
 * @param use Gives the local name of a function of `covara/runtime/live`.
 * @param compared Of all conditions in one expression.
 */
export function conditionJs(
  resource: Fielded,
  condition: ConditionModel,
  use: (name: string) => string,
  compared: Compared = new Set(),
  negated = false,
): Logical {
  switch (condition.type) {
    case "not":
      return conditionJs(resource, condition.item, use, compared, !negated);
    case "and":
    case "or":
      return logical(
        (condition.type === "and") === negated ? "||" : "&&",
        condition.items.map((item) => conditionJs(resource, item, use, compared, negated)),
      );
    case "null":
      return `${property("row", condition.field)} ${condition.is === negated ? "!==" : "==="} null`;
    case "in": {
      const [only, ...others] = condition.values;
      const field = property("row", condition.field);
      if (only !== undefined && others.length === 0) {
        return equality(field, expression(only), !negated, use, compared);
      }
      const values = [field, ...condition.values.map(expression)];
      return `${negated ? "!" : ""}${use("oneOf")}(${values.join(", ")})`;
    }
    case "compare":
      return comparison(resource, condition, use, compared, negated);
  }
}

/** Whether a field is a constant. */
function equality(
  field: string,
  constant: string,
  equal: boolean,
  use: (name: string) => string,
  compared: Compared,
): string {
  if (compared.has(field)) return `${equal ? "" : "!"}${use("oneOf")}(${field}, ${constant})`;
  compared.add(field);
  return `${field} ${equal ? "===" : "!=="} ${constant}`;
}

/** Whether a field has the value of another one, or of the caller's. */
function sameness(
  own: string,
  other: string,
  { kind }: FieldModel,
  use: (name: string) => string,
  compared: Compared,
  equal: boolean,
): string {
  // Members of two enums may have nothing in common.
  const isNarrow = kind === "enum" || compared.has(own) || compared.has(other);
  compared.add(own).add(other);
  if (!isNarrow) return `${own} ${equal ? "===" : "!=="} ${other}`;
  if (kind === "boolean") return `${equal ? "" : "!"}Object.is(${own}, ${other})`;
  return `${use("compare")}(${own}, ${other}) ${equal ? "===" : "!=="} 0`;
}

function comparison(
  resource: Fielded,
  { operator, field, value }: Extract<ConditionModel, { type: "compare" }>,
  use: (name: string) => string,
  seen: Compared,
  negated: boolean,
): Logical {
  const own = property("row", field);
  const other = operandJs(value);
  const ownNull = found(resource, field).nullable;
  const otherNull = canBeNull(resource, value);
  if (operator === "eq" || operator === "ne") {
    const equal = (operator === "eq") !== negated;
    if (value.type === "constant") return equality(own, other, equal, use, seen);
    const compared = sameness(own, other, found(resource, field), use, seen, equal);
    // Null equals nothing, itself included.
    if (!ownNull || !otherNull) return compared;
    return logical(equal ? "&&" : "||", [`${own} ${equal ? "!==" : "==="} null`, compared]);
  }
  const difference = `${use("compare")}(${own}, ${other})`;
  if (!negated) return `${difference} ${signs[operator]} 0`;
  // Beside null the difference is not a number, and no comparison with it holds.
  return ownNull || otherNull
    ? `!(${difference} ${signs[operator]} 0)`
    : `${difference} ${complements[operator]} 0`;
}

function operandJs(value: OperandModel): string {
  switch (value.type) {
    case "constant":
      return expression(value.value);
    case "field":
      return property("row", value.field);
    case "user":
      return property("user", value.field);
  }
}

function canBeNull(resource: Fielded, value: OperandModel): boolean {
  if (value.type === "field") return found(resource, value.field).nullable;
  return value.type === "user" && value.nullable;
}

function found(resource: Fielded, name: string): FieldModel {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return field;
}
