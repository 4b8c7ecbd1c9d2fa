/** What a store of hashes can do. */
import type { KeyCommands, ScanOptions } from "../facade.ts";
import type { PageReply, Reply, ReplyMode } from "../replies.ts";

/** The names of the fields. */
export type FieldName<Fields> = keyof Fields & string;

/** The fields that can be added to: those of numbers, and all of a hash of plain text with free field names. */
export type NumberField<Fields> = {
  [Field in FieldName<Fields>]: Fields[Field] extends number
    ? Field
    : string extends Field
      ? string extends Fields[Field]
        ? Field
        : never
      : never;
}[FieldName<Fields>];

/** A field with its value, as replies have it. */
export type FieldValue<Fields> = {
  [Field in FieldName<Fields>]: { readonly field: Field; readonly value: Fields[Field] };
}[FieldName<Fields>];

/** Fields with their values: an object, or pairs. */
export type FieldEntries<Fields> =
  | { readonly [Field in FieldName<Fields>]?: Fields[Field] }
  | Iterable<
      { [Field in FieldName<Fields>]: readonly [field: Field, value: Fields[Field]] }[FieldName<Fields>]
    >;

/**
 * Fields with their values under each key. `Fields` are the declared ones; `Record<string, V>` for free names.
 *
 * Of a hash with declared fields, only those are seen: what an earlier config has left under other names is kept, but
 * neither given nor counted.
 */
export interface HashCommands<Fields, R extends ReplyMode, K extends string = string>
  extends KeyCommands<R, K> {
  /** Sets fields, all or nothing; replies how many of them are new. O(log n) each. */
  hset<Field extends FieldName<Fields>>(key: string, field: Field, value: Fields[Field]): Reply<number, R>;
  hset(key: string, entries: FieldEntries<Fields>): Reply<number, R>;
  /** Sets a field, unless it is there; replies whether it did. */
  hsetnx<Field extends FieldName<Fields>>(key: string, field: Field, value: Fields[Field]): Reply<boolean, R>;
  /** The value of a field, or null. O(log n). */
  hget<Field extends FieldName<Fields>>(key: string, field: Field): Reply<Fields[Field] | null, R>;
  /** The values of several fields, in their order. */
  hmget<const List extends readonly FieldName<Fields>[]>(
    key: string,
    ...fields: List
  ): Reply<{ -readonly [Index in keyof List]: Fields[List[Index] & FieldName<Fields>] | null }, R>;
  /** All fields, declared ones in the order of their declaration; null for a key that does not exist. O(n). */
  hgetall(key: string): Reply<Partial<Fields> | null, R>;
  /** Deletes fields; replies how many there were. Without its last field, the key is gone. */
  hdel(key: string, ...fields: FieldName<Fields>[]): Reply<number, R>;
  /** Whether the field is there. */
  hexists(key: string, field: FieldName<Fields>): Reply<boolean, R>;
  /** The names of all fields. O(n). */
  hkeys(key: string): Reply<FieldName<Fields>[], R>;
  /** The values of all fields, in the order of `hkeys`. O(n). */
  hvals(key: string): Reply<Fields[FieldName<Fields>][], R>;
  /** How many fields there are. O(1), where names are free. */
  hlen(key: string): Reply<number, R>;
  /** The length of a value as it is stored, in UTF-16 units; 0 for a field that is not there. */
  hstrlen(key: string, field: FieldName<Fields>): Reply<number, R>;
  /**
   * Adds a whole number to a field, which counts from 0; replies the sum. Fails with `NOT_AN_INTEGER` where the field
   * holds something else, or the sum leaves ±(2^53 − 1), and with `INVALID_VALUE` where the field's type does not
   * allow the sum.
   */
  hincrby(key: string, field: NumberField<Fields>, amount: number): Reply<number, R>;
  /** Adds a number in IEEE double arithmetic. Fails as `hincrby` does, with `NOT_A_FLOAT`. */
  hincrbyfloat(key: string, field: NumberField<Fields>, amount: number): Reply<number, R>;
  /**
   * A random field, or null. With a count, so many different ones; with a negative count, so many that may repeat. Near
   * O(log n) for each, as long as they are few.
   */
  hrandfield(key: string): Reply<FieldName<Fields> | null, R>;
  hrandfield(
    key: string,
    count: number,
    options: { readonly withValues: true },
  ): Reply<FieldValue<Fields>[], R>;
  hrandfield(
    key: string,
    count: number,
    options?: { readonly withValues?: false },
  ): Reply<FieldName<Fields>[], R>;
  /** A page of the fields with their values, from the cursor of the page before; or, iterated, all of them. */
  hscan(key: string, cursor?: string, options?: ScanOptions): PageReply<FieldValue<Fields>, R>;
}
