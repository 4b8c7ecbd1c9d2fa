import { defineAuth } from "covara/runtime";
import type { Env, User } from "../generated/env.js";

/**
 * Identifies a request by `Authorization: Bearer <token>`. The database holds only the SHA-256 of a token, in a
 * hidden column that no route shows, so reading the table gives nobody a way in.
 */
export default defineAuth<Env, User>(async (request, env) => {
  const token = /^Bearer ([\w-]{16,128})$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (token === undefined) return null;
  return env.DB.prepare(`SELECT "id", "role" FROM "users" WHERE "token_hash" = ?`)
    .bind(await tokenHash(token))
    .first<User>();
});

/** SHA-256 of a token in hexadecimal. Tokens are long and random, so a fast hash is enough. */
export async function tokenHash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  const view = new DataView(digest);
  let text = "";
  for (let at = 0; at < view.byteLength; at += 4) text += view.getUint32(at).toString(16).padStart(8, "0");
  return text;
}
