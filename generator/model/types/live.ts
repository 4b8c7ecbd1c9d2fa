/** Streams of changes, and the log that feeds them. */

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
