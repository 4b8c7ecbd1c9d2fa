import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Problem } from "covara/runtime";
import { afterEach, expect, test, vi } from "vitest";
import { channels } from "#channels/channels";
import type { ChatChannelMessage } from "#channels/types";
import { leaveAll, listen } from "./listen.ts";

const { chat, news, teamRoom } = channels(env);

afterEach(leaveAll);

const name = (): string => crypto.randomUUID();

const nothing = (): void => {};

test("server code publishes as whoever it says, where no rule lets requests", async () => {
  const room = name();
  const stream = await listen(`chat/${room}`, "ann");
  await stream.nextOf("connected");
  const message = await chat.publish({ room }, { text: "Welcome", from: "system" });
  expect(message).toEqual({ seq: 1, text: "Welcome", from: "system", at: expect.any(String) });
  expect((await stream.nextOf("message")).data).toEqual(message);
  expect(await news.publish({}, { title: "Hi", tags: [] })).toMatchObject({ title: "Hi", note: null });
  const inbox = await listen("inbox/ann", "ann");
  await inbox.nextOf("connected");
  await channels(env).inbox.publish({ userId: "ann" }, { text: "For you" });
  expect((await inbox.nextOf("message")).data).toMatchObject({ text: "For you" });
});

test("what server code publishes is checked, too", async () => {
  const wrong = [
    () => chat.publish({ room: "" }, { text: "Hi", from: "a" }),
    () => chat.publish({ room: "x".repeat(65) }, { text: "Hi", from: "a" }),
    () => chat.publish({ room: "a" }, { text: "x".repeat(2_001), from: "a" }),
    () => chat.publish({ room: "a\0" }, { text: "Hi", from: "a" }),
    () => teamRoom.publish({ team: "red", kind: "talk" }, { text: "x".repeat(70_000) }),
  ];
  for (const attempt of wrong) await expect(attempt()).rejects.toBeInstanceOf(Problem);
});

/** Listens until it is stopped. Gives what came. */
function collect(room: string, options: { resumeFrom?: string; history?: number } = {}) {
  const stop = new AbortController();
  const heard: ChatChannelMessage[] = [];
  const ids: string[] = [];
  const gaps: number[] = [];
  const done = chat.subscribe(
    { room },
    (message, { id, params }) => {
      expect(params).toEqual({ room });
      heard.push(message);
      ids.push(id);
    },
    { signal: stop.signal, onGap: ({ seq }) => gaps.push(seq), ...options },
  );
  const until = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), { timeout: 30_000 });
  return {
    heard,
    ids,
    gaps,
    until,
    done,
    async stop(): Promise<void> {
      stop.abort();
      await done;
    },
  };
}

test("server code hears every message once and in order, whatever happens to the object", async () => {
  const room = name();
  const stub = () => env.COVARA_CHANNELS.getByName(`chat/${room}`);
  await chat.publish({ room }, { text: "1", from: "a" });
  const listener = collect(room, { history: 1 });
  await listener.until(1);
  for (let number = 2; number <= 18; number++) {
    if (number % 4 === 0) await evictDurableObject(stub(), { webSockets: "close" });
    if (number % 4 === 2) await evictDurableObject(stub());
    await chat.publish({ room }, { text: `${number}`, from: "a" });
  }
  await listener.until(18);
  expect(listener.heard.map(({ seq }) => seq)).toEqual(Array.from({ length: 18 }, (_, index) => index + 1));
  expect(listener.gaps).toEqual([]);
  await listener.stop();
  // Later on, from where it ended.
  await chat.publish({ room }, { text: "19", from: "a" });
  const again = collect(room, { resumeFrom: listener.ids.at(-1) ?? "" });
  await again.until(1);
  expect(again.heard[0]).toMatchObject({ seq: 19, text: "19" });
  await again.stop();
});

test("a slow handler misses nothing: what does not fit into memory is read from the log", async () => {
  const room = { team: "slow", kind: "talk" } as const;
  const say = (number: number) => teamRoom.publish(room, { text: `${number} ${"x".repeat(20_000)}` });
  await say(1);
  const stop = new AbortController();
  const heard: number[] = [];
  let [release, entered] = [nothing, nothing];
  const blocked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isHandling = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const handled = teamRoom.subscribe(
    room,
    async ({ seq }) => {
      entered();
      if (seq <= 2) await blocked;
      heard.push(seq);
      if (seq === 20) stop.abort();
    },
    { signal: stop.signal, history: 1 },
  );
  await isHandling;
  // Far more than may wait.
  for (let number = 2; number <= 20; number++) await say(number);
  release();
  await handled;
  expect(heard).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test("messages that are not kept any more are told of", async () => {
  const room = name();
  for (let number = 1; number <= 25; number++) await chat.publish({ room }, { text: `${number}`, from: "a" });
  const listener = collect(room, { resumeFrom: "deadbeef.1", history: 2 });
  await listener.until(2);
  expect(listener.gaps).toEqual([23]);
  expect(listener.heard.map(({ seq }) => seq)).toEqual([24, 25]);
  await listener.stop();
});

test("what a handler throws ends its subscription", async () => {
  const room = name();
  await chat.publish({ room }, { text: "1", from: "a" });
  const failing = chat.subscribe(
    { room },
    () => {
      throw new Error("cannot handle that");
    },
    { signal: new AbortController().signal, history: 1 },
  );
  await expect(failing).rejects.toThrow("cannot handle that");
});

test("a subscription that was ended before it began hears nothing", async () => {
  const room = name();
  await chat.publish({ room }, { text: "1", from: "a" });
  await chat.subscribe({ room }, () => expect.unreachable(), { signal: AbortSignal.abort(), history: 1 });
});

test("server code is not among those who listen, and can ask who is", async () => {
  const room = name();
  const listener = collect(room);
  const stream = await listen(`chat/${room}`, "ann");
  await stream.nextOf("join");
  expect(await chat.presence({ room })).toEqual({ items: [{ userId: "ann", connections: 1 }], total: 1 });
  await listener.stop();
});
