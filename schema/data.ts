/**
 * The plain data that a config evaluates to. The builders in this folder make it, the generator reads it,
 * and nothing else knows its shape.
 */
import type { JsonTypeData } from "./json-shape.ts";

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type FieldKind =
  | "id"
  | "text"
  | "integer"
  | "number"
  | "boolean"
  | "enum"
  | "json"
  | "timestamp"
  | "ref"
  | "version";

/** What the database does with a row when the row it refers to is deleted. */
export type OnDelete = "cascade" | "set null" | "restrict";

/** One field, as its chain of calls described it. A property that was not called is absent. */
export interface FieldData {
  readonly kind: FieldKind;
  readonly optional?: true;
  readonly default?: Json;
  readonly min?: number;
  readonly max?: number;
  readonly format?: "email" | "url";
  readonly regex?: { readonly source: string; readonly flags: string };
  readonly trim?: true;
  readonly unique?: true;
  readonly hidden?: true;
  readonly readOnly?: true;
  /** Set to the signed-in user's id on create, never taken from the client. */
  readonly owner?: true;
  readonly createdAt?: true;
  readonly updatedAt?: true;
  /** `field.id({ client: true })`: a client may choose the id. */
  readonly client?: true;
  /** The members of an enum, in order. */
  readonly values?: readonly string[];
  /** The resource that a reference points at. */
  readonly target?: string;
  readonly onDelete?: OnDelete;
  readonly renamedFrom?: string;
  /** The SQL expression that makes the value, or true where a function does. Absent for fields that are stored. */
  readonly computed?: string | true;
  /** What the values of a json field look like. Absent where they may be any JSON. */
  readonly shape?: JsonTypeData;
}

/** An access rule: a formula over the caller and the row. */
export type RuleData =
  | { readonly type: "public" }
  | { readonly type: "signedIn" }
  | { readonly type: "nobody" }
  | { readonly type: "owner"; readonly field: string }
  | { readonly type: "role"; readonly role: string }
  /** What the callback gave; the model checks that it is a condition. */
  | { readonly type: "where"; readonly condition: unknown }
  /** `read` stands for the related resource's own rule. */
  | { readonly type: "through"; readonly relation: string; readonly rule: RuleData | "read" }
  | { readonly type: "any"; readonly rules: readonly RuleData[] }
  | { readonly type: "all"; readonly rules: readonly RuleData[] };

export type ConditionOperator = "eq" | "ne" | "gt" | "gte" | "lt" | "lte";

/** What a field of a row is compared with. */
export type OperandData =
  | { readonly type: "constant"; readonly value: unknown }
  | { readonly type: "user"; readonly field: string }
  | { readonly type: "field"; readonly field: string };

/** The condition of a `where` rule. */
export type ConditionData =
  | {
      readonly type: "compare";
      readonly operator: ConditionOperator;
      readonly field: string;
      readonly value: OperandData;
    }
  | { readonly type: "in"; readonly field: string; readonly values: readonly OperandData[] }
  | { readonly type: "null"; readonly field: string; readonly is: boolean }
  | { readonly type: "and" | "or"; readonly items: readonly ConditionData[] }
  | { readonly type: "not"; readonly item: ConditionData };

export type Operation = "read" | "create" | "update" | "delete" | "readDeleted" | "subscribe";

export type RelationData =
  | { readonly hasMany: string; readonly by?: string }
  | { readonly hasOne: string; readonly by?: string }
  | { readonly belongsTo: string; readonly by?: string }
  | { readonly manyToMany: string; readonly through: string; readonly by?: string; readonly to?: string };

/** A limit on how often something may be done. */
export interface RateLimitData {
  readonly requests: number;
  /** A duration such as `1m`. */
  readonly per: string;
  readonly by?: "user" | "address";
  readonly burst?: number;
}

/** What can have a rate limit of its own. */
export type RateLimitedOperation = "read" | "create" | "update" | "delete" | "procedures";

/** A resource, with builders unwrapped. */
export interface ResourceData {
  readonly fields: Readonly<Record<string, { readonly data: FieldData }>>;
  /** Called by the generator with the rule builder; what it returns is checked there. */
  readonly access?: (builder: never) => Readonly<Partial<Record<Operation, RuleData>>> & {
    readonly procedures?: Readonly<Record<string, RuleData>>;
  };
  readonly relations?: Readonly<Record<string, RelationData>>;
  /** Each entry lists the fields of one index, in order. */
  readonly indexes?: readonly (readonly string[])[];
  /** Path segment below the base path; default: the key in kebab-case. */
  readonly route?: string;
  /** Table name; default: the key in snake_case. */
  readonly table?: string;
  /** Name of one row, in PascalCase; default: the singular of the key. */
  readonly singular?: string;
  /** Rows on a page when the request names no `limit`; default 20. */
  readonly defaultLimit?: number;
  /** The largest page; a larger `limit` is clamped to it; default 100. */
  readonly maxLimit?: number;
  /** Rows that one batch writes at most; default 100. */
  readonly batchLimit?: number;
  /** One limit for all operations, or one for each of some. */
  readonly rateLimit?: RateLimitData | Readonly<Partial<Record<RateLimitedOperation, RateLimitData>>>;
  /** Writes of a row need an `If-Match`. */
  readonly requireIfMatch?: boolean;
  /** Deleting a row marks it with the time and keeps it. */
  readonly softDelete?: boolean;
  /** Whether changes of rows are streamed to subscribers, and the field that divides these up. */
  readonly live?: boolean | { readonly by: string };
  /** The module whose exports run before and after writes, relative to the config. */
  readonly hooks?: string;
  readonly procedures?: ProceduresData;
  /** The module whose exports make the computed fields without SQL, relative to the config. */
  readonly computed?: string;
  /** Fields whose words can be searched for, or the weight of each. */
  readonly search?: readonly string[] | Readonly<Record<string, number>>;
  /** The table was called this in the last generated migration. */
  readonly renamedFrom?: string;
}

