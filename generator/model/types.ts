/**
 * The model: the config after checking, with every derived name decided. Emitters and migrations read this and
 * nothing else, so no name is ever computed twice.
 */
import type {
  ConditionOperator,
  CorsData,
  FieldKind,
  Json,
  JwtAlgorithm,
  OnDelete,
  RateLimitedOperation,
  StoreType,
} from "../../schema/data.ts";
import type { JsonShape, NamedJsonShape } from "../../schema/json-shape.ts";

/** The whole application. */
export interface Model {
  readonly name: string;
  readonly compatibilityDate: string;
  /** Starts with `/`, has no trailing one: `/api`. */
  readonly basePath: string;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly database: { readonly binding: string; readonly name: string };
  readonly auth: AuthModel | null;
  readonly cors: CorsData | null;
  /** In the order of the config. */
  readonly resources: readonly ResourceModel[];
  /** The named types of JSON values, in the order in which the config comes to them. */
  readonly jsonTypes: readonly NamedJsonShape[];
  /** Null where no store is declared. */
  readonly kv: KVModel | null;
  /** Null where no channel is declared. */
  readonly channels: ChannelsModel | null;
  /** Path of the module with the user's own routes, relative to the folder of the config. */
  readonly routes: string | null;
  /** Path of the module with the user's own filter operators, relative to the folder of the config. */
  readonly operators: string | null;
  /** Null where nothing is live. */
  readonly live: LiveModel | null;
  /** Null where the API is not described. */
  readonly openapi: OpenApiModel | null;
  /** Whether there is React code for the client. */
  readonly react: boolean;
  /** Copies of the client for other packages. */
  readonly clients: readonly ClientCopyModel[];
  readonly wrangler: Readonly<Record<string, Json>>;
  readonly environments: readonly EnvironmentModel[];
}

/** A copy of the client. */
export interface ClientCopyModel {
  /** Relative to the folder of the config, normal, with `/` separators: `../web/src/api`. */
  readonly folder: string;
  /** Keys of the resources that it has, in the order of the model. */
  readonly resources: readonly string[];
  /** Keys of the channels that it has, in the order of the model. */
  readonly channels: readonly string[];
  /** Whether there is React code for it. */
  readonly react: boolean;
  /** What moments are in rows and inputs. */
  readonly dates: "string" | "Date";
}

/** What the OpenAPI document calls the API. */
export interface OpenApiModel {
  readonly title: string;
  readonly version: string;
  readonly description: string | null;
}

export interface EnvironmentModel {
  readonly name: string;
  readonly databaseName: string;
  readonly wrangler: Readonly<Record<string, Json>>;
}

export interface AuthModel {
  /** What identifies requests. */
  readonly providers: readonly AuthProvider[];
  /** The resource whose rows are the users; null where they are none of the database's. */
  readonly users: UsersModel | null;
  /** What the identity carries besides `id`. */
  readonly userFields: readonly UserFieldModel[];
  /** The user field that `role(…)` compares: `role`, where it is declared. */
  readonly roles: readonly string[] | null;
}

export type AuthProvider =
  | {
      readonly type: "custom";
      /** Path of the user's module relative to the folder of the config, with `/` separators: `src/auth.ts`. */
      readonly module: string;
    }
  | {
      readonly type: "session";
      /** Key of the store among those of {@link KVModel}. */
      readonly store: string;
      /** Milliseconds from the beginning of a session to its end. */
      readonly ttl: number;
    }
  | {
      readonly type: "apiKey";
      /** Key of the store among those of {@link KVModel}. */
      readonly store: string;
      /** What every key begins with, without the underscore. */
      readonly prefix: string;
    }
  | JwtProvider
  | BetterAuthProvider;

export interface BetterAuthProvider {
  readonly type: "betterAuth";
  /** Path of the module with its options, relative to the folder of the config, with `/` separators. */
  readonly module: string;
  /** The binding with the secret. */
  readonly secret: string;
  /** Names of the users' fields that people may give about themselves. */
  readonly input: readonly string[];
  /** Keys of the resources that hold what plugins keep. */
  readonly tables: readonly { readonly name: string; readonly resource: string }[];
}

