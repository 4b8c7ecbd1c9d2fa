/** Resources, and what belongs to one: relations, indexes, search, hooks, procedures. */
import type { RateLimitedOperation } from "../../../schema/data.ts";
import type { AccessModel, Rule } from "./access.ts";
import type { ComputedModel, FieldModel, ValueFieldModel } from "./fields.ts";
import type { ResourceLiveModel } from "./live.ts";

export interface ResourceModel {
  /** As in the config: `taskTags`. */
  readonly key: string;
  /** One row's type: `TaskTag`. */
  readonly typeName: string;
  /** The same in camelCase, for the names of values that belong to it: `taskTag`. */
  readonly valueName: string;
  /** Identifier of the resource's own values (route app, drizzle table); the key, made safe: `taskTags`. */
  readonly identifier: string;
  /** Base name of the emitted file without extension: `task-tags`. */
  readonly file: string;
  /** Path segment below the base path: `task-tags`. */
  readonly route: string;
  /** SQL name, not quoted: `task_tags`. */
  readonly table: string;
  /** SQL name in the last release, where the resource was declared renamed. */
  readonly renamedFrom: string | null;
  /** Those that are stored. */
  readonly fields: readonly FieldModel[];
  readonly computed: ComputedModel;
  /** The column that marks deleted rows, which is hidden among the fields; null where rows are deleted for good. */
  readonly deletedAt: FieldModel | null;
  readonly relations: readonly RelationModel[];
  readonly indexes: readonly IndexModel[];
  /** Null where the resource cannot be searched. */
  readonly search: SearchModel | null;
  readonly access: AccessModel;
  /** Null where changes are not streamed. */
  readonly live: ResourceLiveModel | null;
  /** Null where it has none. */
  readonly hooks: HooksModel | null;
  /** Null where it has none. */
  readonly procedures: ProceduresModel | null;
  readonly defaultLimit: number;
  readonly maxLimit: number;
  /** Rows that one batch writes at most. */
  readonly batchLimit: number;
  readonly requireIfMatch: boolean;
  readonly rateLimits: readonly RateLimitModel[];
}

/** A limit on how often some operations of a resource may be asked for. */
export interface RateLimitModel {
  readonly operations: readonly RateLimitedOperation[];
  /** Key of the store that counts. */
  readonly store: string;
  readonly requests: number;
  /** As in the config: `1m`. */
  readonly per: string;
  readonly by: "user" | "address";
}

export interface IndexModel {
  /** SQL name, not quoted: `todos_owner_id_created_at_idx`. */
  readonly name: string;
  /** SQL names of the columns, the id last where the index is not unique. */
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** SQL name of the column that is null in all rows of the index; null where every row is in it. */
  readonly whereNull: string | null;
}

/** A full-text index beside a table. */
export interface SearchModel {
  /** SQL name of the FTS5 table, not quoted: `todos.search`. The dot keeps it apart from every other name. */
  readonly index: string;
  /** SQL name of the table that numbers the rows for the index: `todos.search_rows`. */
  readonly rows: string;
  /** In the order of the config. */
  readonly fields: readonly SearchFieldModel[];
}

export interface SearchFieldModel {
  /** API name. */
  readonly name: string;
  /** SQL name in the resource's table. */
  readonly column: string;
  /** SQL name in the index. */
  readonly indexColumn: string;
  /** How much a hit in this field counts beside one in another; greater than 0. */
  readonly weight: number;
}

/** A relation from a resource to another (or the same) one. Names are those of the config. */
export type RelationModel =
  | {
      readonly type: "belongsTo";
      readonly name: string;
      readonly target: string;
      readonly field: string;
      /** Whether the config names it, rather than the reference giving it by itself. */
      readonly declared: boolean;
    }
  | {
      readonly type: "hasOne" | "hasMany";
      readonly name: string;
      readonly target: string;
      readonly by: string;
    }
  | {
      readonly type: "manyToMany";
      readonly name: string;
      readonly target: string;
      readonly through: string;
      readonly by: string;
      readonly to: string;
    };

export type HookName =
  | "beforeCreate"
  | "beforeUpdate"
  | "beforeDelete"
  | "afterCreate"
  | "afterUpdate"
  | "afterDelete";

export type GuardedOperation = "create" | "update" | "delete";

/** The user's functions that run around writes. */
export interface HooksModel {
  /** Path of the user's module relative to the folder of the config. */
  readonly module: string;
  /** Whether the module is still to be written. */
  readonly isMissing: boolean;
  /** The hooks that the module exports. */
  readonly exports: readonly HookName[];
  /** The operations that its guard may refuse. */
  readonly guards: readonly GuardedOperation[];
}

/** What callers can ask of a resource besides reading and writing rows. */
export interface ProceduresModel {
  /** Path of the user's module relative to the folder of the config. */
  readonly module: string;
  /** Whether the module is still to be written. */
  readonly isMissing: boolean;
  /** Those of a row first, each group in the order of the config. */
  readonly list: readonly ProcedureModel[];
}

export interface ProcedureModel {
  /** As in the config, and the name of the module's export: `archiveDone`. */
  readonly name: string;
  readonly type: "row" | "rpc";
  /** Path segment: `archive-done`. */
  readonly segment: string;
  /** What the types of its input and output are called, without the ending: `TodoArchiveDone`. */
  readonly typeName: string;
  /** The same for their validators: `todoArchiveDone`. */
  readonly valueName: string;
  /** Name of the emitted function that holds its rule: `archiveDoneTodos`. */
  readonly scopeName: string;
  readonly access: Rule;
  /** The fields of the body; null where it takes none. */
  readonly input: readonly ValueFieldModel[] | null;
  /** The fields of the answer; null where it gives none. */
  readonly output: readonly ValueFieldModel[] | null;
}
