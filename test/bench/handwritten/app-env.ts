import type { RequestIdVariables } from "hono/request-id";
import type { Database } from "./database.ts";

export interface User {
  id: string;
  role: "member" | "admin";
}

export interface AppEnv {
  Bindings: { DB: D1Database };
  Variables: RequestIdVariables & { database: Database; user: User };
}