export interface JwtProvider {
  readonly type: "jwt";
  /** A set of public keys, or the binding with a secret. */
  readonly keys:
    | { readonly type: "jwks"; readonly url: string }
    | { readonly type: "secret"; readonly name: string };
  readonly algorithms: readonly (JwtAlgorithm | "HS256")[];
  readonly issuer: string;
  readonly audience: string;
  /** The claim that each field of the user is; null where the users are rows. */
  readonly claims: readonly { readonly field: UserFieldModel; readonly claim: string }[] | null;
}

/** Where the users of an application are stored. */
export interface UsersModel {
  /** Key of the resource. */
  readonly resource: string;
  /** Name of one row's type. */
  readonly typeName: string;
  /** SQL name, not quoted. */
  readonly table: string;
  /** The columns of the user's fields, in their order. */
  readonly fields: readonly FieldModel[];
  /** SQL name of the column that marks deleted rows; null where there is none. */
  readonly deletedAt: string | null;
}

export interface UserFieldModel {
  readonly name: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  readonly values: readonly string[];
  readonly shape: JsonShape | null;
}

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

/** The rule of each operation; `nobody` where the config does not name it. */
export interface AccessModel {
  /** Of a resource with soft delete it has `notDeleted` as a condition, so that no path shows deleted rows. */
  readonly read: Rule;
  readonly create: Rule;
  readonly update: Rule;
  readonly delete: Rule;
  /** What is readable where deleted rows are asked for too: rows that are not deleted, and those of `readDeleted`. */
  readonly readDeleted: Rule;
  /** Whose changes are streamed to whom: what is stated and the rule of read, both. `nobody` where the resource is not live. */
  readonly subscribe: Rule;
}

/** How the subscribers of a live resource are divided up. */
export interface ResourceLiveModel {
  /** Names of the fields whose values tell who hears of a row, in the order of the fields; empty where all subscribers hear of all rows. */
  readonly partition: readonly string[];
  /** What those fields are compared with: a field of the user, or the value that a filter fixes. Null where `partition` is empty. */
  readonly by: { readonly type: "user"; readonly field: string } | { readonly type: "filter" } | null;
}

/** The change log and the Durable Object that streams it. */
export interface LiveModel {
  /** Name of the binding of the Durable Object. */
  readonly binding: string;
  readonly className: string;
  /** How many changes the log keeps. */
  readonly retention: number;
  /** The tables whose changes are logged, in the order of the config. */
  readonly tables: readonly LoggedTableModel[];
}

/** A table whose changes are logged: of a live resource, or on the way of a rule of one. */
export interface LoggedTableModel {
  /** Key of the resource. */
  readonly resource: string;
  /** Whether the resource is live: an image of a row then has all that answers show. */
  readonly whole: boolean;
  /** Names of the stored fields in an image, in the order of the config, hidden ones last. */
  readonly fields: readonly string[];
  /** Those that rules, partitions and ways need: what is left in an image that would be too large. */
  readonly needed: readonly string[];
  /** The live resources whose subscribers hear of changes of this table. */
  readonly streams: readonly LiveStreamModel[];
  /** The tables to whose rows a change of this one may give or take access. */
  readonly reaches: readonly LiveReachModel[];
}

export interface LiveStreamModel {
  /** Key of a live resource. */
  readonly resource: string;
  /** The partition of that resource if the table is its own; null where all of its subscribers hear. */
  readonly by: readonly string[] | null;
}

/** Rows of another table are met or not met by a rule because of rows of this one. */
export interface LiveReachModel {
  /** Key of the other resource. */
  readonly resource: string;
  /** The field of its rows that equals `key` of the changed row. */
  readonly field: string;
  readonly key: string;
  /** Fields of the changed row that matter, `key` included. */
  readonly when: readonly string[];
}

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

/** A checked access rule. `owner` names a field of the same resource. */
export type Rule =
  | { readonly type: "public" }
  | { readonly type: "signedIn" }
  | { readonly type: "nobody" }
  | { readonly type: "owner"; readonly field: string }
  | { readonly type: "role"; readonly role: string }
  /** The row is not deleted. No config states it: `softDelete` adds it. */
  | { readonly type: "notDeleted" }
  | { readonly type: "where"; readonly condition: ConditionModel }
  /** Some row that the relation leads to meets a rule. */
  | { readonly type: "through"; readonly relation: RelationModel; readonly rule: Rule }
  | { readonly type: "any"; readonly rules: readonly Rule[] }
  | { readonly type: "all"; readonly rules: readonly Rule[] };

