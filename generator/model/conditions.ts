/** Checks the conditions of `where` rules: fields that are there, and values that can be compared with them. */
import { Condition } from "../../schema/condition.ts";
import type { ConditionData, OperandData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { AuthModel, ConditionModel, FieldModel, OperandModel, UserFieldModel } from "./types.ts";

/** What a condition may name, and where it stands. */
export interface ConditionScope {
  readonly key: string;
  readonly fields: readonly FieldModel[];
  readonly auth: AuthModel | null;
  /** Such as `` `read` of `todos` ``. */
  readonly what: string;
  readonly path: ConfigPath;
}

/** What kinds of values can be compared with each other. */
type ValueType = "text" | "number" | "boolean";

const valueTypes: Readonly<Record<FieldModel["kind"], ValueType | null>> = {
  id: "text",
  text: "text",
  enum: "text",
  timestamp: "text",
  ref: "text",
  integer: "number",
  number: "number",
  version: "number",
  boolean: "boolean",
  json: null,
};

/** Greatest number of comparisons: each is part of every statement that the rule guards. */
const MAX_TERMS = 50;

/** The condition that a `where` callback returned, or null if it was reported. */
export function checkWhere(value: unknown, scope: ConditionScope, report: Report): ConditionModel | null {
  if (!(value instanceof Condition)) {
    return refuse(
      scope,
      report,
      `where() in ${scope.what} gets no condition from its function`,
      "Return one, such as `row.archived.eq(false)`: the function is called once, with stand-ins for row and user.",
    );
  }
  return new ConditionChecker(scope, report).check(value.data);
}

function refuse(scope: ConditionScope, report: Report, message: string, fix?: string, text?: string): null {
  report.error("COV1412", scope.path, `${message}.`, {
    ...(fix === undefined ? {} : { fix }),
    ...(text === undefined ? {} : { text }),
  });
  return null;
}

class ConditionChecker {
  readonly #scope: ConditionScope;
  readonly #report: Report;
  #terms = 0;

  constructor(scope: ConditionScope, report: Report) {
    this.#scope = scope;
    this.#report = report;
  }

  check(data: ConditionData): ConditionModel | null {
    switch (data.type) {
      case "and":
      case "or": {
        const items = data.items.map((item) => this.check(item));
        const good = items.filter((item) => item !== null);
        if (good.length < items.length) return null;
        // `a.and(b).and(c)` is one list of three.
        return {
          type: data.type,
          items: good.flatMap((item) => (item.type === data.type ? item.items : [item])),
        };
      }
      case "not": {
        const item = this.check(data.item);
        return item === null ? null : { type: "not", item };
      }
      default:
        return this.#term(data);
    }
  }

  #term(data: Exclude<ConditionData, { type: "and" | "or" | "not" }>): ConditionModel | null {
    this.#terms += 1;
    if (this.#terms === MAX_TERMS + 1) {
      return this.#refuse(`where() in ${this.#what} has more than ${MAX_TERMS} comparisons`);
    }
    const field = this.#field(data.field);
    if (field === null) return null;
    if (data.type === "null") return { type: "null", field: field.name, is: data.is };
    const type = valueTypes[field.kind];
    if (type === null) {
      return this.#refuse(
        `where() in ${this.#what} compares \`${field.name}\`, which holds JSON`,
        "Compare another field, or ask for null.",
      );
    }
    if (data.type === "in") return this.#in(field, type, data.values);
    const ordered = data.operator !== "eq" && data.operator !== "ne";
    if (ordered && (type === "boolean" || field.kind === "enum")) {
      return this.#refuse(
        `where() in ${this.#what} asks for the order of \`${field.name}\`, a field of kind ${field.kind}`,
      );
    }
    const value = this.#operand(field, type, data.value);
    return value === null ? null : { type: "compare", operator: data.operator, field: field.name, value };
  }

  #in(field: FieldModel, type: ValueType, given: readonly OperandData[]): ConditionModel | null {
    if (given.length === 0) {
      return this.#refuse(`in() of \`${field.name}\` in ${this.#what} lists no values, so it never holds`);
    }
    const values = given.map((value) =>
      value.type === "constant"
        ? this.#constant(field, type, value.value)
        : this.#refuse(`in() of \`${field.name}\` in ${this.#what} takes constants`),
    );
    const good = values.filter((value) => value !== null);
    return good.length < values.length ? null : { type: "in", field: field.name, values: good };
  }

  #operand(field: FieldModel, type: ValueType, data: OperandData): OperandModel | null {
    switch (data.type) {
      case "constant": {
        const value = this.#constant(field, type, data.value);
        return value === null ? null : { type: "constant", value };
      }
      case "field": {
        const other = this.#field(data.field);
        if (other === null) return null;
        if (valueTypes[other.kind] === type) return { type: "field", field: other.name };
        return this.#mismatch(field, `\`${other.name}\`, a field of kind ${other.kind}`);
      }
      case "user": {
        const other = this.#userField(data.field);
        if (other === null) return null;
        if (valueTypes[other.kind] === type)
          return { type: "user", field: other.name, nullable: other.nullable };
        return this.#mismatch(field, `the user's \`${other.name}\`, a field of kind ${other.kind}`);
      }
    }
  }

  #mismatch(field: FieldModel, other: string): null {
    return this.#refuse(
      `where() in ${this.#what} compares \`${field.name}\`, a field of kind ${field.kind}, with ${other}`,
    );
  }

  /** A constant as it is stored. */
  #constant(field: FieldModel, type: ValueType, value: unknown): string | number | boolean | null {
    if (value === null || value === undefined) {
      return this.#refuse(
        `where() in ${this.#what} compares \`${field.name}\` with ${value}, which is never true`,
        "Use isNull() or isNotNull().",
      );
    }
    if (field.kind === "timestamp" && typeof value === "string") {
      const time = Date.parse(value);
      const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(value);
      if (!Number.isNaN(time) && hasZone) return new Date(time).toISOString();
      return this.#refuse(
        `where() in ${this.#what} compares \`${field.name}\` with ${quote(value)}, which is no moment in time`,
        "Write it as `2026-01-31T12:00:00Z`.",
        value,
      );
    }
    if (field.kind === "enum" && typeof value === "string" && !field.values.includes(value)) {
      const details = suggest(value, field.values, "Members");
      this.#report.error(
        "COV1412",
        this.#scope.path,
        `where() in ${this.#what} compares \`${field.name}\` with ${quote(value)}, which is not one of its members.`,
        { text: value, ...details },
      );
      return null;
    }
    const fits =
      type === "number"
        ? typeof value === "number" &&
          Number.isFinite(value) &&
          (field.kind === "number" || Number.isSafeInteger(value))
        : type === "boolean"
          ? typeof value === "boolean"
          : typeof value === "string" && value.isWellFormed() && !value.includes("\0");
    if (fits && (typeof value === "string" || typeof value === "number" || typeof value === "boolean"))
      return value;
    return this.#refuse(
      `where() in ${this.#what} compares \`${field.name}\`, a field of kind ${field.kind}, with ${JSON.stringify(value) ?? typeof value}`,
    );
  }

  #field(name: string): FieldModel | null {
    const { fields, key } = this.#scope;
    const found = fields.find((field) => field.name === name);
    if (found !== undefined) return found;
    const details = suggest(
      name,
      fields.map((field) => field.name),
      "Fields",
    );
    this.#report.error(
      "COV1412",
      this.#scope.path,
      `where() in ${this.#what} names ${quote(name)}, which is not a field of \`${key}\`.`,
      { text: name, ...details },
    );
    return null;
  }

  #userField(name: string): Pick<UserFieldModel, "name" | "kind" | "nullable"> | null {
    const { auth } = this.#scope;
    if (auth === null) {
      this.#report.error(
        "COV1406",
        this.#scope.path,
        `where() in ${this.#what} names the user, but there is no auth, so nobody is ever signed in.`,
      );
      return null;
    }
    if (name === "id") return { name, kind: "text", nullable: false };
    const found = auth.userFields.find((field) => field.name === name);
    if (found !== undefined) return found;
    const details = suggest(
      name,
      ["id", ...auth.userFields.map((field) => field.name)],
      "Fields of the user",
    );
    this.#report.error(
      "COV1412",
      this.#scope.path,
      `where() in ${this.#what} names ${quote(name)}, which is not a field of the user.`,
      { text: name, ...details },
    );
    return null;
  }

  get #what(): string {
    return this.#scope.what;
  }

  #refuse(message: string, fix?: string, text?: string): null {
    return refuse(this.#scope, this.#report, message, fix, text);
  }
}
