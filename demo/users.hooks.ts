/** What runs around writes to users. */
import type { UserHooks } from "../generated/hooks.js";

/** Addresses are kept in lower case, so that nobody has the same one twice. */
export const beforeCreate: UserHooks["beforeCreate"] = ({ email }) => ({ email: email.toLowerCase() });

export const beforeUpdate: UserHooks["beforeUpdate"] = ({ email }) =>
  email === undefined ? undefined : { email: email.toLowerCase() };
