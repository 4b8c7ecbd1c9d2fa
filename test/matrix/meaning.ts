/** What access rules mean, by their definition: no SQL and no simplification. */
import type { ConditionModel, Model, OperandModel, Rule } from "../../generator/model/types.ts";
import { cell, type Row, type Rows, resourceOf, type User } from "./rows.ts";

/** Whether rules hold for rows, for one caller. Fields of rows are named by their columns. */
export class Meaning {
  readonly #model: Model;
  readonly #rows: Rows;
  readonly #user: User | null;

  constructor(model: Model, rows: Rows, user: User | null) {
    this.#model = model;
    this.#rows = rows;
    this.#user = user;
  }

  /** @param key The resource that the row belongs to. */
  holds(rule: Rule, row: Row, key: string): boolean {
    const user = this.#user;
    switch (rule.type) {
      case "public":
        return true;
      case "nobody":
        return false;
      case "signedIn":
        return user !== null;
      case "role":
        return user?.role === rule.role;
      case "owner":
        return user !== null && this.#value(row, key, rule.field) === user.id;
      case "notDeleted":
        return this.#isKept(row, key);
      case "any":
        return rule.rules.some((part) => this.holds(part, row, key));
      case "all":
        return rule.rules.every((part) => this.holds(part, row, key));
      case "where":
        if (user === null && JSON.stringify(rule.condition).includes('"type":"user"')) return false;
        return this.#meets(rule.condition, row, key);
      case "through": {
        const { relation } = rule;
        const ends = (this.#rows[relation.target] ?? []).filter((end) => {
          if (relation.type === "belongsTo") return end.id === this.#value(row, key, relation.field);
          if (relation.type !== "manyToMany")
            return this.#value(end, relation.target, relation.by) === row.id;
          return (this.#rows[relation.through] ?? []).some(
            (joining) =>
              this.#isKept(joining, relation.through) &&
              this.#value(joining, relation.through, relation.by) === row.id &&
              this.#value(joining, relation.through, relation.to) === end.id,
          );
        });
        return ends.some((end) => this.holds(rule.rule, end, relation.target));
      }
    }
  }

  #isKept(row: Row, key: string): boolean {
    const { deletedAt } = resourceOf(this.#model, key);
    return deletedAt === null || (row[deletedAt.column] ?? null) === null;
  }

  #value(row: Row, key: string, name: string): string | number | null {
    return cell(resourceOf(this.#model, key), row, name);
  }

  #meets(condition: ConditionModel, row: Row, key: string): boolean {
    switch (condition.type) {
      case "not":
        return !this.#meets(condition.item, row, key);
      case "and":
        return condition.items.every((item) => this.#meets(item, row, key));
      case "or":
        return condition.items.some((item) => this.#meets(item, row, key));
      case "null":
        return (this.#value(row, key, condition.field) === null) === condition.is;
      case "in":
        return condition.values.map(constant).includes(this.#value(row, key, condition.field) ?? Number.NaN);
      case "compare": {
        const left = this.#value(row, key, condition.field);
        const right = this.#operand(condition.value, row, key);
        if (condition.operator === "ne") return left === null || right === null || left !== right;
        if (left === null || right === null) return false;
        switch (condition.operator) {
          case "eq":
            return left === right;
          case "gt":
            return left > right;
          case "gte":
            return left >= right;
          case "lt":
            return left < right;
          case "lte":
            return left <= right;
        }
      }
    }
  }

  #operand(value: OperandModel, row: Row, key: string): string | number | null {
    if (value.type === "constant") return constant(value.value);
    if (value.type === "field") return this.#value(row, key, value.field);
    return this.#user?.[value.field] ?? null;
  }
}

const constant = (value: string | number | boolean): string | number =>
  typeof value === "boolean" ? Number(value) : value;

/** What is known of a rule before any row is looked at. */
export type Verdict = "yes" | "no" | "open";

/** All that such a decision looks at of the caller. */
export type Role = Readonly<Record<string, string | number | null>>;

/** What is taken for granted of the row. */
export interface Assumed {
  /** Fields that hold the caller's id. */
  readonly owned?: ReadonlySet<string>;
  /** Whether the row is a deleted one. */
  readonly deleted?: boolean;
}

/** Decides a rule for a caller as far as it can be decided without the row. */
export function decide(rule: Rule, user: Role | null, assumed: Assumed = {}): Verdict {
  switch (rule.type) {
    case "public":
      return "yes";
    case "nobody":
      return "no";
    case "signedIn":
      return user === null ? "no" : "yes";
    case "role":
      return user?.role === rule.role ? "yes" : "no";
    case "owner":
      if (user === null) return "no";
      return assumed.owned?.has(rule.field) === true ? "yes" : "open";
    case "notDeleted":
      return assumed.deleted === true ? "no" : "open";
    case "where":
      return user === null && JSON.stringify(rule.condition).includes('"type":"user"') ? "no" : "open";
    case "through":
      return decide(rule.rule, user) === "no" ? "no" : "open";
    case "any":
    case "all": {
      const [decisive, other] = rule.type === "any" ? (["yes", "no"] as const) : (["no", "yes"] as const);
      const parts = rule.rules.map((part) => decide(part, user, assumed));
      if (parts.includes(decisive)) return decisive;
      return parts.includes("open") ? "open" : other;
    }
  }
}