/** The procedures of a resource. */
export interface ProceduresData {
  /** The module whose exports they are, relative to the config. */
  readonly module: string;
  /** Those of one row. */
  readonly row?: Readonly<Record<string, ProcedureData>>;
  /** Those of the resource as a whole. */
  readonly rpc?: Readonly<Record<string, ProcedureData>>;
}

/** What a procedure takes and gives: objects of fields, or nothing. */
export interface ProcedureData {
  readonly input?: Readonly<Record<string, { readonly data: FieldData }>>;
  readonly output?: Readonly<Record<string, { readonly data: FieldData }>>;
}

export type StoreType =
  | "string"
  | "counter"
  | "hash"
  | "set"
  | "list"
  | "sortedSet"
  | "session"
  | "rateLimit";

/** A field, or an object of them. */
export type StoreValueData =
  | { readonly data: FieldData }
  | Readonly<Record<string, { readonly data: FieldData }>>;

interface PlacementData {
  readonly prefix?: string;
  /** Name of the Durable Object, or the beginning of the names of several. */
  readonly name?: string;
  readonly shards?: number;
}

/** Durations are text such as `7d`. */
interface KeyedStoreData extends PlacementData {
  readonly ttl?: string;
  readonly shardBy?: "tag";
  /** The number of objects that hold the data so far. */
  readonly reshardFrom?: number;
  /** The module whose exports run inside the object, relative to the config. */
  readonly functions?: string;
}

/** What each type of store states besides its type. */
export interface StoreOptionsData {
  readonly string: KeyedStoreData & { readonly value?: StoreValueData };
  readonly counter: KeyedStoreData;
  readonly hash: KeyedStoreData & {
    readonly fields?: Readonly<Record<string, { readonly data: FieldData }>>;
    readonly value?: StoreValueData;
  };
  readonly set: KeyedStoreData & { readonly member?: StoreValueData };
  readonly list: KeyedStoreData & { readonly value?: StoreValueData; readonly max?: number };
  readonly sortedSet: KeyedStoreData & { readonly member?: StoreValueData };
  readonly session: PlacementData & {
    readonly data?: Readonly<Record<string, { readonly data: FieldData }>>;
    readonly ttl?: string;
    readonly idle?: string;
  };
  readonly rateLimit: PlacementData & {
    readonly requests: number;
    readonly per: string;
    readonly burst?: number;
  };
}

/** A key-value store. */
export type StoreData = {
  readonly [Type in StoreType]: StoreOptionsData[Type] & { readonly type: Type };
}[StoreType];

/** Rooms in which messages are published. */
export interface ChannelData {
  readonly type: "channel";
  /** What names a room, in the order of its path. */
  readonly params?: Readonly<Record<string, { readonly data: FieldData }>>;
  /** The fields of a message. */
  readonly message: Readonly<Record<string, { readonly data: FieldData }>>;
  /** Called by the generator with the rule builder; what it returns is checked there. */
  readonly access: (builder: never) => Readonly<Partial<Record<"subscribe" | "publish", RuleData>>>;
  /** How many messages a room keeps; default 100. */
  readonly history?: number;
  /** Whether those who listen are told of each other. */
  readonly presence?: boolean;
  /** Whether server code can listen to many rooms at once. */
  readonly patterns?: boolean;
}

/** How requests are identified. */
export type AuthData = CustomAuthData | SessionAuthData | JwtAuthData | ApiKeyAuthData | BetterAuthData;

export interface CustomAuthData {
  readonly type: "custom";
  /** The module whose default export identifies a request, relative to the config. */
  readonly module: string;
  /** What rules and hooks know of the user besides `id`. */
  readonly user: Readonly<Record<string, { readonly data: FieldData }>>;
}

/** Sessions, in a store of their own. */
export type SessionAuthData = StoreOptionsData["session"] & {
  readonly type: "session";
  /** The resource whose rows are the users. */
  readonly users: string;
};

/** Algorithms of JSON Web Tokens that are signed with a private key. */
export type JwtAlgorithm = "RS256" | "ES256" | "EdDSA";

