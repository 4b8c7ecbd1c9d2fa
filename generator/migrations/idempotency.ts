/**
 * The keys of idempotent requests, for a day: a write with a key claims it in its own batch and keeps its answer there. One table
 * serves all resources.
 */
import type { Model } from "../model/types.ts";
import type { Table } from "./snapshot.ts";

export const idempotencyTableName = "_covara_idempotency";

export const idempotencyTable: Table = {
  columns: {
    id: { kind: "text", type: "TEXT", primaryKey: true, notNull: true },
    fingerprint: { kind: "text", type: "TEXT", notNull: true },
    created_at: { kind: "timestamp", type: "TEXT", notNull: true },
    answer: { kind: "json", type: "TEXT" },
    result: { kind: "json", type: "TEXT" },
  },
  indexes: { _covara_idempotency_created_at_idx: { columns: ["created_at"], unique: false } },
  triggers: {},
};

/** Whether requests can carry a key: it belongs to a caller that is identified. */
export const hasIdempotency = (model: Model): boolean => model.auth !== null && model.resources.length > 0;
