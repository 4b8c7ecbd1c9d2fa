import { defineAuth } from "covara/runtime";
import type { Env, User } from "../../../.tmp/channels/env.js";

/** Names that are good no more. */
export const revoked = new Set<string>();

/** `Bearer ann`, `Bearer ann@red` of a team, `Bearer admin:ann` */
export default defineAuth<Env, User>((request) => {
  const token = /^Bearer (?:(admin):)?([\w-]+)(?:@(\w+))?$/.exec(request.headers.get("Authorization") ?? "");
  const [, admin, id, team] = token ?? [];
  if (id === undefined || revoked.has(id)) return null;
  return { id, team: team ?? null, role: admin === undefined ? "member" : "admin" };
});
