/** Hashes, on the caller's side. */
import { type Codec, text } from "../codec.ts";
import type { Definition, StoreOptions } from "../definition.ts";
import { KVError } from "../errors.ts";
import { count, flag, KeyStore, type ScanOptions } from "../facade.ts";
import { type Entries, pairsOf } from "../pairs.ts";
import type { PageReply, Reply, ReplyMode, Sender } from "../replies.ts";
import type { StoreKeys } from "../store-keys.ts";
import type { FieldEntries, FieldName, FieldValue, HashCommands, NumberField } from "./commands.ts";
import { declaredFields, type FieldCodecs, freeFields } from "./fields.ts";
import type { Pair } from "./pairs.ts";
import { Hashes, hashes } from "./structure.ts";

class HashStore<Fields, R extends ReplyMode> extends KeyStore<R> implements HashCommands<Fields, R> {
  static override readonly variadic: readonly string[] = ["hset", "hmget", "hdel"];
  readonly #codecs: FieldCodecs<Fields>;

  constructor(sender: Sender<R>, codecs: FieldCodecs<Fields>) {
    super(sender);
    this.#codecs = codecs;
  }

  hset<Field extends FieldName<Fields>>(key: string, field: Field, value: Fields[Field]): Reply<number, R>;
  hset(key: string, entries: FieldEntries<Fields>): Reply<number, R>;
  hset(key: string, ...given: [entries: unknown] | [field: string, value: unknown]): Reply<number, R> {
    const pairs = (): (readonly [string, unknown])[] => {
      const [entries, value, ...more]: readonly unknown[] = given;
      if (typeof entries === "string" && more.length === 0) return [[entries, value]];
      if (given.length === 1) return pairsOf(entries as Entries<unknown>);
      throw new KVError(
        "INVALID_ARGUMENT",
        "Give one field and its value, or several as an object: { field: value }.",
      );
    };
    return this.sender.send("hset", [key], () => [key, pairs().map((pair) => this.#encode(...pair))], count);
  }

  hsetnx<Field extends FieldName<Fields>>(
    key: string,
    field: Field,
    value: Fields[Field],
  ): Reply<boolean, R> {
    return this.sender.send("hsetnx", [key], () => [key, ...this.#encode(field, value)], flag);
  }

  hget<Field extends FieldName<Fields>>(key: string, field: Field): Reply<Fields[Field] | null, R> {
    const decode = (raw: string | null) => this.#decode(field, raw);
    return this.sender.send("hget", [key], () => [key, this.#checked(field)], decode);
  }

  hmget<const List extends readonly FieldName<Fields>[]>(
    key: string,
    ...fields: List
  ): Reply<{ -readonly [Index in keyof List]: Fields[List[Index] & FieldName<Fields>] | null }, R> {
    type Values = { -readonly [Index in keyof List]: Fields[List[Index] & FieldName<Fields>] | null };
    const args = () => [key, fields.map((field) => this.#checked(field))];
    const decode = (raw: (string | null)[]) =>
      fields.map((field, index) => this.#decode(field, raw[index] ?? null)) as unknown as Values;
    return this.sender.send("hmget", [key], args, decode);
  }

  hgetall(key: string): Reply<Partial<Fields> | null, R> {
    // Own properties whatever the names are: `__proto__` too.
    const decode = (raw: Pair[] | null) =>
      raw &&
      (Object.fromEntries(this.#ordered(raw).map(({ field, value }) => [field, value])) as Partial<Fields>);
    return this.sender.send("hgetall", [key], () => [key], decode);
  }

  hdel(key: string, ...fields: FieldName<Fields>[]): Reply<number, R> {
    return this.sender.send("hdel", [key], () => [key, fields.map((field) => this.#checked(field))], count);
  }

  hexists(key: string, field: FieldName<Fields>): Reply<boolean, R> {
    return this.sender.send("hexists", [key], () => [key, this.#checked(field)], flag);
  }

  hkeys(key: string): Reply<FieldName<Fields>[], R> {
    const { names } = this.#codecs;
    const decode = (raw: FieldName<Fields>[]) => names?.filter((name) => raw.includes(name)) ?? raw;
    return this.sender.send("hkeys", [key], () => [key], decode);
  }

  hvals(key: string): Reply<Fields[FieldName<Fields>][], R> {
    // Without its field's name, a value cannot be read.
    const decode = (raw: Pair[] | null) => this.#ordered(raw ?? []).map(({ value }) => value);
    return this.sender.send("hgetall", [key], () => [key], decode);
  }

  hlen(key: string): Reply<number, R> {
    return this.sender.send("hlen", [key], () => [key], count);
  }

  hstrlen(key: string, field: FieldName<Fields>): Reply<number, R> {
    return this.sender.send("hstrlen", [key], () => [key, this.#checked(field)], count);
  }

  hincrby(key: string, field: NumberField<Fields>, amount: number): Reply<number, R> {
    return this.sender.send("hincrby", [key], () => [key, this.#checked(field), amount], count);
  }

  hincrbyfloat(key: string, field: NumberField<Fields>, amount: number): Reply<number, R> {
    return this.sender.send("hincrbyfloat", [key], () => [key, this.#checked(field), amount], count);
  }

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
  hrandfield(
    key: string,
    count?: number,
    options?: { readonly withValues?: boolean },
  ): Reply<FieldName<Fields> | null, R> | Reply<FieldName<Fields>[], R> | Reply<FieldValue<Fields>[], R> {
    const args = () => [key, count, options];
    if (count === undefined)
      return this.sender.send("hrandfield", [key], args, (raw: FieldName<Fields> | null) => raw);
    return options?.withValues === true
      ? this.sender.send("hrandfield", [key], args, (raw: Pair[]) => raw.map((pair) => this.#item(pair)))
      : this.sender.send("hrandfield", [key], args, (raw: FieldName<Fields>[]) => raw);
  }

  hscan(key: string, cursor?: string, options?: ScanOptions): PageReply<FieldValue<Fields>, R> {
    return this.sender.page("hscan", key, cursor ?? "0", options, (pair: Pair) => this.#item(pair));
  }

  /** A field's name, checked against the declared ones. */
  #checked(field: FieldName<Fields>): string {
    this.#codecs.of(field);
    return field;
  }

  #encode(field: string, value: unknown): Pair {
    const name = field as FieldName<Fields>;
    return [field, this.#codecs.of(name).encode(value as Fields[FieldName<Fields>])];
  }

  #decode<Field extends FieldName<Fields>>(field: Field, raw: string | null): Fields[Field] | null {
    return raw === null ? null : this.#codecs.of(field).decode(raw);
  }

  #item([field, value]: Pair): FieldValue<Fields> {
    const name = field as FieldName<Fields>;
    return { field: name, value: this.#codecs.of(name).decode(value) };
  }

  /** The fields in the order of their declaration. */
  #ordered(pairs: readonly Pair[]): FieldValue<Fields>[] {
    const { names } = this.#codecs;
    if (names === null) return pairs.map((pair) => this.#item(pair));
    const values = new Map(pairs);
    return names.flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [this.#item([name, value])];
    });
  }
}

type Of<Fields> = Definition<
  HashCommands<Fields, "promise">,
  HashCommands<Fields, "queued">,
  HashCommands<Fields, "value">
>;

/** The values of declared fields. */
type ValuesOf<Codecs> = {
  [Field in keyof Codecs]: Codecs[Field] extends Codec<infer V> ? V : never;
};

/** Declares a store of hashes with certain fields. */
export function hash<Codecs extends Readonly<Record<string, Codec<unknown>>>>(
  options: StoreOptions & { readonly fields: Codecs },
): Of<ValuesOf<Codecs>>;
/** Declares a store of hashes with free field names, whose values are all of one type. */
export function hash<V>(options: StoreOptions & { readonly value: Codec<V> }): Of<Record<string, V>>;
/** Declares a store of hashes with free field names and plain text. */
export function hash(options: StoreOptions): Of<Record<string, string>>;
export function hash(
  options: StoreOptions & {
    readonly fields?: Readonly<Record<string, Codec<unknown>>>;
    readonly value?: Codec<unknown>;
  },
): Definition {
  const { fields, value } = options;
  const codecs: FieldCodecs<Record<string, unknown>> =
    fields === undefined ? freeFields(value ?? text()) : declaredFields(fields);
  return {
    structure: hashes,
    options,
    open: (keys: StoreKeys) => new Hashes(keys, codecs),
    bind: <R extends ReplyMode>(sender: Sender<R>) => new HashStore(sender, codecs),
  };
}
