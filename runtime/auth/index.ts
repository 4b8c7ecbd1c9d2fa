/** `covara/runtime/auth`: what identifies requests, for the generated code. */
export {
  type ApiKey,
  type ApiKeyAuth,
  type ApiKeyAuthOptions,
  type ApiKeys,
  apiKeyAuth,
  type NewApiKey,
  type StoredKey,
} from "./api-key.ts";
export {
  type Algorithm,
  type JwtAuthOptions,
  jwtAuth,
  type UserOfClaims,
  userOfClaims,
} from "./jwt.ts";
export { type KeyOf, remoteKeys, secretKey } from "./keys.ts";
export { firstOf, orNext, type Recognise } from "./recognise.ts";
export { type KeyScope, needScopes, scopedRoutes, scopedRule, shownBy } from "./scopes.ts";
export {
  type SessionAuth,
  type SessionAuthOptions,
  type Sessions,
  sessionAuth,
  type UserSession,
} from "./session.ts";
export { type FindUser, readUser } from "./users.ts";
