import { Hono } from "hono";
import { apiKeys, sessions } from "../../../.tmp/several/auth.js";
import type { AppEnv } from "../../../.tmp/several/env.js";

export default new Hono<AppEnv>()
  .get("/me", (c) => c.json({ user: c.get("user")?.id ?? null }))
  .post("/sign-in", async (c) => c.json(await sessions(c).signIn(await c.req.text())))
  .post("/sign-out", async (c) => c.json(await sessions(c).signOut()))
  .post("/keys", async (c) =>
    c.json(await apiKeys(c.env).create({ userId: await c.req.text(), scopes: ["read", "write"] })),
  );
