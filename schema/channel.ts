/** Channels: rooms in which messages are published to whoever listens. */
import type { PlainRuleBuilder } from "./access.ts";
import type { Condition, UserFields, UserValue } from "./condition.ts";
import type { ChannelData, RuleData } from "./data.ts";
import type { EnumField, Fields, PlainField, TextField } from "./fields.ts";

/** What can stand in the path of a room. */
export type ParameterField = TextField | EnumField<string>;

type Parameters = Readonly<Record<string, ParameterField>>;

/** A parameter, in a condition. Whether the caller has the field that it is compared with is checked by `covara gen`. */
export interface RoomField<Value extends string> {
  /** Equal. */
  eq(value: RoomOperand<Value>): Condition;
  /** Not equal; a field of the caller that is null is not equal to anything. */
  ne(value: RoomOperand<Value>): Condition;
  /** One of a list of constants. */
  in(values: readonly Value[]): Condition;
}

// The fields of the caller are not known here: in a strict project each of them may be undefined.
type RoomOperand<Value extends string> = Value | UserValue<string> | RoomField<string> | undefined;

/** The parameters of a room, in a condition. */
export type RoomFields<P extends Parameters> = {
  readonly [Name in keyof P]: RoomField<P[Name] extends EnumField<infer Value> ? Value : string>;
};

/** What `access` of a channel receives: in its rules the row is the parameters. They lead to no rows. */
export interface ChannelRuleBuilder<P extends Parameters> extends PlainRuleBuilder {
  /** The user whose id is this parameter. */
  owner(
    parameter: { [Name in keyof P]: P[Name] extends TextField ? Name & string : never }[keyof P],
  ): RuleData;
  /** Users with this role. */
  role(role: string): RuleData;
  /**
   * Rooms whose parameters meet a condition, which may compare them with fields of the caller:
   * `where((room, user) => room.team.eq(user.team))`.
   */
  where(condition: (room: RoomFields<P>, user: UserFields<Fields>) => Condition): RuleData;
}

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
  /**
   * Whether server code can listen to all rooms whose parameters match a pattern: `channels(env).chat.subscribe({ room: "team-*" }, …)`.
   * Each message then also goes to one more object, which all rooms share. Default: false.
   */
  readonly patterns?: boolean;
}

/** Declares a channel: `channels: { chat: channel({ … }) }`. Names of users' fields and roles are checked by `covara gen`. */
export function channel<const P extends Parameters = Record<never, never>>(
  options: ChannelOptions<P>,
): ChannelData {
  return { type: "channel", ...options };
}
