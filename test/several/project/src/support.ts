import { defineAuth, Problem } from "covara/runtime";
import type { Env, User } from "../../../.tmp/several/env.js";

/** The people of the support desk, as a proxy in front says. */
export default defineAuth<Env, User>((request) => {
  const name = request.headers.get("X-Support");
  if (name === "locked") throw new Problem("FORBIDDEN", "This account is locked.");
  return name === null ? null : { id: name, role: "admin" };
});
