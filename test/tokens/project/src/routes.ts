import { Hono } from "hono";
import type { AppEnv } from "../../../.tmp/tokens/env.js";

export default new Hono<AppEnv>().get("/me", (c) => c.json({ user: c.get("user") }));
