import { defineAuth } from "covara/runtime";
import type { Env, User } from "../../../.tmp/computed/env.js";

/** The caller as the header says: `<id> <role>`. */
export default defineAuth<Env, User>((request) => {
  const [id, role] = request.headers.get("X-Test-User")?.split(" ") ?? [];
  return id === undefined ? null : { id, role: role === "admin" ? "admin" : "member" };
});
