/** The emitted client in rooms of the Worker. */
import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ChatChannelLive, type Client, CovaraError, createClient } from "#channels/client";
import { as, origin } from "./listen.ts";
import { revoked } from "./project/src/auth.ts";

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Streams that are open, to be cut as a network cuts them. */
class Network {
  readonly asked: string[] = [];
  #streams: (() => void)[] = [];

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    this.asked.push(`${init.method} ${url.slice(origin.length)}`);
    const response = await exports.default.fetch(url, init);
    if (response.body === null || response.headers.get("Content-Type") !== "text/event-stream")
      return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#streams.push(() => {
          controller.error(new TypeError("network"));
          void reader.cancel();
        });
      },
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => reader.cancel(),
    });
    return new Response(body, response);
  };

  cut(): void {
    for (const cut of this.#streams.splice(0)) cut();
  }
}

const connect = (who: string | null, network = new Network()): Client =>
  createClient({ baseUrl: origin, fetch: network.fetch, headers: who === null ? {} : as(who) });

/** What a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<CovaraError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CovaraError);
  return error as CovaraError;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** Shows a room until the test ends. */
function show(room: ChatChannelLive): ChatChannelLive {
  open.push(
    room.subscribe(() => undefined),
    room.close,
  );
  return room;
}

const newRoom = (): string => crypto.randomUUID();
const textsOf = (room: ChatChannelLive): string[] => room.getSnapshot().messages.map(({ text }) => text);

const names = [
  "a/b",
  "100%",
  "%2F",
  "two words",
  "a?b=c&d#e",
  "grüße 🎉",
  "\u2028",
  "...",
  "ws",
  "presence",
  ":room",
];

