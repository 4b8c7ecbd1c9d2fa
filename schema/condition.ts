/**
 * Conditions of `where((row, user) => …)`: the callback is called once, by the generator, with stand-ins for the row and the
 * caller, and what it returns becomes SQL. It is no function that runs on requests.
 */
import type { ConditionData, ConditionOperator, OperandData } from "./data.ts";
import type {
  BooleanField,
  ComputedField,
  EnumField,
  Field,
  Fields,
  IdField,
  IntegerField,
  JsonField,
  NumberField,
  RefField,
  TextField,
  TimestampField,
  VersionField,
} from "./fields.ts";

/** A condition on the row. */
export class Condition {
  /** What it says; read by the generator. */
  readonly data: ConditionData;

  constructor(data: ConditionData) {
    this.data = Object.freeze(data);
  }

  /** Both hold. */
  and(other: Condition): Condition {
    return new Condition({ type: "and", items: [this.data, other.data] });
  }

  /** At least one holds. */
  or(other: Condition): Condition {
    return new Condition({ type: "or", items: [this.data, other.data] });
  }

  /** It does not hold. */
  not(): Condition {
    return new Condition({ type: "not", item: this.data });
  }
}

declare const valueType: unique symbol;

/** A field of the caller, to compare fields of the row with. */
export interface UserValue<Value> {
  readonly [valueType]?: Value;
}

/** What a field of the row is compared with: a constant, a field of the caller, or another field of the row. */
export type Operand<Value> = Value | UserValue<Value> | RowField<Value>;

/** A field of the row. A comparison with null is false; `ne` is true wherever `eq` is false. */
export interface RowField<Value> {
  readonly [valueType]?: Value;
  /** Equal. */
  eq(value: Operand<Value>): Condition;
  /** Not equal; null is not equal to anything. */
  ne(value: Operand<Value>): Condition;
  /** One of a list of constants. */
  in(values: readonly Value[]): Condition;
  /** Null. */
  isNull(): Condition;
  /** Not null. */
  isNotNull(): Condition;
}

/** A field of the row whose values have an order: numbers, text by code point, moments in time. */
export interface OrderedRowField<Value> extends RowField<Value> {
  /** Greater than. */
  gt(value: Operand<Value>): Condition;
  /** Greater than, or equal. */
  gte(value: Operand<Value>): Condition;
  /** Less than. */
  lt(value: Operand<Value>): Condition;
  /** Less than, or equal. */
  lte(value: Operand<Value>): Condition;
}

/** A field of the row whose values cannot be compared. */
export type OpaqueRowField = Pick<RowField<never>, "isNull" | "isNotNull">;

type RowFieldOf<F> =
  F extends EnumField<infer Value>
    ? RowField<Value>
    : F extends BooleanField
      ? RowField<boolean>
      : F extends IntegerField | NumberField | VersionField
        ? OrderedRowField<number>
        : F extends TextField | TimestampField | IdField | RefField<string>
          ? OrderedRowField<string>
          : OpaqueRowField;

/** The row, in a condition: its stored fields. */
export type RowFields<F extends Fields> = {
  readonly [Name in keyof F as F[Name] extends ComputedField ? never : Name]: RowFieldOf<F[Name]>;
};

type UserValueOf<F> =
  F extends EnumField<infer Value>
    ? UserValue<Value>
    : F extends BooleanField
      ? UserValue<boolean>
      : F extends IntegerField | NumberField
        ? UserValue<number>
        : F extends JsonField<unknown>
          ? never
          : F extends Field
            ? UserValue<string>
            : never;

/** The caller, in a condition: its id, and what `auth` declares of it. */
export type UserFields<U extends Fields> = { readonly id: UserValue<string> } & {
  readonly [Name in keyof U]: UserValueOf<U[Name]>;
};

class RowStandIn {
  readonly #field: string;

  constructor(field: string) {
    this.#field = field;
  }

  #compare(operator: ConditionOperator, value: unknown): Condition {
    return new Condition({ type: "compare", operator, field: this.#field, value: operandOf(value) });
  }

  eq = (value: unknown): Condition => this.#compare("eq", value);
  ne = (value: unknown): Condition => this.#compare("ne", value);
  gt = (value: unknown): Condition => this.#compare("gt", value);
  gte = (value: unknown): Condition => this.#compare("gte", value);
  lt = (value: unknown): Condition => this.#compare("lt", value);
  lte = (value: unknown): Condition => this.#compare("lte", value);
  in = (values: readonly unknown[]): Condition =>
    new Condition({
      type: "in",
      field: this.#field,
      values: Array.isArray(values) ? values.map(operandOf) : [],
    });
  isNull = (): Condition => new Condition({ type: "null", field: this.#field, is: true });
  isNotNull = (): Condition => new Condition({ type: "null", field: this.#field, is: false });

  static nameOf(value: RowStandIn): string {
    return value.#field;
  }
}

class UserStandIn {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function operandOf(value: unknown): OperandData {
  if (value instanceof RowStandIn) return { type: "field", field: RowStandIn.nameOf(value) };
  if (value instanceof UserStandIn) return { type: "user", field: value.name };
  return { type: "constant", value };
}

/** Any member is a field: the model checks that it exists. Symbols are what runtimes ask of every object. */
const standIns = <T>(make: (name: string) => T): Readonly<Record<string, T>> =>
  new Proxy(Object.create(null), {
    get: (_target, name) => (typeof name === "symbol" ? undefined : make(name)),
  });

/** What the callback of `where` gives for the stand-ins. It may be anything: the model checks it. */
export const conditionOf = (condition: (row: never, user: never) => unknown): unknown =>
  (condition as (row: unknown, user: unknown) => unknown)(
    standIns((name) => new RowStandIn(name)),
    standIns((name) => new UserStandIn(name)),
  );
