/** Fields: what is stored, and what is computed. */
import type { FieldKind, Json, OnDelete } from "../../../schema/data.ts";
import type { JsonShape } from "../../../schema/json-shape.ts";

/** Who sets the value of a field that clients cannot set. */
export type Generated = "id" | "owner" | "createdAt" | "updatedAt" | "version";

/** What the values of a field are. */
export interface ValueFieldModel {
  /** As in the config and the API: `dueAt`. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  readonly min: number | null;
  readonly max: number | null;
  readonly format: "email" | "url" | null;
  readonly regex: { readonly source: string; readonly flags: string } | null;
  readonly trim: boolean;
  /** Members of an enum; empty for other kinds. */
  readonly values: readonly string[];
  /** What JSON values look like, with references by name to {@link Model.jsonTypes}; null where they may be any JSON. */
  readonly shape: JsonShape | null;
}

/** A column of a resource. */
export interface FieldModel extends ValueFieldModel {
  /** SQL name, not quoted: `due_at`. */
  readonly column: string;
  /** SQL name in the last release, where the field was declared renamed. */
  readonly renamedFrom: string | null;
  /** Timestamps are ISO 8601 text in UTC with milliseconds, booleans 0 or 1, json its text. */
  readonly storage: "TEXT" | "INTEGER" | "REAL";
  /** The value of a row that does not give one. Absent where there is none; `null` fields without one default to null. */
  readonly default?: Json;
  readonly generated: Generated | null;
  /** Whether a request's body may carry it. The id of a `client` id is writable on create only. */
  readonly writable: boolean;
  /** `field.id({ client: true })`. */
  readonly clientId: boolean;
  readonly hidden: boolean;
  readonly unique: boolean;
  readonly reference: ReferenceModel | null;
}

/** The fields of a resource that have no column. Answers show them; requests cannot set them. */
export interface ComputedModel {
  /** In the order of the config. */
  readonly fields: readonly ComputedFieldModel[];
  /** The user's module with the functions of those that have no expression; null where there are none. */
  readonly module: {
    /** Relative to the folder of the config. */
    readonly path: string;
    /** Whether the module is still to be written. */
    readonly isMissing: boolean;
  } | null;
}

export interface ComputedFieldModel extends ValueFieldModel {
  /** Null where the function of the field's name makes the value. */
  readonly expression: ExpressionModel | null;
}

/** An SQL expression: its text, and in between the fields of the row that it looks at. */
export type ExpressionModel = readonly (string | { readonly field: string; readonly column: string })[];

export interface ReferenceModel {
  /** Key of the resource referred to. */
  readonly resource: string;
  readonly table: string;
  readonly onDelete: OnDelete;
}
