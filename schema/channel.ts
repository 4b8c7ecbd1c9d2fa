/** Channels: rooms in which messages are published to whoever listens. */
import type { RoleRuleBuilder, UserIdField } from "./access.ts";
import type { ChannelData, RuleData } from "./data.ts";
import type { EnumField, PlainField, TextField } from "./fields.ts";

/** What can stand in the path of a room. */
export type ParameterField = TextField | EnumField<string>;

type Parameters = Readonly<Record<string, ParameterField>>;

/** What `access` of a channel receives: in its rules the row is the parameters. They can lead to no other rows. */
export type ChannelRuleBuilder<P extends Parameters> = Omit<
  RoleRuleBuilder<
    { [Name in keyof P]: P[Name] extends UserIdField ? Name & string : never }[keyof P],
    string,
    P
  >,
  "through"
>;

/** Who may do what in a room. What is not named is `nobody()`. */
export interface ChannelAccess {
  /** Who may listen, and see who else does. */
  readonly subscribe?: RuleData;
  /** Who may publish. */
  readonly publish?: RuleData;
}

/** What {@link channel} takes. */
export interface ChannelOptions<P extends Parameters> {
  /** What names a room, in the order of its path: `{ room: field.text().max(64) }`. Default: none, the channel is one room. */
  readonly params?: P;
  /**
   * The fields of a message: `{ text: field.text().max(2000), from: field.text().owner() }`. Those that are `.owner()` are the id of
   * whoever publishes.
   */
  readonly message: Readonly<Record<string, PlainField>>;
  /**
   * Who may listen and who may publish: `({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() })`. The row of a condition
   * is the parameters, so that rooms can be private: `where((room, user) => room.team.eq(user.team))`.
   */
  readonly access: (rules: ChannelRuleBuilder<P>) => ChannelAccess;
  /** How many messages each room keeps, 1 to 10,000: those who come back, or ask for it, get them. Default: 100. */
  readonly history?: number;
  /** Whether those who listen are told who else does. Default: false. */
  readonly presence?: boolean;
}

/** Declares a channel: `channels: { chat: channel({ … }) }`. Names of users' fields and roles are checked by `covara gen`. */
export function channel<const P extends Parameters = Record<never, never>>(
  options: ChannelOptions<P>,
): ChannelData {
  return { type: "channel", ...options };
}
