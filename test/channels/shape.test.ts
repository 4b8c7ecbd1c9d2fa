/** Messages that were published before the config changed. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { ChannelHost } from "covara/runtime/live";
import { afterEach, expect, test, vi } from "vitest";
import { channels } from "#channels/channels";
import type { NewsChannelMessage, TeamsChannelMessage } from "#channels/types";
import { leaveAll, listen } from "./listen.ts";
import { connect } from "./socket.ts";

afterEach(leaveAll);

const object = (name: string) => env.COVARA_CHANNELS.getByName(name);

/** As a version without `note`, and with a field that is gone, published it. */
const former = JSON.stringify({ title: "Old", lang: "en", tags: ["a"] });
const told = { seq: 1, title: "Old", tags: ["a"], note: null, at: expect.any(String) };

test("requests get them as the channel is now", async () => {
  await object("news").publish(former);
  const stream = await listen("news?history=5", null);
  expect((await stream.nextOf("message")).data).toEqual(told);
  const socket = await connect("news?history=5", null);
  expect((await socket.nextOf("message")).data).toEqual(told);
  // Where the versions run side by side, new messages come without the field as well.
  await object("news").publish(former);
  expect((await stream.nextOf("message")).data).toEqual({ ...told, seq: 2 });
  expect((await socket.nextOf("message")).data).toEqual({ ...told, seq: 2 });
});

test("server code gets them as the channel is now", async () => {
  const { news, teams } = channels(env);
  const stop = new AbortController();
  const heard: (NewsChannelMessage | TeamsChannelMessage)[] = [];
  await object("news").publish(former);
  const done = news.subscribe({}, (message) => void heard.push(message), { signal: stop.signal, history: 1 });
  await vi.waitFor(() => expect(heard).toEqual([{ ...told, seq: expect.any(Number) }]), { timeout: 30_000 });
  const team = crypto.randomUUID();
  const all = teams.subscribe({ team, topic: "*" }, (message) => void heard.push(message), {
    signal: stop.signal,
  });
  await vi.waitFor(
    async () => {
      await object(`teams/${team}/a`).publish(JSON.stringify({ text: "Hi", gone: true }));
      expect(heard.length).toBeGreaterThan(1);
    },
    { timeout: 30_000, interval: 100 },
  );
  expect(heard[1]).toEqual({ seq: expect.any(Number), text: "Hi", at: expect.any(String) });
  stop.abort();
  await Promise.all([done, all]);
});

test("a room gives up messages of a lower generation, once, and those who listen are told of a gap", async () => {
  const name = crypto.randomUUID();
  await object(`chat/${name}`).publish(JSON.stringify({ text: "Old", from: "ann" }));
  const stream = await listen(`chat/${name}?history=5`, "ben");
  const { id } = await stream.nextOf("message");
  await stream.leave();
  await runInDurableObject(object(`chat/${name}`), (_, state) => {
    const host = (generation?: number): ChannelHost =>
      new ChannelHost(state, {
        chat: { history: 20, presence: true, ...(generation !== undefined && { generation }) },
      });
    const texts = (of: ChannelHost): unknown[] =>
      of.read(0).messages.map(({ text }) => JSON.parse(text).text);
    expect(texts(host())).toEqual(["Old"]);
    expect(texts(host(1))).toEqual([]);
    host(1).publish(JSON.stringify({ text: "New", from: "ann" }));
    expect(texts(host(1))).toEqual(["New"]);
    // A Worker of before, which is rolled back to, deletes nothing.
    expect(texts(host())).toEqual(["New"]);
    expect(texts(host(2))).toEqual([]);
  });
  await evictDurableObject(object(`chat/${name}`));
  await object(`chat/${name}`).publish(JSON.stringify({ text: "Newer", from: "ann" }));
  const again = await listen(`chat/${name}?history=5`, "ben", { "Last-Event-ID": id ?? "" });
  expect((await again.nextOf("invalidate")).data).toMatchObject({ reason: "gap" });
});
