import { defineAuth } from "covara/runtime";
import type { Env, User } from "../generated/env.js";

const utf8 = new TextEncoder();

/** The hexadecimal digits of each byte. */
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Identifies programs by `Authorization: Bearer <token>`; browsers have sessions. The user has the same fields either way. The database holds only the SHA-256 of a token, in a
 * hidden column that no route shows, so reading the table gives nobody a way in.
 */
export default defineAuth<Env, User>(async (request, env) => {
  const token = /^Bearer ([\w-]{16,128})$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (token === undefined) return null;
  return env.DB.prepare(
    `SELECT "id", "email", "name", "role", "created_at" AS "createdAt" FROM "users" WHERE "token_hash" = ?`,
  )
    .bind(await tokenHash(token))
    .first<User>();
});

/** SHA-256 of a token in hexadecimal. Tokens are long and random, so a fast hash is enough. */
export async function tokenHash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8.encode(token));
  let hex = "";
  for (const byte of new Uint8Array(digest)) hex += digits[byte];
  return hex;
}
