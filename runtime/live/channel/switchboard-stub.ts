/** The calls of the emitted `CovaraChannelDurableObject` where a channel has patterns. */
import type { ChannelStub, Page } from "./protocol.ts";
import type { RoomPage } from "./switchboard.ts";

export interface SwitchboardStub extends ChannelStub {
  forward(room: string, page: Page): Promise<number>;
  rooms(patterns: readonly string[], after: string): Promise<RoomPage>;
}

/** The binding. */
export interface SwitchboardNamespace {
  getByName(name: string): SwitchboardStub;
}
