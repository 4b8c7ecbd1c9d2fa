/** What a `covara.config.ts` imports. */
export type { AccessRules, RoleRuleBuilder, RuleBuilder } from "./access.ts";
export {
  type ApiKeyAuth,
  type ApiKeyOptions,
  type Auth,
  apiKey,
  type ClaimTokenAuth,
  type ClaimTokenOptions,
  type CustomOptions,
  custom,
  jwt,
  type RowTokenAuth,
  type RowTokenOptions,
  type SessionAuth,
  type SessionOptions as SessionAuthOptions,
  session,
  type UserField,
} from "./auth.ts";
export { type BetterAuth, type BetterAuthWayOptions, betterAuth } from "./better-auth.ts";
export {
  type ChannelAccess,
  type ChannelOptions,
  type ChannelRuleBuilder,
  channel,
  type ParameterField,
} from "./channel.ts";
export { type ConfigInput, defineConfig, type ResourceInput } from "./config.ts";
export type {
  AuthData,
  BetterAuthData,
  ChannelData,
  ConfigData,
  CorsData,
  DatabaseData,
  EnvironmentData,
  FieldData,
  FieldKind,
  Json,
  OnDelete,
  Operation,
  RelationData,
  ResourceData,
  RuleData,
  StoreData,
  StoreType,
} from "./data.ts";
export { type D1Options, d1 } from "./database.ts";
export type { Duration } from "./duration.ts";
export {
  type ComputedField,
  type Field,
  type Fields,
  field,
  type IdOptions,
  type PlainField,
  type RefOptions,
} from "./fields.ts";
export {
  type HashOptions,
  kv,
  type ListOptions,
  type MemberOptions,
  type PlacementOptions,
  type RateLimitOptions,
  type SessionOptions,
  type StoreOptions,
  type StoreValue,
  type StringOptions,
} from "./kv.ts";
export type { Procedure, Procedures } from "./procedures.ts";
export type { RateLimitInput, RateLimitsInput } from "./rate-limit.ts";
export { type Resource, type ResourceOptions, resource } from "./resource.ts";
