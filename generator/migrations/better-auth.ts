/**
 * The accounts that Better Auth keeps of users: the digest of a password, or who a user is at another service. What else it keeps
 * lies in the resource of the users and in key-value stores. `runtime/better-auth/accounts.ts` reads and writes the table.
 */
import type { Model } from "../model/types.ts";
import type { Column, Table } from "./snapshot.ts";

export const accountsTableName = "_covara_accounts";

const text: Column = { kind: "text", type: "TEXT" };
const time: Column = { kind: "timestamp", type: "TEXT" };

/** Null where the model has no users of Better Auth. Who a user is elsewhere belongs to one user. */
export function accountsTable({ auth }: Model): Table | null {
  const users = auth?.users ?? null;
  if (users === null || auth?.providers.every(({ type }) => type !== "betterAuth")) return null;
  return {
    columns: {
      id: { ...text, primaryKey: true, notNull: true },
      user_id: {
        kind: "ref",
        type: "TEXT",
        notNull: true,
        references: { table: users.table, column: "id", onDelete: "cascade" },
      },
      provider_id: { ...text, notNull: true },
      account_id: { ...text, notNull: true },
      password: text,
      access_token: text,
      refresh_token: text,
      id_token: text,
      access_token_expires_at: time,
      refresh_token_expires_at: time,
      scope: text,
      created_at: { ...time, notNull: true },
      updated_at: { ...time, notNull: true },
    },
    indexes: {
      _covara_accounts_account_idx: { columns: ["provider_id", "account_id"], unique: true },
      _covara_accounts_user_id_idx: { columns: ["user_id"], unique: false },
    },
    triggers: {},
  };
}
