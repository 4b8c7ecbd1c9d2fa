/** What rooms keep, from one release to the next: messages that were published long ago are told as the channel is now. */
import type { FieldKind } from "../../schema/data.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ChannelFieldModel, ChannelModel, ChannelsModel } from "../model/types.ts";
import { dictionary } from "./dictionary.ts";
import { objectsError } from "./objects-error.ts";

/** A field that kept messages may have. */
export interface MessageField {
  readonly kind: FieldKind;
  /** Whether messages may lack it, or have null there. */
  readonly optional?: true;
  /** Members of an enum, sorted. */
  readonly values?: readonly string[];
}

/** What the rooms of a channel keep. */
export interface RoomState {
  /** All fields that kept messages may have: also those that were removed, since their values are still there. */
  readonly message: Readonly<Record<string, MessageField>>;
  /** How often messages were given up because they did not fit any more; absent where they never were. */
  readonly generation?: number;
  /** The channel is gone, and its rooms are still there. */
  readonly removed?: true;
}

/** The states of all channels that ever were, and why they may not become so. */
export interface RoomPlan {
  readonly channels: Readonly<Record<string, RoomState>>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans what rooms keep. Where messages would be lost, there is an error; whoever goes on all the same loses them.
 *
 * @param before The states of the last release.
 * @param hasClass Whether the history of classes in wrangler.toml has the one of rooms.
 */
export function planRooms(
  channels: ChannelsModel | null,
  before: Readonly<Record<string, RoomState>>,
  hasClass: boolean,
): RoomPlan {
  if (channels === null) {
    const message = "Without any channel, the messages of all rooms would be deleted.";
    return { channels: {}, diagnostics: hasClass ? [objectsError("COV2105", [], message)] : [] };
  }
  const diagnostics: Diagnostic[] = [];
  const states = dictionary<RoomState>();
  for (const channel of channels.list) {
    const known = Object.hasOwn(before, channel.key) ? before[channel.key] : undefined;
    const misfits = known === undefined ? [] : misfitsOf(channel, known.message);
    diagnostics.push(...misfits);
    const generation = (known?.generation ?? 0) + (misfits.length > 0 ? 1 : 0);
    const left = misfits.length > 0 ? {} : (known?.message ?? {});
    states[channel.key] = {
      message: messageOf(channel, left),
      ...(generation === 0 ? {} : { generation }),
    };
  }
  for (const [key, state] of Object.entries(before)) {
    if (Object.hasOwn(states, key)) continue;
    states[key] = { ...state, removed: true };
    if (state.removed === true) continue;
    const message = `The channel \`${key}\` is gone, and what its rooms keep would stay where it is, unseen.`;
    diagnostics.push(objectsError("COV2108", ["channels"], message));
  }
  return { channels: states, diagnostics };
}

/** The generation of each channel whose messages were given up once. */
export const generationsOf = ({ channels }: RoomPlan): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(channels).flatMap(([key, { generation }]) =>
      generation === undefined ? [] : [[key, generation]],
    ),
  );

/** What messages have by now: the fields of the channel, and those that older ones have besides. */
function messageOf(
  { message }: ChannelModel,
  left: Readonly<Record<string, MessageField>>,
): Record<string, MessageField> {
  const fields = dictionary<MessageField>();
  for (const [name, field] of Object.entries(left)) fields[name] = { ...field, optional: true };
  for (const field of message) fields[field.name] = fieldOf(field);
  return fields;
}

const fieldOf = ({ kind, nullable, values }: ChannelFieldModel): MessageField => ({
  kind,
  ...(nullable ? { optional: true } : {}),
  ...(kind === "enum" ? { values: values.toSorted() } : {}),
});

/** An error for each field that kept messages do not have as the channel says. */
function misfitsOf(channel: ChannelModel, before: Readonly<Record<string, MessageField>>): Diagnostic[] {
  return channel.message.flatMap((field) => {
    const why = misfit(field, Object.hasOwn(before, field.name) ? before[field.name] : undefined);
    if (why === null) return [];
    const path = ["channels", channel.key, "message", field.name];
    return [objectsError("COV2107", path, `\`${field.name}\` of \`${channel.key}\` ${why}.`)];
  });
}

/** Why kept messages do not fit a field, or null where they do. Limits say what may be published, and JSON is not looked into. */
function misfit(field: ChannelFieldModel, before: MessageField | undefined): string | null {
  if (before === undefined)
    return field.nullable ? null : "is new and not optional, and kept messages lack it";
  const { kind, values = [] } = before;
  if (!isWithin(kind, field.kind)) return `is of kind ${field.kind}, and in kept messages of kind ${kind}`;
  if (before.optional === true && !field.nullable) return "is not optional, and kept messages may lack it";
  const gone = field.kind === "enum" ? values.filter((value) => !field.values.includes(value)) : [];
  return gone.length === 0
    ? null
    : `has no ${gone.map((value) => `"${value}"`).join(", ")} any more, which kept messages may have`;
}

/** Whether every value of one kind is one of the other in clients' types, too. */
const isWithin = (kind: FieldKind, other: FieldKind): boolean =>
  kind === other ||
  (kind === "integer" && other === "number") ||
  ((kind === "enum" || kind === "timestamp") && other === "text");
