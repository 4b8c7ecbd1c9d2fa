import { Hono } from "hono";
import type { AppEnv } from "../../../.tmp/keys/env.js";

export default new Hono<AppEnv>().on(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "/me", (c) =>
  c.json({ user: c.get("user") }),
);
