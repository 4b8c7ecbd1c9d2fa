/** What the emitted `CovaraChannelDurableObject` hands its calls to where a channel has patterns. */
import { Forwarder } from "./forwarder.ts";
import { ChannelHost, type RoomOptions } from "./host.ts";
import { channelOf, type LoggedMessage, type Page, type Presence } from "./protocol.ts";
import { type RoomPage, Switchboard } from "./switchboard.ts";
import type { SwitchboardNamespace } from "./switchboard-stub.ts";

/** What a channel is to its objects. */
export interface PatternRoomOptions extends RoomOptions {
  /** Whether its rooms hand their messages to a switchboard. */
  readonly patterns: boolean;
}

type Part =
  | { readonly room: ChannelHost; readonly forwarder: Forwarder | null }
  | { readonly switchboard: Switchboard };

/** A room, or the switchboard of a channel, by the name of the object: `chat/general` and `chat`. */
export class PatternChannelHost {
  readonly #part: Part;

  /** @param objects The binding of the objects themselves. */
  constructor(
    state: DurableObjectState,
    channels: Readonly<Record<string, PatternRoomOptions>>,
    objects: SwitchboardNamespace,
  ) {
    const name = state.id.name ?? "";
    const key = channelOf(name);
    const hasPatterns = Object.hasOwn(channels, key) && channels[key]?.patterns === true;
    // Channels with patterns have parameters, so none of their rooms has the name of the channel alone.
    if (hasPatterns && name === key) {
      this.#part = { switchboard: new Switchboard(state) };
      return;
    }
    const room = new ChannelHost(state, channels);
    const forwarder = hasPatterns
      ? new Forwarder(
          state,
          name,
          (after) => room.read(after),
          () => objects.getByName(key),
        )
      : null;
    this.#part = { room, forwarder };
  }

  publish(content: string): LoggedMessage {
    const { room, forwarder } = this.#room;
    const message = room.publish(content);
    forwarder?.published(message.seq);
    return message;
  }

  read(after: number): Page {
    return this.#room.room.read(after);
  }

  presence(): Presence {
    return this.#room.room.presence();
  }

  forward(room: string, page: Page): number {
    return this.#switchboard.forward(room, page);
  }

  rooms(patterns: readonly string[], after: string): RoomPage {
    return this.#switchboard.rooms(patterns, after);
  }

  fetch(request: Request): Response {
    return "room" in this.#part ? this.#part.room.fetch(request) : this.#part.switchboard.fetch(request);
  }

  closed(socket: WebSocket): void {
    // A switchboard keeps nothing of its listeners but their connections.
    if ("room" in this.#part) this.#part.room.closed(socket);
  }

  async alarm(): Promise<void> {
    if ("room" in this.#part) await this.#part.forwarder?.alarm();
  }

  get #room(): Exclude<Part, { readonly switchboard: Switchboard }> {
    if ("room" in this.#part) return this.#part;
    throw new Error("This object is the switchboard of a channel, and was called as a room");
  }

  get #switchboard(): Switchboard {
    if ("switchboard" in this.#part) return this.#part.switchboard;
    throw new Error("This object is a room of a channel, and was called as its switchboard");
  }
}
