import { Hono } from "hono";
import { apiKeys, betterAuth } from "../../../.tmp/better/auth.js";
import type { AppEnv } from "../../../.tmp/better/env.js";

export default new Hono<AppEnv>()
  .get("/me", (c) => c.json({ user: c.get("user") }))
  .get("/my-sessions", async (c) => {
    const sessions = await betterAuth(c.env).api.listSessions({ headers: c.req.raw.headers });
    return c.json(sessions.map(({ id, userId }) => ({ id, userId })));
  })
  .get("/my-role", async (c) => {
    const found = await betterAuth(c.env).api.getSession({ headers: c.req.raw.headers });
    const role: "member" | "admin" | null | undefined = found?.user.role;
    return c.json({ role });
  })
  .post("/keys", async (c) => {
    const { key } = await apiKeys(c.env).create({ userId: await c.req.text(), scopes: ["read"] });
    return c.json({ key });
  });
