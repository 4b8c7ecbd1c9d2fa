/** Rooms of a channel: messages, who listens, and live rooms. */
import type { ChatChannelMessage } from "../../../generated/client.js";
import { equal, isText, matches, ok, refused, until } from "../assert.ts";
import { breakable } from "../network.ts";
import { type Cases, enter } from "../world.ts";

/** A room that nobody knows. */
const newRoom = (): { readonly room: string } => ({ room: crypto.randomUUID() });

export const channels: Cases = {
  "messages are iterated over as they are published, the newest of those before first": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [mine, theirs] = [world.connect(me).channels.chat, world.connect(other).channels.chat];
    const place = newRoom();
    const published = [];
    for (const text of ["1", "2", "3"]) published.push(await mine.publish(place, { text }));
    matches(published[0], { seq: 1, text: "1", from: me.id, at: isText });
    await mine.publish(newRoom(), { text: "elsewhere" });
    const seen: ChatChannelMessage[] = [];
    for await (const event of theirs.subscribe(place, { history: 2 })) {
      if (event.type !== "message") continue;
      seen.push(event.message);
      if (seen.length === 2) published.push(await theirs.publish(place, { text: "4" }));
      if (seen.length === 3) break;
    }
    equal(seen, published.slice(1));
    equal(seen[2]?.from, other.id);
  },

  "callbacks are told of messages, of who comes, and of states": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [mine, theirs] = [world.connect(me).channels.chat, world.connect(other).channels.chat];
    const place = newRoom();
    const told: unknown[] = [];
    const states: string[] = [];
    const close = mine.subscribe(
      place,
      {},
      { onEvent: (event) => told.push(event), onState: (state) => states.push(state) },
    );
    world.atEnd(close);
    await until(() => equal(states, ["connecting", "live"]));
    await until(async () => matches(await mine.presence(place), { total: 1, items: [{ userId: me.id }] }));
    world.atEnd(theirs.subscribe(place, {}, { onEvent: () => undefined }));
    await until(() => matches(told.at(-1), { type: "join", userId: other.id }));
    const { total, items } = await theirs.presence(place);
    equal([total, items.map(({ userId }) => userId).sort()], [2, [me.id, other.id].sort()]);
    const message = await theirs.publish(place, { text: "Hello" });
    await until(() => equal(told.at(-1), { type: "message", message }));
    close();
    equal(states, ["connecting", "live", "closed"]);
  },

  "a live room has the newest messages, those that come, and who listens": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [mine, theirs] = [world.connect(me).channels.chat, world.connect(other).channels.chat];
    const place = newRoom();
    for (const text of ["1", "2", "3"]) await mine.publish(place, { text });
    const room = mine.live(place, { history: 2, limit: 3 });
    world.atEnd(room.close);
    room.subscribe(() => undefined);
    const texts = (): string[] => room.getSnapshot().messages.map(({ text }) => text);
    equal(room.getSnapshot().status, "loading");
    await until(() => equal([room.getSnapshot().status, ...texts()], ["live", "2", "3"]));
    const own = await room.publish({ text: "4" });
    await until(() => equal(room.getSnapshot().messages.at(-1), own));
    await theirs.publish(place, { text: "5" });
    await until(() => equal(texts(), ["3", "4", "5"]));
    await until(() => equal(room.getSnapshot().users, [me.id]));
    world.atEnd(theirs.subscribe(place, {}, { onEvent: () => undefined }));
    await until(() => equal(room.getSnapshot().users, [me.id, other.id].sort()));
    room.close();
    equal([room.getSnapshot().status, ...texts()], ["closed", "3", "4", "5"]);
  },

  "a message that is refused is in no room": async (world) => {
    const { client } = await enter(world);
    const { chat } = client.channels;
    const place = newRoom();
    const room = chat.live(place);
    world.atEnd(room.close);
    room.subscribe(() => undefined);
    await until(() => equal(room.getSnapshot().status, "live"));
    await refused(room.publish({ text: "" }), { status: 400, errors: [{ field: "text" }] });
    await refused(chat.publish(place, { text: "x".repeat(2_001) }), {
      status: 400,
      code: "VALIDATION_ERROR",
    });
    await refused(chat.publish({ room: "x".repeat(65) }, { text: "a" }), {
      ...{ status: 400, errors: [{ field: "room" }] },
    });
    const message = await chat.publish(place, { text: "a" });
    equal(message.seq, 1);
    await until(() => equal(room.getSnapshot().messages, [message]));
  },

  "a room is for those who are signed in": async (world) => {
    const { chat } = world.connect(null).channels;
    const place = newRoom();
    await refused(chat.publish(place, { text: "a" }), { status: 401 });
    await refused(chat.presence(place), { status: 401 });
    const room = chat.live(place);
    world.atEnd(room.close);
    room.subscribe(() => undefined);
    await until(() => matches(room.getSnapshot(), { status: "closed", error: { status: 401 } }));
  },

  "a room that is cut comes back: no message is missing, and none is there twice": async (world) => {
    const { me, client } = await enter(world);
    const { chat } = client.channels;
    const place = newRoom();
    const { fetch, cut, opened } = breakable(world);
    const room = world.connect(me, { fetch }).channels.chat.live(place);
    world.atEnd(room.close);
    room.subscribe(() => undefined);
    await until(() => equal(room.getSnapshot().status, "live"));
    const published = [await chat.publish(place, { text: "before" })];
    await until(() => equal(room.getSnapshot().messages, published));
    cut();
    for (const text of ["meanwhile", "and again"]) published.push(await chat.publish(place, { text }));
    await until(() => equal(room.getSnapshot().messages, published));
    published.push(await chat.publish(place, { text: "after" }));
    await until(() => equal(room.getSnapshot().messages, published));
    ok(opened() > 1, "it was opened again");
  },
};
