/**
 * The kinds of field, one class each. A method exists only on the kinds where it means something, so the editor
 * offers nothing that the generator would refuse. Fields are immutable: a call returns a new field, and the last
 * of two equal calls wins.
 */
import type { FieldData, FieldKind, Json, OnDelete } from "./data.ts";
import type { JsonTypeData } from "./json-shape.ts";

/** The data of one kind, so that kinds are told apart by type as well. */
export interface KindData<Kind extends FieldKind> extends FieldData {
  readonly kind: Kind;
}

export interface EnumData<Value extends string> extends KindData<"enum"> {
  readonly values: readonly Value[];
}

export interface RefData<Target extends string> extends KindData<"ref"> {
  readonly target: Target;
}

/** Any field of a resource. */
export abstract class Field<Data extends FieldData = FieldData> {
  /** What the chain of calls described; read by the generator. */
  readonly data: Data;

  constructor(data: Data) {
    this.data = Object.freeze(data);
  }
}

/** A field with a column of its own. */
abstract class StoredField<Data extends FieldData> extends Field<Data> {
  /**
   * Names this field's column as the last generated migration knows it, so that the next one renames the column
   * and keeps its values. Remove the call once that migration is released.
   *
   * @param name The field's earlier name, as it stood in the config.
   */
  renamedFrom(name: string): this {
    return extend(this, { renamedFrom: name });
  }
}

/** A copy of `field` with `change` applied. Copies share the prototype, so a long chain stays cheap. */
function extend<F extends Field>(field: F, change: Partial<FieldData>): F {
  const copy: F = Object.create(Object.getPrototypeOf(field));
  return Object.assign(copy, { data: Object.freeze({ ...field.data, ...change }) });
}

/** A field whose value may come from a client. */
abstract class ValueField<Data extends FieldData> extends StoredField<Data> {
  /** Allows `null`, which is also the value where a request gives none and there is no default. */
  optional(): this {
    return extend(this, { optional: true });
  }

  /** Keeps the value on the server: no response, filter or error shows it, and no request can set it. */
  hidden(): this {
    return extend(this, { hidden: true });
  }

  /** Shows the value but refuses it in requests. It is set by its default or by server code. */
  readOnly(): this {
    return extend(this, { readOnly: true });
  }
}

/** A field whose value stands by itself, and can be made of others instead of being stored. */
abstract class ComputableField<Data extends FieldData> extends ValueField<Data> {
  /**
   * Makes the value of other fields whenever a row is read: nothing is stored, and requests cannot set it.
   *
   * @param sql An SQL expression in which `{name}` stands for a stored field of the same resource:
   * `"{dueAt} < strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AND NOT {done}"`. Without one, the function of the field's name in the
   * module that the resource names as `computed` makes the value; such a field cannot be filtered or ordered by.
   */
  computed(sql?: string): ComputedField<Data> {
    return new ComputedField<Data>({ ...this.data, computed: sql ?? true });
  }
}

/** A field that is made of others whenever a row is read. */
export class ComputedField<Data extends FieldData = FieldData> extends Field<Data & ComputedData> {
  /** Allows `null`: where the expression gives it, or the function does. */
  optional(): this {
    return extend(this, { optional: true });
  }
}

/** What tells computed fields from others by type. */
interface ComputedData {
  readonly computed: string | true;
}

/** A field whose values can be told apart by an index. */
abstract class ComparableField<Data extends FieldData> extends ComputableField<Data> {
  /** Allows each value in one row only; a second one answers 409. Any number of rows may hold `null`. */
  unique(): this {
    return extend(this, { unique: true });
  }
}

abstract class NumericField<Data extends FieldData> extends ComparableField<Data> {
  /** The value of a row that does not give one. */
  default(value: number): this {
    return extend(this, { default: value });
  }

  /** The smallest value allowed. */
  min(value: number): this {
    return extend(this, { min: value });
  }

  /** The largest value allowed. */
  max(value: number): this {
    return extend(this, { max: value });
  }
}

/** `field.id()` */
export class IdField extends StoredField<KindData<"id">> {}

/** `field.version()` */
export class VersionField extends StoredField<KindData<"version">> {}

/** `field.text()` */
export class TextField extends ComparableField<KindData<"text">> {
  /** The value of a row that does not give one. */
  default(value: string): this {
    return extend(this, { default: value });
  }

  /** The smallest length allowed, in characters. */
  min(length: number): this {
    return extend(this, { min: length });
  }

  /** The greatest length allowed, in characters. */
  max(length: number): this {
    return extend(this, { max: length });
  }

  /** Allows e-mail addresses only. Replaces `.url()`. */
  email(): this {
    return extend(this, { format: "email" });
  }

  /** Allows absolute URLs only. Replaces `.email()`. */
  url(): this {
    return extend(this, { format: "url" });
  }

  /** Allows only text that the pattern matches. Without `^` and `$`, a match anywhere in the text is enough. */
  regex(pattern: RegExp): this {
    return extend(this, { regex: { source: pattern.source, flags: pattern.flags } });
  }

  /** Removes white space from both ends before the value is checked and stored. */
  trim(): this {
    return extend(this, { trim: true });
  }

  /**
   * Set to the signed-in user's id by the server; requests cannot set it. For users who are rows of a resource, `field.ref("users")`
   * says so to the database too.
   */
  owner(): this {
    return extend(this, { owner: true });
  }
}

