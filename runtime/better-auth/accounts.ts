/** The table of the accounts, which covara's migrations make: `generator/migrations/better-auth.ts` says what is in it. */
import type { StoredTable } from "./rows.ts";

export const accounts: StoredTable = {
  name: "_covara_accounts",
  columns: {
    id: { sql: "id", kind: "text" },
    userId: { sql: "user_id", kind: "text" },
    providerId: { sql: "provider_id", kind: "text" },
    accountId: { sql: "account_id", kind: "text" },
    password: { sql: "password", kind: "text", nullable: true },
    accessToken: { sql: "access_token", kind: "text", nullable: true },
    refreshToken: { sql: "refresh_token", kind: "text", nullable: true },
    idToken: { sql: "id_token", kind: "text", nullable: true },
    accessTokenExpiresAt: { sql: "access_token_expires_at", kind: "timestamp", nullable: true },
    refreshTokenExpiresAt: { sql: "refresh_token_expires_at", kind: "timestamp", nullable: true },
    scope: { sql: "scope", kind: "text", nullable: true },
    createdAt: { sql: "created_at", kind: "timestamp" },
    updatedAt: { sql: "updated_at", kind: "timestamp" },
  },
};
