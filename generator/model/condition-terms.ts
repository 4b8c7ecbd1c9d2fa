/** What a condition is made of. */
import type { ConditionModel } from "./types.ts";

/** The fields of the row that a condition looks at. */
export function fieldsOfCondition(condition: ConditionModel): string[] {
  switch (condition.type) {
    case "not":
      return fieldsOfCondition(condition.item);
    case "and":
    case "or":
      return condition.items.flatMap(fieldsOfCondition);
    case "compare":
      return condition.value.type === "field" ? [condition.field, condition.value.field] : [condition.field];
    default:
      return [condition.field];
  }
}

/** How often the caller is compared with: each time is a parameter of the statement. */
export function comparesCaller(condition: ConditionModel): number {
  switch (condition.type) {
    case "not":
      return comparesCaller(condition.item);
    case "and":
    case "or":
      return condition.items.reduce((sum, item) => sum + comparesCaller(item), 0);
    case "compare":
      return condition.value.type === "user" ? 1 : 0;
    default:
      return 0;
  }
}
