import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import { database } from "./database.ts";
import { Problem } from "./problem.ts";

const utf8 = new TextEncoder();

/** The hexadecimal digits of each byte. */
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Requires `Authorization: Bearer <token>`; the database holds the SHA-256 of each token. */
export const signedIn = createMiddleware<AppEnv>(async (c, next) => {
  c.header("Cache-Control", "private, no-cache");
  c.header("Vary", "Cookie, Authorization");
  const token = /^Bearer ([\w-]{16,128})$/.exec(c.req.header("Authorization") ?? "")?.[1];
  const db = database(c.env.DB);
  const user =
    token === undefined ? undefined : await db.userByTokenHash.get({ tokenHash: await sha256(token) });
  if (user === undefined) throw new Problem("UNAUTHORIZED", "The request carries no valid token.");
  c.set("database", db);
  c.set("user", user);
  await next();
});

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8.encode(text));
  let hex = "";
  for (const byte of new Uint8Array(digest)) hex += digits[byte];
  return hex;
}