/** JSON Web Tokens that somebody else issues. */
export interface JwtAuthData {
  readonly type: "jwt";
  /** URL of the issuer's keys. Excludes `secret`. */
  readonly jwks?: string;
  /** Name of the binding with the secret that the tokens are signed with. */
  readonly secret?: string;
  readonly issuer: string;
  readonly audience: string;
  /** Those of tokens with keys at `jwks`; all where it is left out. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** What the claims tell of the user besides `id`. Excludes `users`. */
  readonly user?: Readonly<Record<string, { readonly data: FieldData }>>;
  /** The claim of each such field that is not called like it. */
  readonly claims?: Readonly<Record<string, string>>;
  /** The resource whose rows are the users. */
  readonly users?: string;
}

/** Keys that the application gives its users, in a store of their own. */
export interface ApiKeyAuthData {
  readonly type: "apiKey";
  /** The resource whose rows are the users. */
  readonly users: string;
  /** What every key begins with. */
  readonly prefix: string;
  /** How long a key lives at most: text such as `365d`. */
  readonly ttl?: string;
  readonly shards?: number;
}

/** Sessions of Better Auth, in a store of their own. */
export interface BetterAuthData {
  readonly type: "betterAuth";
  /** The resource whose rows are the users. */
  readonly users: string;
  /** The module whose default export gives the options of Better Auth, relative to the config. */
  readonly options: string;
  /** Name of the binding with the secret that cookies are signed with. */
  readonly secret?: string;
  /** Fields of the users that people may give about themselves. */
  readonly input?: readonly string[];
  /** Keys of the resources that hold what plugins keep, by Better Auth's names. */
  readonly tables?: Readonly<Record<string, string>>;
  readonly shards?: number;
}

export interface DatabaseData {
  readonly type: "d1";
  /** Name of the binding; default `DB`. */
  readonly binding?: string;
  /** Name of the database at Cloudflare; default: the config's `name`. */
  readonly name?: string;
}

export interface CorsData {
  /** The origins that may call the API from a browser, such as `https://app.example.com`. */
  readonly origins: readonly string[];
  /** Whether browsers may send cookies. */
  readonly credentials?: boolean;
}

/** Settings of the change log behind the live resources. */
export interface LiveData {
  /** How many changes the log keeps; default 10,000. */
  readonly retention?: number;
}

/** What `defineConfig` returns: everything the generator needs, and nothing that runs at request time. */
export interface ConfigData {
  readonly name: string;
  readonly compatibilityDate?: string;
  /** Path below which the API lives; default `/api`. */
  readonly basePath?: string;
  /** Largest accepted request body in bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  readonly database: DatabaseData;
  /** One way to identify requests, or several. */
  readonly auth?: AuthData | readonly AuthData[];
  readonly cors?: CorsData;
  readonly resources: Readonly<Record<string, ResourceData>>;
  readonly kv?: Readonly<Record<string, StoreData>>;
  readonly channels?: Readonly<Record<string, ChannelData>>;
  /** The module whose default export is a Hono app with routes of the user's own, relative to the config. */
  readonly routes?: string;
  /** The module whose default export adds operators to filters, relative to the config. */
  readonly operators?: string;
  readonly live?: LiveData;
  /** Whether the API is described by an OpenAPI document, and what that calls it. */
  readonly openapi?: boolean | OpenApiData;
  /** What belongs to the client in the output folder, and copies of it for frontends in other packages. */
  readonly clients?: OwnClientData | readonly (OwnClientData | ClientData)[];
  /** Passed through to `wrangler.toml` as it is. */
  readonly wrangler?: Readonly<Record<string, Json>>;
  /** Further wrangler environments; each gets a complete `[env.*]` section, since bindings are not inherited. */
  readonly environments?: Readonly<Record<string, EnvironmentData>>;
}

/** What belongs to the client in the output folder. */
export interface OwnClientData {
  /** Whether `react.ts` is written beside it: queries and mutations for TanStack Query, and hooks. Default: false. */
  readonly react?: boolean;
}

/** A copy of the client for a frontend in another package: one file that imports nothing. */
export interface ClientData<Resource extends string = string> {
  /** The folder that `client.ts` is written into, relative to the config: `"../web/src/api"`. */
  readonly out: string;
  /** The resources that it has, and the channels: `"channels.chat"`. Default: all that somebody may ask for. */
  readonly only?: readonly (Resource | `channels.${string}`)[];
  /** The resources and channels that it does not have. */
  readonly omit?: readonly (Resource | `channels.${string}`)[];
  /** What moments are in rows and inputs: text in ISO 8601, as the API has it, or `Date`. Default: `"string"`. */
  readonly dates?: "string" | "Date";
  /** Whether `react.ts` is written beside it, which imports nothing but React and TanStack Query. Default: false. */
  readonly react?: boolean;
}

export interface OpenApiData {
  /** Default: the config's `name`. */
  readonly title?: string;
  /** Version of the API; default `1.0.0`. */
  readonly version?: string;
  /** What the API is about, in Markdown. */
  readonly description?: string;
}

export interface EnvironmentData {
  /** Name of this environment's database; default: `<database>-<environment>`. */
  readonly databaseName?: string;
  /** Passed through to this `[env.*]` section. */
  readonly wrangler?: Readonly<Record<string, Json>>;
}
