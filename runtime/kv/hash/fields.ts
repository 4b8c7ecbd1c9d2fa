/** How the values of a hash's fields are kept. */
import type { Codec } from "../codec.ts";
import { KVError } from "../errors.ts";
import type { FieldName } from "./commands.ts";
import type { FieldRules } from "./structure.ts";

/** The codec of each field. */
export interface FieldCodecs<Fields> extends FieldRules {
  readonly names: readonly FieldName<Fields>[] | null;
  /** @throws KVError `INVALID_ARGUMENT` for a field that is not declared. */
  of<Field extends FieldName<Fields>>(field: Field): Codec<Fields[Field]>;
}

/** Free names, one codec for all. */
export function freeFields<V>(codec: Codec<V>): FieldCodecs<Record<string, V>> {
  return {
    names: null,
    of: () => codec,
    check(_field, value) {
      codec.decode(value);
    },
  };
}

/** Declared names, in the order of their declaration. */
export function declaredFields<Fields extends object>(
  codecs: {
    readonly [Field in keyof Fields]: Codec<Fields[Field]>;
  },
): FieldCodecs<Fields> {
  const names = Object.keys(codecs) as FieldName<Fields>[];
  const of = <Field extends FieldName<Fields>>(field: Field): Codec<Fields[Field]> => {
    if (typeof field === "string" && Object.hasOwn(codecs, field)) return naming(field, codecs[field]);
    throw new KVError(
      "INVALID_ARGUMENT",
      `There is no field ${JSON.stringify(field)}. Declared: ${names.join(", ")}.`,
    );
  };
  return {
    names,
    of,
    check(field, value) {
      // Only declared fields are written to.
      of(field as FieldName<Fields>).decode(value);
    },
  };
}

/** The codec of a field, whose errors say which field it is. */
function naming<T>(field: string, codec: Codec<T>): Codec<T> {
  const named = <Result>(run: () => Result): Result => {
    try {
      return run();
    } catch (cause) {
      if (!(cause instanceof KVError)) throw cause;
      throw new KVError(cause.code, `The field ${JSON.stringify(field)}: ${cause.message}`, { cause });
    }
  };
  return {
    encode: (value) => named(() => codec.encode(value)),
    decode: (stored) => named(() => codec.decode(stored)),
  };
}
