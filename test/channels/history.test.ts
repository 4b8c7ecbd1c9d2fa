import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { as, call, leaveAll, listen, origin, publish, texts } from "./listen.ts";

afterEach(leaveAll);

const room = (): string => `chat/${crypto.randomUUID()}`;

/** Publishes so many messages. */
async function fill(path: string, count: number, from = 1): Promise<void> {
  for (let number = from; number < from + count; number++) await publish(path, "ann", { text: `${number}` });
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

test("history gives the newest messages first, and then those that come", async () => {
  const chat = room();
  await fill(chat, 8);
  const stream = await listen(`${chat}?history=3`, "ben");
  expect(await stream.next()).toMatchObject({ event: "connected", data: { seq: 5, latest: 8 } });
  await fill(chat, 2, 9);
  expect(texts(await stream.messages(5))).toEqual(numbers(6, 10));
});

test("without history only new messages come", async () => {
  const chat = room();
  await fill(chat, 3);
  const stream = await listen(chat, "ben");
  expect(await stream.next()).toMatchObject({
    event: "connected",
    data: { seq: 3 },
    id: expect.stringMatching(/\.3$/),
  });
  await fill(chat, 1, 4);
  expect(texts(await stream.messages(1))).toEqual(["4"]);
});

test("history is a number of messages", async () => {
  for (const history of ["-1", "x", "1.5", ""]) {
    const answer = await call(`chat/a?history=${history}`, "ann");
    expect(answer.json.errors, history).toMatchObject([{ field: "history" }]);
  }
  expect((await call("chat/a?histroy=1", "ann")).json.code).toBe("UNKNOWN_PARAMETER");
  expect((await call("chat/a?history=1&history=2", "ann")).status).toBe(400);
});

test("who comes back gets what was missed, each message once", async () => {
  const chat = room();
  const before = await listen(chat, "ben");
  await before.nextOf("connected");
  await fill(chat, 3);
  const last = (await before.messages(2)).at(-1);
  await before.leave();
  await fill(chat, 4, 4);
  for (const again of [
    await listen(chat, "ben", { "Last-Event-ID": last?.id ?? "" }),
    await listen(`${chat}?resumeFrom=${last?.id}&history=20`, "ben"),
    // What EventSource sends is newer than what its URL says.
    await listen(`${chat}?resumeFrom=gone.1`, "ben", { "Last-Event-ID": last?.id ?? "" }),
  ]) {
    expect(await again.next()).toMatchObject({
      event: "connected",
      data: { seq: 2, latest: 7 },
      id: last?.id,
    });
    expect(texts(await again.messages(5))).toEqual(numbers(3, 7));
  }
});

test("who came to an empty room misses nothing of what is said while it is away", async () => {
  const chat = room();
  const before = await listen(chat, "ben");
  const { id } = await before.nextOf("connected");
  await before.leave();
  await fill(chat, 2);
  const again = await listen(chat, "ben", { "Last-Event-ID": id ?? "" });
  expect(await again.next()).toMatchObject({ event: "connected", data: { seq: 0 } });
  expect(texts(await again.messages(2))).toEqual(["1", "2"]);
});

test("messages that are not kept any more are told of as a gap", async () => {
  const chat = room();
  const before = await listen(chat, "ben");
  await before.nextOf("connected");
  await fill(chat, 1);
  const id = (await before.messages(1))[0]?.id ?? "";
  await before.leave();
  // The channel keeps 20.
  await fill(chat, 21, 2);
  const again = await listen(`${chat}?history=2`, "ben", { "Last-Event-ID": id });
  expect(await again.next()).toMatchObject({ event: "connected", data: { seq: 20, latest: 22 }, id: null });
  const gap = await again.nextOf("invalidate");
  expect(gap.data).toEqual({ seq: 20, reason: "gap" });
  expect(gap.id).toMatch(/\.20$/);
  expect(texts(await again.messages(2))).toEqual(["21", "22"]);
  // Up to the last that is kept nothing is missing.
  const edge = await listen(chat, "ben", { "Last-Event-ID": id.replace(/\.1$/, ".2") });
  expect(texts(await edge.messages(20))).toEqual(numbers(3, 22));
});

test("an id of another log, of the future, or of nothing at all, is a gap", async () => {
  const chat = room();
  await fill(chat, 3);
  const known = await listen(`${chat}?history=1`, "ben");
  const { id } = (await known.messages(1))[0] ?? { id: null };
  const epoch = String(id).split(".")[0];
  for (const given of ["deadbeef.2", `${epoch}.4`, `${epoch}.-1`, `${epoch}.x`, "hello", "..", "1"]) {
    const stream = await listen(chat, "ben", { "Last-Event-ID": given });
    expect((await stream.nextOf("invalidate")).data, given).toEqual({ seq: 3, reason: "gap" });
  }
});

test("the log keeps as many messages as the channel says, and the newest always", async () => {
  const chat = room();
  await fill(chat, 30);
  const stream = await listen(`${chat}?history=999`, "ben");
  expect(texts(await stream.messages(20))).toEqual(numbers(11, 30));
});

test("the log is bounded by bytes as well", async () => {
  const path = "team-room/bytes/talk";
  // 80 messages of 64 kB are more than the 4 MiB that a log has, though the channel keeps 100.
  for (let number = 0; number < 80; number++) {
    await publish(path, "ann@bytes", { text: `${number} ${"x".repeat(64_000)}` });
  }
  const page = await env.COVARA_CHANNELS.getByName("teamRoom/bytes/talk").read(0);
  expect(page.first).toBeGreaterThan(10);
  expect(page.first).toBeLessThan(20);
  const stream = await listen(`${path}?history=100`, "ann@bytes");
  const all = await stream.messages(81 - page.first);
  expect(all.at(-1)?.data.seq).toBe(80);
  expect(all[0]?.data.seq).toBe(page.first);
});

test("a room that slept still has its log", async () => {
  const name = crypto.randomUUID();
  await fill(`chat/${name}`, 4);
  const before = await listen(`chat/${name}?history=1`, "ben");
  const { id } = (await before.messages(1))[0] ?? { id: "" };
  await evictDurableObject(env.COVARA_CHANNELS.getByName(`chat/${name}`), { webSockets: "close" });
  await fill(`chat/${name}`, 2, 5);
  const again = await listen(`chat/${name}`, "ben", { "Last-Event-ID": id ?? "" });
  expect(texts(await again.messages(2))).toEqual(["5", "6"]);
});

test("a stream outlives the death of the object, and misses nothing", async () => {
  const name = crypto.randomUUID();
  const stream = await listen(`chat/${name}`, "ben");
  await stream.nextOf("connected");
  await fill(`chat/${name}`, 1);
  await stream.messages(1);
  await evictDurableObject(env.COVARA_CHANNELS.getByName(`chat/${name}`), { webSockets: "close" });
  await fill(`chat/${name}`, 3, 2);
  expect(texts(await stream.messages(3))).toEqual(["2", "3", "4"]);
});

test("a long history is read at the pace of the reader", async () => {
  const path = "team-room/long/talk";
  for (let number = 1; number <= 40; number++) {
    await publish(path, "ann@long", { text: `${number} ${"x".repeat(40_000)}` });
  }
  // 1.6 MB: far more than may wait for a reader.
  const stream = await listen(`${path}?history=40`, "ann@long");
  await publish(path, "ann@long", { text: "41 new" });
  const all = await stream.messages(41);
  expect(all.map(({ data }) => data.seq)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
});

test("who does not read is told that messages are missing, and goes on with new ones", async () => {
  const path = "team-room/slow/talk";
  const stream = await listen(path, "ann@slow");
  await stream.nextOf("connected");
  for (let number = 1; number <= 12; number++) {
    await publish(path, "ben@slow", { text: `${number} ${"x".repeat(20_000)}` });
  }
  const heard: number[] = [];
  let event = await stream.next();
  while (event?.event === "message") {
    heard.push(Number(event.data.seq));
    event = await stream.next();
  }
  expect(event).toMatchObject({ event: "invalidate", data: { reason: "overflow", seq: 12 } });
  expect(heard.length).toBeLessThan(10);
  expect(heard).toEqual(heard.map((_, index) => index + 1));
  await publish(path, "ben@slow", { text: "new" });
  expect(await stream.next()).toMatchObject({ event: "message", data: { seq: 13, text: "new" } });
});

test("a room that nobody has published in takes no storage", async () => {
  const name = crypto.randomUUID();
  const stream = await listen(`chat/${name}?history=5`, "ben");
  await stream.nextOf("connected");
  const { runInDurableObject } = await import("cloudflare:test");
  const tables = await runInDurableObject(env.COVARA_CHANNELS.getByName(`chat/${name}`), (_, state) =>
    state.storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray(),
  );
  expect(tables).toEqual([]);
});

test("first bytes come at once", async () => {
  const response = await exports.default.fetch(`${origin}/api/${room().replace("chat", "channels/chat")}`, {
    headers: as("ann"),
  });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toBe("retry: 2000\n\n");
  await reader?.cancel();
});
