import type { RulesFor } from "./access.ts";
import type { Auth, CheckedAuth, UserOf } from "./auth.ts";
import type {
  AuthData,
  ChannelData,
  ClientData,
  ConfigData,
  CorsData,
  DatabaseData,
  EnvironmentData,
  Json,
  LiveData,
  OpenApiData,
  OwnClientData,
  StoreData,
} from "./data.ts";
import type { ComputedField, Field, Fields, PartitionField, WordField } from "./fields.ts";
import type { ProcedureNames, Procedures, RulesWith } from "./procedures.ts";
import type { CheckedFields, Relation, Resources } from "./relations.ts";
import type { ResourceOptions } from "./resource.ts";

/** What a resource declares besides its fields. */
export interface ResourceInput<
  F extends Fields,
  U extends Fields,
  R extends Resources,
  Key extends keyof R,
  P = unknown,
> extends ResourceOptions {
  /** The columns of the table, in order. */
  readonly fields: CheckedFields<F, keyof R>;
  /**
   * Who may do what: `({ signedIn, owner }) => ({ read: signedIn(), update: owner("ownerId") })`. An operation
   * that is not named is `nobody()`.
   */
  readonly access: (rules: RulesFor<F, U, R>) => RulesWith<ProcedureNames<P>>;
  /**
   * What callers can ask for besides: `{ module: "./src/todos.procedures.ts", row: { complete: {} } }`. `access` says under
   * `procedures` who may.
   */
  readonly procedures?: Procedures;
  /**
   * Relations besides those that references give by themselves:
   * `{ comments: { hasMany: "comments", by: "todoId" } }`.
   */
  readonly relations?: { readonly [name: string]: Relation<R, Key> };
  /** Indexes: the fields of each, in order. The id is appended, so that paging can use them. */
  readonly indexes?: readonly (readonly {
    [Name in keyof F]: F[Name] extends ComputedField ? never : Name & string;
  }[keyof F][])[];
  /**
   * Fields whose words `GET /<resource>/search` finds: text and enum fields that are not hidden. `["title", "notes"]`, or with
   * weights for the ranking, `{ title: 10, notes: 1 }`.
   */
  readonly search?:
    | readonly { [Name in keyof F]: F[Name] extends WordField ? Name & string : never }[keyof F][]
    | { readonly [Name in keyof F as F[Name] extends WordField ? Name : never]?: number };
  /**
   * Streams changes of rows to subscribers, at `GET /<resource>/subscribe`. Whoever may read may subscribe, unless `access` says less
   * with `subscribe`. Default: false.
   *
   * Where a rule such as `owner("ownerId")` ties each row to users, these hear of their own rows only. Elsewhere `{ by: "listId" }`
   * divides them up: a subscription whose filter fixes that field hears only of rows with its value.
   */
  readonly live?:
    | boolean
    | {
        readonly by: { [Name in keyof F]: F[Name] extends PartitionField ? Name & string : never }[keyof F];
      };
}

/** Settings of the whole application. */
export interface ConfigInput {
  /** Name of the Worker, and of its database unless that has one of its own. */
  readonly name: string;
  /** The date that fixes the behaviour of the Workers runtime, such as `"2026-10-01"`. */
  readonly compatibilityDate?: string;
  /** Path below which the API lives. Default: `/api`. */
  readonly basePath?: string;
  /** Largest accepted request body in bytes. Default: 1 MiB. */
  readonly bodyLimit?: number;
  /** Where the resources are stored: `d1()`. */
  readonly database: DatabaseData;
  /** Which origins may call the API from a browser. Default: none but its own. */
  readonly cors?: CorsData;
  /** The key-value stores by key: `{ visits: kv.counter() }`. */
  // The names of two methods of `kv(env)` itself.
  readonly kv?: Readonly<Record<string, StoreData>> & { readonly multi?: never; readonly pipeline?: never };
  /** Rooms in which messages are published, by key: `{ chat: channel({ … }) }`. */
  readonly channels?: Readonly<Record<string, ChannelData>>;
  /**
   * Path of a module relative to the config, `"./src/routes.ts"`: its default export, a Hono app, serves routes of
   * your own below the base path. Resources come first where both have a path.
   */
  readonly routes?: string;
  /**
   * Path of a module relative to the config, `"./src/operators.ts"`: its default export, made by `defineOperators` of
   * `covara/runtime`, adds operators to the filters of all resources.
   */
  readonly operators?: string;
  /** How long changes of live resources can be replayed: `{ retention: 50_000 }` keeps that many of them. Default: 10,000. */
  readonly live?: LiveData;
  /**
   * Describes the API by an OpenAPI document: `generated/openapi.json`, which the Worker serves as `GET /openapi.json`, and
   * `covara dev` as a page. `true`, or what the document calls the API: `{ title: "Task board", version: "2.1.0" }`.
   */
  readonly openapi?: boolean | OpenApiData;
  /** Passed through to `wrangler.toml` as it is: `{ vars: { LOG_LEVEL: "info" } }`. */
  readonly wrangler?: Readonly<Record<string, Json>>;
  /** Further wrangler environments, such as `staging`. */
  readonly environments?: Readonly<Record<string, EnvironmentData>>;
}

/**
 * Declares an application. Make it the default export of `covara.config.ts`.
 *
 * Write resources and `access` as literals in this call: their names are then checked, and completed, against each
 * other.
 */
export function defineConfig<
  R extends Record<string, Record<string, Field>>,
  A extends AuthData | readonly [AuthData, ...AuthData[]] = Auth<Record<never, Field>>,
  P extends Record<keyof R, unknown> = Record<keyof R, unknown>,
>(
  config: ConfigInput & {
    /**
     * How requests are identified: `session({ users: "users" })`, or several ways in the order in which they are tried. Without it
     * nobody is ever signed in.
     */
    readonly auth?: CheckedAuth<A, R>;
    /**
     * `{ react: true }` writes `react.ts` beside the client: queries and mutations for TanStack Query, and hooks.
     *
     * A list has copies of the client for frontends in other packages: `[{ out: "../web/src/api" }]` writes `client.ts` there, which
     * needs no package. `only` and `omit` say which resources and channels it has. An entry without `out` is the client in the output folder.
     */
    readonly clients?: OwnClientData | readonly (OwnClientData | ClientData<keyof NoInfer<R> & string>)[];
    /** The resources by key, such as `todos`. An application may do without, and have stores only. */
    // Fields have a mapped type of their own, and NoInfer keeps the other one out of the inference: so TypeScript
    // knows all fields before it types the `access` lambdas.
    readonly resources?: { readonly [Key in keyof R]: { readonly fields: R[Key] } } & {
      readonly [Key in keyof P]: { readonly procedures?: P[Key] };
    } & {
      readonly [Key in keyof NoInfer<R>]: ResourceInput<R[Key], UserOf<A, R>, R, Key, P[Key]>;
    };
  },
): ConfigData;
export function defineConfig(config: Omit<ConfigData, "resources"> & Partial<ConfigData>): ConfigData {
  return { resources: {}, ...config };
}