/** `field.integer()` */
export class IntegerField extends NumericField<KindData<"integer">> {}

/** `field.number()` */
export class NumberField extends NumericField<KindData<"number">> {}

/** `field.boolean()` */
export class BooleanField extends ComputableField<KindData<"boolean">> {
  /** The value of a row that does not give one. */
  default(value: boolean): this {
    return extend(this, { default: value });
  }
}

/** `field.enum([…])` */
export class EnumField<Value extends string> extends ComparableField<EnumData<Value>> {
  /** The value of a row that does not give one: a member of the enum. */
  default(value: Value): this {
    return extend(this, { default: value });
  }
}

/** `field.json()` */
export class JsonField<Value> extends ComputableField<KindData<"json">> {
  /** The value of a row that does not give one. */
  default(value: Value & Json): this {
    return extend(this, { default: value });
  }
}

/** `field.timestamp()` */
export class TimestampField extends ComparableField<KindData<"timestamp">> {
  /**
   * The value of a row that does not give one.
   *
   * @param value ISO 8601 text such as `"2026-01-31T12:00:00Z"`, or a `Date`.
   * @throws RangeError for an invalid `Date`.
   */
  default(value: string | Date): this {
    return extend(this, { default: typeof value === "string" ? value : value.toISOString() });
  }

  /** Set by the server when the row is created; requests cannot set it. */
  createdAt(): this {
    return extend(this, { createdAt: true });
  }

  /** Set by the server whenever the row is created or changed; requests cannot set it. */
  updatedAt(): this {
    return extend(this, { updatedAt: true });
  }
}

/** `field.ref("users")` */
export class RefField<Target extends string> extends ValueField<RefData<Target>> {
  /** Allows each value in one row only; a second one answers 409. Any number of rows may hold `null`. */
  unique(): this {
    return extend(this, { unique: true });
  }

  /** Set to the signed-in user's id when the row is created; requests cannot set it. */
  owner(): this {
    return extend(this, { owner: true });
  }
}

/** A field whose value stands by itself, and needs neither a table nor other resources. */
export type PlainField =
  | TextField
  | IntegerField
  | NumberField
  | BooleanField
  | EnumField<string>
  | JsonField<unknown>
  | TimestampField;

/** Options of {@link field.id}. */
export interface IdOptions {
  /** Lets a client choose the id, a UUID, when it creates a row. Default: the server makes every id. */
  readonly client?: boolean;
}

/** Options of {@link field.ref}. */
export interface RefOptions {
  /**
   * What happens to this row when the row it refers to is deleted: `"cascade"` deletes it too, `"set null"` clears
   * the reference (which must be optional), `"restrict"` refuses the deletion with 409. Default: `"restrict"`.
   */
  readonly onDelete?: OnDelete;
}

/**
 * A JSON value. Its type says what requests may set, and what rows hold: `field.json<string[]>().default([])`. Without
 * a type it is any JSON.
 */
function json<Value = Json>(): JsonField<Value>;
/** @param type What the type argument says; the generator adds it to each call that has one. */
function json<Value>(type?: () => JsonTypeData): JsonField<Value> {
  return new JsonField<Value>({ kind: "json", ...(type === undefined ? {} : { shape: type() }) });
}

/** Makes the fields of a resource: `field.text().min(1)`. */
export const field = {
  /** The row's primary key: a UUID, made by the server unless clients may choose it. */
  id: ({ client, ...unknown }: IdOptions = {}): IdField =>
    // What an untyped caller adds goes along, so that the generator can name it.
    new IdField({ kind: "id", ...unknown, ...(client ? { client: true } : {}) }),

  /** Text. */
  text: (): TextField => new TextField({ kind: "text" }),

  /** A whole number between -(2^53 - 1) and 2^53 - 1. */
  integer: (): IntegerField => new IntegerField({ kind: "integer" }),

  /** A finite floating-point number. */
  number: (): NumberField => new NumberField({ kind: "number" }),

  /** `true` or `false`. */
  boolean: (): BooleanField => new BooleanField({ kind: "boolean" }),

  /**
   * One of a fixed set of strings.
   *
   * @param values The members, at least one, in the order in which tools should show them.
   */
  enum: <const Value extends string>(values: readonly [Value, ...Value[]]): EnumField<Value> =>
    new EnumField<Value>({ kind: "enum", values: [...values] }),

  json,

  /** A moment in time: ISO 8601 text in UTC with milliseconds. */
  timestamp: (): TimestampField => new TimestampField({ kind: "timestamp" }),

  /**
   * A reference to a row of another (or the same) resource, by its id. The database keeps it valid. A reference
   * named `listId` gives the relation `list`.
   *
   * @param target Key of the resource referred to.
   */
  ref: <const Target extends string>(target: Target, options: RefOptions = {}): RefField<Target> =>
    new RefField<Target>({
      kind: "ref",
      target,
      ...options,
    }),

  /** A counter that goes up with every change of the row, made by the server. */
  version: (): VersionField => new VersionField({ kind: "version" }),
} as const;

/** The fields of one resource by name. */
export type Fields = Readonly<Record<string, Field>>;

/** A field that holds words. */
export type WordField = TextField | EnumField<string>;

/** A field whose values can divide the subscribers of a live resource up. */
export type PartitionField =
  | IdField
  | RefField<string>
  | TextField
  | EnumField<string>
  | IntegerField
  | BooleanField;
