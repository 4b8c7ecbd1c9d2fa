/** What streams tell. */

/** Why what was told before is no base for what comes: read everything anew. */
export interface InvalidateEvent {
  readonly type: "invalidate";
  readonly seq: number;
  /** Changes were lost, who you are or may see has changed, too much happened at once, or the server is another version. */
  readonly reason: "gap" | "scope" | "overflow" | "schema";
}

/** The stream is open: at first, and each time it had to be opened again. */
export interface ConnectedEvent {
  readonly type: "connected";
  readonly seq: number;
}

/** What a stream of rows tells. After it was cut, some events may come a second time. `seq` is the place in the log of changes. */
export type RowEvent<Row> =
  | ConnectedEvent
  /** With `snapshot`: a row that is there. */
  | { readonly type: "existing"; readonly object: Row }
  /** With `snapshot`: those were all. */
  | { readonly type: "synced"; readonly seq: number }
  /** A row came into what you asked for and may see, or was changed within it. */
  | {
      readonly type: "added" | "changed";
      readonly seq: number;
      readonly objectId: string;
      readonly object: Row;
    }
  /** A row left it, or was deleted. */
  | { readonly type: "removed"; readonly seq: number; readonly objectId: string }
  | InvalidateEvent;

/** What a stream of aggregates tells: the groups at first, and whenever they differ. */
export type AggregateEvent<Group> =
  | ConnectedEvent
  | { readonly type: "aggregate"; readonly seq: number; readonly groups: readonly Group[] }
  | InvalidateEvent;
