/** The types of `where`: what can be asked of a field, by the kind of its values. */

/** Conditions on fields that have no order. `Null` is null for fields that can be null, and never for others. */
export interface EqualityOperators<Value, Null = never> {
  /** Equal. */
  eq?: Value | Null;
  /** Not equal, or null. */
  ne?: Value | Null;
  /** One of these; an empty list means no row. */
  in?: readonly Value[];
  /** None of these, or null. */
  notIn?: readonly Value[];
  /** Whether it is null. */
  isNull?: [Null] extends [never] ? never : boolean;
}

/** Conditions on fields whose values have an order. Null meets none but `notBetween`. */
export interface OrderedOperators<Value, Null = never> extends EqualityOperators<Value, Null> {
  /** Greater than, or after. */
  gt?: Value;
  /** Greater than or equal to, or not before. */
  gte?: Value;
  /** Less than, or before. */
  lt?: Value;
  /** Less than or equal to, or not after. */
  lte?: Value;
  /** From the first to the second, both included. */
  between?: readonly [Value, Value];
  /** Outside of these two, or null. */
  notBetween?: readonly [Value, Value];
}

/** Conditions on texts. Those with `i` take A to Z for a to z. Texts are ordered by code point. */
export interface TextOperators<Null = never> extends OrderedOperators<string, Null> {
  contains?: string;
  startsWith?: string;
  endsWith?: string;
  iContains?: string;
  iStartsWith?: string;
  iEndsWith?: string;
  iEq?: string;
  iNe?: string;
  /** A pattern: `%` is any text, `_` one character, `\` takes the meaning off the next. At most 50 bytes. */
  like?: string;
  iLike?: string;
  /** That many characters, counted as code points. */
  length?: number;
  minLength?: number;
  maxLength?: number;
  /** Whether it is null or `""`. */
  isEmpty?: boolean;
}

/** Conditions on moments: a `Date`, or ISO 8601 with `Z` or an offset; a date alone is midnight UTC. */
export interface TimeOperators<Null = never> extends OrderedOperators<string | Date, Null> {}

/** Conditions on numbers. */
export interface NumberOperators<Null = never> extends OrderedOperators<number, Null> {}

/** What a text, an id or a reference is to be: a value, or operators that all have to hold. */
export type TextCondition<Null = never> = string | Null | TextOperators<Null>;
/** What a number is to be: a value, or operators that all have to hold. */
export type NumberCondition<Null = never> = number | Null | NumberOperators<Null>;
/** What a moment is to be: a value, or operators that all have to hold. */
export type TimeCondition<Null = never> = string | Date | Null | TimeOperators<Null>;
/** What a field that is true or false is to be: a value, or operators that all have to hold. */
export type BooleanCondition<Null = never> = boolean | Null | EqualityOperators<boolean, Null>;
/** What a field of some words is to be: one of them, or operators that all have to hold. */
export type EnumCondition<Value> = Value | EqualityOperators<Exclude<Value, null>, Extract<Value, null>>;
/** JSON can only be asked whether it is null. */
export type JsonCondition = null | { eq?: null; ne?: null; isNull?: boolean };

/** How conditions are joined. Those of one object all have to hold. */
export interface Combined<Where> {
  /** All of these hold. */
  and?: readonly Where[];
  /** At least one of these holds; of none, none does. */
  or?: readonly Where[];
  /** This does not hold. */
  not?: Where;
}

/** Conditions of which there is at least one: `{}` would mean every row. */
export type Some<Where> = Where & { [Field in keyof Where]-?: Required<Pick<Where, Field>> }[keyof Where];