describe("publishing", () => {
  test("gives the message as those who listen get it", async () => {
    const room = newRoom();
    const { chat } = connect("ann").channels;
    expect(await chat.publish({ room }, { text: "Hi" })).toEqual({
      ...{ seq: 1, text: "Hi", from: "ann" },
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await chat.publish({ room }, { text: "again" })).toMatchObject({ seq: 2 });
  });

  test("reaches rooms of any name, each its own", async () => {
    const { chat } = connect("ann").channels;
    for (const room of names) {
      expect((await chat.publish({ room }, { text: room })).seq, room).toBe(1);
      for await (const event of chat.subscribe({ room }, { history: 5 })) {
        if (event.type !== "message") continue;
        expect(event.message.text).toBe(room);
        break;
      }
      expect(await chat.presence({ room })).toMatchObject({ items: expect.any(Array) });
    }
    for (const room of ["", ".", "..", "\ud800", undefined as unknown as string]) {
      const error = await failure(chat.publish({ room }, { text: "a" }));
      expect([error.status, error.code]).toEqual([400, "VALIDATION_ERROR"]);
      expect(() => chat.live({ room })).toThrow(CovaraError);
      expect(() => chat.subscribe({ room }, {}, {})).toThrow(CovaraError);
    }
  });

  test("several parameters, and none at all", async () => {
    const { teamRoom, news, teams } = connect("admin:root@red").channels;
    expect(await teamRoom.publish({ team: "red", kind: "talk" }, { text: "a" })).toMatchObject({ seq: 1 });
    expect(await teams.publish({ team: "a/b", topic: "c d" }, { text: "a" })).toMatchObject({ seq: 1 });
    const { seq } = await news.publish({}, { title: "a", tags: ["b"] });
    const anybody = connect(null);
    for await (const event of anybody.channels.news.subscribe({}, { history: 1 })) {
      if (event.type !== "message") continue;
      expect(event.message).toMatchObject({ seq, title: "a", tags: ["b"], note: null });
      break;
    }
    expect("presence" in anybody.channels.news).toBe(false);
    expect(Object.keys(anybody.channels.teams)).toEqual(["publish"]);
    expect(Object.keys(anybody.channels.inbox)).toEqual(["subscribe", "live"]);
  });

  test("fails with the server's refusal, and is not repeated", async () => {
    const network = new Network();
    const room = newRoom();
    const stranger = connect(null, network);
    expect(await failure(stranger.channels.chat.publish({ room }, { text: "a" }))).toMatchObject({
      status: 401,
    });
    const blue = connect("ben@blue", network);
    expect(
      await failure(blue.channels.teamRoom.publish({ team: "red", kind: "talk" }, { text: "a" })),
    ).toMatchObject({ status: 403, code: "FORBIDDEN" });
    const wrong = { text: "x".repeat(2_001) };
    expect(await failure(blue.channels.chat.publish({ room }, wrong))).toMatchObject({
      ...{ status: 400, code: "VALIDATION_ERROR" },
      problem: { errors: [{ field: "text" }] },
    });
    expect(network.asked).toHaveLength(3);
    let count = 0;
    const lost = createClient({
      baseUrl: origin,
      fetch: () => {
        count += 1;
        throw new TypeError("network");
      },
    });
    await expect(lost.channels.chat.publish({ room }, { text: "a" })).rejects.toThrow();
    expect(count).toBe(1);
  });
});

describe("subscribing", () => {
  test("an iterator begins with history, and hears who comes and what is said", async () => {
    const room = newRoom();
    const [ann, ben] = [connect("ann").channels.chat, connect("ben").channels.chat];
    for (const text of ["1", "2", "3"]) await ben.publish({ room }, { text });
    const heard: unknown[] = [];
    for await (const event of ann.subscribe({ room }, { history: 2 })) {
      heard.push(event.type === "message" ? event.message.text : event);
      if (heard.length === 4) {
        open.push(ben.subscribe({ room }, {}, {}));
      } else if (heard.length === 5) {
        await ben.publish({ room }, { text: "4" });
      } else if (heard.length === 6) break;
    }
    expect(heard).toEqual([
      { type: "connected", seq: 1, latest: 3 },
      ...["2", "3"],
      { type: "join", userId: "ann" },
      { type: "join", userId: "ben" },
      "4",
    ]);
  });

  test("an observer hears the same, and goes on where the stream was cut", async () => {
    const network = new Network();
    const room = newRoom();
    const { chat } = connect("ann", network).channels;
    const [texts, states]: [string[], string[]] = [[], []];
    const close = chat.subscribe(
      { room },
      {},
      {
        onEvent: (event) => void (event.type === "message" && texts.push(event.message.text)),
        onState: (state) => void states.push(state),
      },
    );
    await until(() => expect(states).toEqual(["connecting", "live"]));
    await chat.publish({ room }, { text: "1" });
    await until(() => expect(texts).toEqual(["1"]));
    network.cut();
    await chat.publish({ room }, { text: "2" });
    await chat.publish({ room }, { text: "3" });
    await until(() => expect(texts).toEqual(["1", "2", "3"]));
    close();
    expect(states).toEqual(["connecting", "live", "connecting", "live", "closed"]);
  });

  test("a signal ends it, and a refusal throws", async () => {
    const room = newRoom();
    const controller = new AbortController();
    const { channels } = connect("ann");
    for await (const event of channels.chat.subscribe({ room }, { signal: controller.signal })) {
      if (event.type === "connected") controller.abort();
    }
    const read = async (): Promise<void> => {
      for await (const _event of channels.inbox.subscribe({ userId: "ben" })) expect.unreachable();
    };
    expect(await failure(read())).toMatchObject({ status: 403 });
    const errors: unknown[] = [];
    connect(null).channels.inbox.subscribe({ userId: "ben" }, {}, { onError: (error) => errors.push(error) });
    await until(() => expect(errors).toMatchObject([{ status: 401 }]));
  });
});

describe("presence", () => {
  test("says who listens", async () => {
    const room = newRoom();
    const { chat } = connect("ann").channels;
    expect(await chat.presence({ room })).toEqual({ items: [], total: 0 });
    const live = show(chat.live({ room }));
    await until(() => expect(live.getSnapshot().status).toBe("live"));
    expect(await chat.presence({ room })).toEqual({ items: [{ userId: "ann", connections: 1 }], total: 1 });
    expect(await failure(connect(null).channels.chat.presence({ room }))).toMatchObject({ status: 401 });
  });
});

describe("live rooms", () => {
  test("show the newest messages, what is said, and who is there", async () => {
    const room = newRoom();
    const [ann, ben] = [connect("ann").channels.chat, connect("ben").channels.chat];
    for (const text of ["1", "2", "3"]) await ben.publish({ room }, { text });
    const live = show(ann.live({ room }, { history: 2 }));
    expect(live.getSnapshot()).toEqual({ messages: [], users: [], status: "loading", error: null });
    await until(() => expect(live.getSnapshot()).toMatchObject({ status: "live", users: ["ann"] }));
    expect(textsOf(live)).toEqual(["2", "3"]);
    const before = live.getSnapshot();
    expect(live.getSnapshot()).toBe(before);
    const theirs = show(ben.live({ room }));
    await until(() => expect(live.getSnapshot().users).toEqual(["ann", "ben"]));
    expect(live.getSnapshot().messages).toBe(before.messages);
    await live.publish({ text: "4" });
    for (const each of [live, theirs])
      await until(() => expect(textsOf(each).slice(-3)).toEqual(["2", "3", "4"]));
    theirs.close();
    expect(theirs.getSnapshot()).toMatchObject({ status: "closed", error: null });
    // The Worker learns that nobody reads when it writes.
    await live.publish({ text: "5" });
    await live.publish({ text: "6" });
    await until(() => expect(live.getSnapshot().users).toEqual(["ann"]));
    expect(textsOf(theirs).at(-1)).toBe("4");
  });

  test("keep no more messages than they are asked to", async () => {
    const room = newRoom();
    const { chat } = connect("ann").channels;
    for (const text of ["1", "2", "3", "4"]) await chat.publish({ room }, { text });
    const live = show(chat.live({ room }, { limit: 3 }));
    await until(() => expect(textsOf(live)).toEqual(["2", "3", "4"]));
    await live.publish({ text: "5" });
    await until(() => expect(textsOf(live)).toEqual(["3", "4", "5"]));
    expect(() => chat.live({ room }, { limit: 0 })).toThrow(RangeError);
  });

  test("go on over cuts, and begin anew where messages are not kept any more", async () => {
    const network = new Network();
    const room = newRoom();
    const ben = connect("ben").channels.chat;
    const live = show(connect("ann", network).channels.chat.live({ room }, { history: 3 }));
    await until(() => expect(live.getSnapshot().status).toBe("live"));
    await ben.publish({ room }, { text: "0" });
    await until(() => expect(textsOf(live)).toEqual(["0"]));
    network.cut();
    for (const text of ["1", "2", "3", "4"]) await ben.publish({ room }, { text });
    await until(() => expect(textsOf(live)).toEqual(["0", "1", "2", "3", "4"]));
    await until(() => expect(live.getSnapshot()).toMatchObject({ status: "live", users: ["ann"] }));
    // The channel keeps 20.
    const shown: string[][] = [];
    open.push(live.subscribe(() => shown.push(textsOf(live))));
    network.cut();
    for (let number = 5; number < 30; number++) await ben.publish({ room }, { text: `${number}` });
    await until(() => expect(textsOf(live)).toEqual(["27", "28", "29"]));
    await until(() =>
      expect(new Set(shown.map((texts) => texts.join()))).toEqual(new Set(["0,1,2,3,4", "27,28,29"])),
    );
  });

  test("read anew who is there when the room was gone", async () => {
    const network = new Network();
    const room = newRoom();
    const live = show(connect("ann", network).channels.chat.live({ room }));
    await until(() => expect(live.getSnapshot()).toMatchObject({ status: "live", users: ["ann"] }));
    const asked = (): number => network.asked.filter((each) => each.endsWith("/presence")).length;
    expect(asked()).toBe(1);
    await evictDurableObject(env.COVARA_CHANNELS.getByName(`chat/${room}`), { webSockets: "close" });
    await until(() => expect(asked()).toBe(2));
    await live.publish({ text: "1" });
    await until(() => expect(live.getSnapshot()).toMatchObject({ status: "live", users: ["ann"] }));
    expect(textsOf(live)).toEqual(["1"]);
  });

  test("end with the server's refusal", async () => {
    const { channels } = connect("ben@blue");
    const room = channels.teamRoom.live({ team: "red", kind: "talk" });
    open.push(room.subscribe(() => undefined));
    await until(() =>
      expect(room.getSnapshot()).toEqual({
        ...{ messages: [], status: "closed" },
        error: expect.objectContaining({ status: 403 }),
      }),
    );
    expect(await failure(room.publish({ text: "a" }))).toMatchObject({ status: 403 });
  });

  test("end for somebody who is signed out, at the latest with the next stream", async () => {
    const network = new Network();
    const live = show(connect("wim", network).channels.chat.live({ room: newRoom() }));
    await until(() => expect(live.getSnapshot().status).toBe("live"));
    revoked.add("wim");
    network.cut();
    await until(() => expect(live.getSnapshot()).toMatchObject({ status: "closed", error: { status: 401 } }));
  });
});
