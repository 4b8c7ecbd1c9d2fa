/**
 * Signing in and out, by sessions.
 *
 * THIS IS A DEMO: whoever names an address is signed in as its user, nobody is asked to prove anything. So both routes that make
 * that possible answer 404 unless the variable `DEMO_SIGN_IN` is "on". No config and no file binds it: `npm run demo` and the
 * tests in a browser hand it to `wrangler dev`, and a deployment does not have it. An application of your own checks a
 * password, a link in a mail or the answer of another service where this one looks up an address.
 */
import { notFound, Problem, readBody, reply } from "covara/runtime";
import { Hono, type MiddlewareHandler } from "hono";
import * as z from "zod/mini";
import { sessions } from "../generated/auth.js";
import { db } from "../generated/db.js";
import type { AppEnv, Env } from "../generated/env.js";

const Credentials = z.strictObject({ email: z.string().check(z.maxLength(254)) });

const bodyLimit = 1_024;

/** Lets requests through only where anybody may be anybody. */
const demoOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!isDemo(c.env)) throw notFound();
  await next();
};

/** Whether the Worker was started as a demo. `Env` does not know the variable, since no config declares it. */
const isDemo = (env: Env): boolean => "DEMO_SIGN_IN" in env && env.DEMO_SIGN_IN === "on";

export default new Hono<AppEnv>()
  // Who could sign in, for a page to choose from.
  .get("/people", demoOnly, async (c) => {
    const { items } = await db(c.env).users.list({
      orderBy: ["name"],
      limit: 100,
      select: ["name", "email"],
    });
    return reply(c, 200, { people: items });
  })
  .post("/sign-in", demoOnly, async (c) => {
    const { email } = await readBody(c.req.raw, Credentials, bodyLimit);
    const found = await c.env.DB.prepare(`SELECT "id" FROM "users" WHERE "email" = ?`)
      .bind(email.toLowerCase())
      .first<{ id: string }>();
    if (found === null) throw new Problem("UNAUTHORIZED", "Nobody has this address.");
    return c.json({ user: await sessions(c).signIn(found.id) });
  })
  .post("/sign-out", async (c) => {
    await sessions(c).signOut();
    return c.body(null, 204);
  })
  .get("/me", (c) => reply(c, 200, { user: c.get("user") }));
