import { Problem } from "covara/runtime";
import { Hono } from "hono";
import { apiKeys, sessions } from "../../../.tmp/several/auth.js";
import type { AppEnv } from "../../../.tmp/several/env.js";

export default new Hono<AppEnv>()
  .get("/me", (c) => c.json({ user: c.get("user")?.id ?? null }))
  .post("/sign-in", async (c) => c.json(await sessions(c).signIn(await c.req.text())))
  .post("/sign-out", async (c) => c.json(await sessions(c).signOut()))
  .post("/keys", async (c) =>
    c.json(await apiKeys(c.env).create({ userId: await c.req.text(), scopes: ["read", "write"] })),
  )
  .get("/page", (c) => {
    c.header("Content-Security-Policy", "default-src 'self'");
    c.header("Cache-Control", "public, max-age=60");
    c.header("Vary", "Accept-Language");
    return c.html("<p>Hello</p>");
  })
  .get("/elsewhere", (c) => c.redirect("/"))
  .get("/fetched", () => Response.redirect("https://covara.test/"))
  .get("/broken", () => {
    throw new Error("oops");
  })
  .get("/refused", () => {
    throw new Problem("FORBIDDEN", "Not you.");
  })
  .get("/socket", () => {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.send("hello");
    return new Response(null, { status: 101, webSocket: client });
  });
