/** `src/auth.ts`: bearer tokens, of which the database holds the hashes. */
export const auth = (): string => `import { defineAuth } from "covara/runtime";
import type { Env, User } from "../generated/env.js";

/**
 * Tells who makes a request: the user whose token comes as \`Authorization: Bearer <token>\`, or null for nobody.
 *
 * The database holds the SHA-256 of each token, so reading the database does not let anybody in, and a user without a
 * token hash cannot sign in at all. \`npm run add-user\` creates users and their tokens. To use an identity provider
 * instead, replace this function: verify what the provider sends, and return the user that it stands for.
 */
export default defineAuth<Env, User>(async (request, env) => {
  const token = /^Bearer ([\\w-]{32,128})$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (token === undefined) return null;
  return env.DB.prepare(\`SELECT "id", "role" FROM "users" WHERE "token_hash" = ?1\`)
    .bind(await sha256(token))
    .first<User>();
});

/** The hash in hex. Tokens are long and random, so a fast hash is enough; for passwords it would not be. */
async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
`;
