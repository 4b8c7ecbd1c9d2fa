/** Key-value stores. */
import type { StoreType } from "../../../schema/data.ts";
import type { ValueFieldModel } from "./fields.ts";

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
