import { Hono } from "hono";
import { apiKeys, sessions } from "../../../.tmp/tickets/auth.js";
import type { AppEnv } from "../../../.tmp/tickets/env.js";

export default new Hono<AppEnv>()
  .get("/me", (c) => c.json({ user: c.get("user")?.id ?? null }))
  .post("/sign-in", async (c) => c.json(await sessions(c).signIn(await c.req.text())))
  .post("/sign-out", async (c) => c.json(await sessions(c).signOut()))
  .post("/keys", async (c) => {
    const { userId, scopes } = await c.req.json();
    return c.json(await apiKeys(c.env).create({ userId, scopes }));
  });