/** What a field of a row is compared with. */
export type OperandModel =
  /** As it is in the API; a timestamp in UTC with milliseconds. */
  | { readonly type: "constant"; readonly value: string | number | boolean }
  | { readonly type: "user"; readonly field: string; readonly nullable: boolean }
  | { readonly type: "field"; readonly field: string };

/** A checked condition on the fields of a row. It is true or false, never unknown: a comparison with null is false. */
export type ConditionModel =
  | {
      readonly type: "compare";
      readonly operator: ConditionOperator;
      readonly field: string;
      readonly value: OperandModel;
    }
  | { readonly type: "in"; readonly field: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly type: "null"; readonly field: string; readonly is: boolean }
  /** Two or more, none of them of the same type. */
  | { readonly type: "and" | "or"; readonly items: readonly ConditionModel[] }
  | { readonly type: "not"; readonly item: ConditionModel };

/** All key-value stores. */
export interface KVModel {
  /** In the order of the config. */
  readonly stores: readonly StoreModel[];
  /** The groups of stores that share a Durable Object, in the order of their first stores. */
  readonly objects: readonly ObjectModel[];
}

/** Stores that lie in one Durable Object and can be changed together. */
export interface ObjectModel {
  /** Name of the object, or the beginning of the names of its shards. */
  readonly name: string;
  /** PascalCase, for the types that belong to it: `Main`. */
  readonly typeName: string;
  /** Keys of its stores with Redis's commands. */
  readonly stores: readonly string[];
}

export interface StoreModel {
  /** As in the config, and the property of `kv(env)`. */
  readonly key: string;
  readonly type: StoreType;
  /** PascalCase, for the type of what it holds: `Cart`. */
  readonly typeName: string;
  readonly prefix: string;
  /** Name of the Durable Object, or the beginning of the names of its shards. */
  readonly object: string;
  /** How many objects share the keys, 2 or more; null for one. */
  readonly shards: number | null;
  readonly shardBy: "tag" | null;
  /** Where the data was before the sharding changed. */
  readonly movedFrom: { readonly object: string; readonly shards: number | null } | null;
  /** Milliseconds. */
  readonly ttl: number | null;
  /** Milliseconds. */
  readonly idle: number | null;
  /** The greatest length of a list. */
  readonly max: number | null;
  readonly rate: RateModel | null;
  /** What a value, an element or a member is; null for structures that hold none, and hashes with fields. */
  readonly value: StoreValueModel | null;
  /** The fields of a hash, where they are declared, or what a session carries. */
  readonly fields: readonly ValueFieldModel[] | null;
  readonly functions: FunctionsModel | null;
}

/** How often something may be done. */
export interface RateModel {
  readonly requests: number;
  /** Milliseconds. */
  readonly per: number;
  readonly burst: number | null;
}

/** A plain value, or an object that is kept as JSON. */
export type StoreValueModel =
  | { readonly type: "field"; readonly field: ValueFieldModel }
  | { readonly type: "object"; readonly fields: readonly ValueFieldModel[] };

export interface FunctionsModel {
  /** Path of the user's module relative to the folder of the config. */
  readonly module: string;
  /** Names of the exported functions, sorted. */
  readonly exports: readonly string[];
}

/** All channels. */
export interface ChannelsModel {
  /** In the order of the config. */
  readonly list: readonly ChannelModel[];
}

/** Rooms in which messages are published. */
export interface ChannelModel {
  /** As in the config, and the property of `channels(env)`: `teamChat`. */
  readonly key: string;
  /** Base name of the emitted file without extension, and path segment below `channels`: `team-chat`. */
  readonly segment: string;
  /** What its types are called, without the ending: `TeamChatChannel`. */
  readonly typeName: string;
  /** The same for its values: `teamChatChannel`. */
  readonly valueName: string;
  /** What names a room, in the order of the path. */
  readonly params: readonly ValueFieldModel[];
  /** The fields of a message. */
  readonly message: readonly ChannelFieldModel[];
  readonly access: ChannelAccessModel;
  /** How many messages a room keeps. */
  readonly history: number;
  readonly presence: boolean;
  /** Whether server code can listen to many rooms at once. */
  readonly patterns: boolean;
}

export interface ChannelFieldModel extends ValueFieldModel {
  /** Whether it is the id of whoever publishes. */
  readonly owner: boolean;
}

/** The rule of each operation; `nobody` where the config does not name it. A rule's row is the parameters. */
export interface ChannelAccessModel {
  readonly subscribe: Rule;
  readonly publish: Rule;
}
