/** What an application adds: here everybody is who they say they are. */
import { Hono } from "hono";
import { sessions } from "../../../.tmp/auth/auth.js";
import type { AppEnv } from "../../../.tmp/auth/env.js";

export default new Hono<AppEnv>()
  .post("/sign-in", async (c) => {
    const { id, device } = await c.req.json<{ id: string; device?: string }>();
    const user = await sessions(c).signIn(id, { device });
    return c.json({ user, seen: c.get("user")?.id });
  })
  // A response that Hono did not make.
  .post("/sign-in-plain", async (c) => {
    await sessions(c).signIn(await c.req.text());
    return new Response("signed in");
  })
  .post("/sign-out", async (c) => c.json({ ended: await sessions(c).signOut(), user: c.get("user") ?? null }))
  .post("/rotate", async (c) => c.json({ rotated: await sessions(c).rotate() }))
  .get("/me", (c) => c.json({ user: c.get("user") }))
  .on(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"], "/method", (c) => c.text(c.req.method))
  // Reads the body late: what is refused is refused before.
  .post("/body", async (c) => c.text(await c.req.text()))
  .get("/sessions", async (c) => c.json({ sessions: await sessions(c).list(c.get("user")?.id ?? "nobody") }))
  .delete("/sessions/:id", async (c) =>
    c.json({ ended: await sessions(c).revoke(c.get("user")?.id ?? "nobody", c.req.param("id")) }),
  )
  .delete("/sessions", async (c) =>
    c.json({
      ended: await sessions(c).revokeAll(c.get("user")?.id ?? "nobody", {
        keepCurrent: c.req.query("keep") === "true",
      }),
    }),
  );
