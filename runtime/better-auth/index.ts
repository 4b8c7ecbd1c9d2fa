/** `covara/runtime/better-auth`: what wires Better Auth, for the generated code and the module with its options. */
export type { StoredTable } from "./rows.ts";
export { type BetterAuthSettings, defineBetterAuth } from "./settings.ts";
export type { StringStore } from "./storage.ts";
export {
  type BetterAuthWay,
  type BetterAuthWayOptions,
  betterAuthWay,
  type Instance,
  type UserFields,
} from "./way.ts";
