/**
 * The structure of a JSON value, as the type argument of `field.json<T>()` states it. TypeScript forgets type
 * arguments when the config runs, so the generator reads them from the source and passes them on as this data.
 */

/** What a JSON value may look like. */
export type JsonShape =
  /** `json` is any JSON. */
  | { readonly type: "string" | "number" | "boolean" | "null" | "json" }
  | { readonly type: "literal"; readonly value: string | number | boolean }
  | { readonly type: "array"; readonly items: JsonShape; readonly readonly?: true }
  | { readonly type: "tuple"; readonly items: readonly JsonShape[]; readonly readonly?: true }
  /** An object with these members and no others. */
  | { readonly type: "object"; readonly members: readonly JsonMember[] }
  /** An object with any keys. */
  | { readonly type: "record"; readonly values: JsonShape }
  /** Two shapes or more, none of them a union. */
  | { readonly type: "union"; readonly shapes: readonly JsonShape[] }
  /** A named shape, which may refer to itself. */
  | { readonly type: "reference"; readonly name: string };

/** A member of an object. */
export interface JsonMember {
  readonly name: string;
  readonly shape: JsonShape;
  readonly optional?: true;
  readonly readonly?: true;
  /** The text of its doc comment, lines parted by `\n`. */
  readonly doc?: string;
}

/** An interface or a type alias. */
export interface NamedJsonShape {
  readonly name: string;
  readonly shape: JsonShape;
  /** The text of its doc comment, lines parted by `\n`. */
  readonly doc?: string;
}

/** A type argument as it was read. */
export interface JsonTypeData {
  readonly shape: JsonShape;
  /**
   * What the references in `shape` and in each other mean. The keys are `file#name`, so that equal names in
   * different files stay apart.
   */
  readonly named: Readonly<Record<string, NamedJsonShape>>;
  /** What of the type cannot be a JSON value. `shape` says any JSON there. */
  readonly problems: readonly JsonTypeProblem[];
}

/** Something in a type that the generator cannot read. */
export interface JsonTypeProblem {
  /** Whether a name leads nowhere, or to something that is no JSON. */
  readonly reason: "unsupported" | "unknown name";
  readonly message: string;
  readonly fix: string;
  /** Lines and columns count from 1; the file is relative to the folder of the config. */
  readonly position: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly length: number;
  };
}
