/** `covara/runtime/auth`: what identifies requests, for the generated code. */
export {
  type SessionAuth,
  type SessionAuthOptions,
  type Sessions,
  sessionAuth,
  type UserSession,
} from "./session.ts";
export { type FindUser, readUser } from "./users.ts";
