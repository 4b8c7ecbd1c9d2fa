/** Channels. */
import type { Rule } from "./access.ts";
import type { ValueFieldModel } from "./fields.ts";

/** All channels. */
export interface ChannelsModel {
  /** In the order of the config. */
  readonly list: readonly ChannelModel[];
}

/** Rooms in which messages are published. */
export interface ChannelModel {
  /** As in the config, and the property of `channels(env)`: `teamChat`. */
  readonly key: string;
  /** Base name of the emitted file without extension, and path segment below `channels`: `team-chat`. */
  readonly segment: string;
  /** What its types are called, without the ending: `TeamChatChannel`. */
  readonly typeName: string;
  /** The same for its values: `teamChatChannel`. */
  readonly valueName: string;
  /** What names a room, in the order of the path. */
  readonly params: readonly ValueFieldModel[];
  /** The fields of a message. */
  readonly message: readonly ChannelFieldModel[];
  readonly access: ChannelAccessModel;
  /** How many messages a room keeps. */
  readonly history: number;
  readonly presence: boolean;
  /** Whether server code can listen to many rooms at once. */
  readonly patterns: boolean;
}

export interface ChannelFieldModel extends ValueFieldModel {
  /** Whether it is the id of whoever publishes. */
  readonly owner: boolean;
}

/** The rule of each operation; `nobody` where the config does not name it. A rule's row is the parameters. */
export interface ChannelAccessModel {
  readonly subscribe: Rule;
  readonly publish: Rule;
}
