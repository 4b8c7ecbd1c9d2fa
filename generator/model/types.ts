/**
 * The model: the config after checking, with every derived name decided. Emitters and migrations read this and
 * nothing else, so no name is ever computed twice.
 */
import type { CorsData, Json } from "../../schema/data.ts";
import type { NamedJsonShape } from "../../schema/json-shape.ts";
import type { AuthModel } from "./types/auth.ts";
import type { ChannelsModel } from "./types/channels.ts";
import type { KVModel } from "./types/kv.ts";
import type { LiveModel } from "./types/live.ts";
import type { ResourceModel } from "./types/resource.ts";

export type * from "./types/access.ts";
export type * from "./types/auth.ts";
export type * from "./types/channels.ts";
export type * from "./types/fields.ts";
export type * from "./types/kv.ts";
export type * from "./types/live.ts";
export type * from "./types/resource.ts";

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
