import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { call, leaveAll, listen, publish, texts } from "./listen.ts";

afterEach(leaveAll);

const room = (): string => `chat/${crypto.randomUUID()}`;

test("a message comes back with its number and time, and reaches everybody who listens", async () => {
  const chat = room();
  const [ann, ben] = [await listen(chat, "ann"), await listen(chat, "ben")];
  expect(await ann.next()).toMatchObject({ event: "connected", data: { seq: 0 }, id: "0.0" });
  await ben.nextOf("connected");
  const answer = await publish(chat, "ann", { text: "Hello" });
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ seq: 1, text: "Hello", from: "ann", at: expect.any(String) });
  expect(new Date(String(answer.json.at)).toISOString()).toBe(answer.json.at);
  for (const stream of [ann, ben]) {
    const event = await stream.nextOf("message");
    expect(event.data).toEqual(answer.json);
    expect(event.id).toMatch(/^[0-9a-f]{8}\.1$/);
  }
});

test("the stream has the headers of a stream", async () => {
  const { response } = await listen(room(), "ann");
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  expect(response.headers.get("Cache-Control")).toContain("no-cache");
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
});

test("racing publishers are put into one order, which everybody hears", async () => {
  const chat = room();
  const streams = await Promise.all(["ann", "ben", "cy"].map((who) => listen(chat, who)));
  for (const stream of streams) await stream.nextOf("connected");
  const given = Array.from({ length: 60 }, (_, index) => `message ${index}`);
  const answers = await Promise.all(given.map((text, index) => publish(chat, `u${index % 7}`, { text })));
  expect(answers.map(({ json }) => json.seq).sort((a, b) => Number(a) - Number(b))).toEqual(
    given.map((_, index) => index + 1),
  );
  const heard = await Promise.all(streams.map((stream) => stream.messages(60)));
  for (const events of heard) {
    expect(events.map(({ data }) => data.seq)).toEqual(given.map((_, index) => index + 1));
    expect(texts(events).toSorted()).toEqual(given.toSorted());
    expect(texts(events)).toEqual(texts(heard[0] ?? []));
  }
});

test("rooms do not hear each other", async () => {
  const [one, other] = [room(), room()];
  const stream = await listen(one, "ann");
  await stream.nextOf("connected");
  await publish(other, "ann", { text: "elsewhere" });
  await publish(one, "ann", { text: "here" });
  expect((await stream.nextOf("message")).data).toMatchObject({ seq: 1, text: "here" });
});

test("the sender is the caller, whatever the request says", async () => {
  const chat = room();
  const forged = await publish(chat, "mallory", { text: "Hi", from: "ann" });
  expect(forged.status).toBe(400);
  expect(forged.json.errors).toMatchObject([{ field: "from", code: "unknown_field" }]);
  expect((await publish(chat, "mallory", { text: "Hi" })).json.from).toBe("mallory");
});

test("rules decide who may do what where", async () => {
  expect((await publish("chat/a", null, { text: "Hi" })).status).toBe(401);
  expect((await call("chat/a", null)).status).toBe(401);
  expect((await call("chat/a/presence", null)).status).toBe(401);
  expect((await publish("news", "ann", { title: "Hi", tags: [] })).status).toBe(403);
  expect((await publish("news", null, { title: "Hi", tags: [] })).status).toBe(401);
  expect((await publish("news", "admin:eve", { title: "Hi", tags: ["a"] })).json).toMatchObject({
    title: "Hi",
    tags: ["a"],
    note: null,
  });
  await listen("news", null);
  // The row of a condition is the parameters.
  expect((await call("team-room/red/talk", "ann@blue")).status).toBe(403);
  expect((await call("team-room/red/talk", "ann")).status).toBe(403);
  await listen("team-room/red/talk", "ann@red");
  await listen("team-room/red/talk", "admin:eve");
  expect((await publish("team-room/red/talk", "ann@red", { text: "Hi" })).status).toBe(201);
  expect((await publish("team-room/red/talk", "admin:eve", { text: "Hi" })).status).toBe(403);
  expect((await publish("team-room/red/alerts", "ann@red", { text: "Hi" })).status).toBe(403);
  await listen("lobby/open", null);
  expect((await call("lobby/red", null)).status).toBe(401);
  expect((await call("lobby/red", "ann")).status).toBe(403);
  await listen("lobby/red", "ann@red");
  await listen("lobby/red", "admin:eve");
  expect((await call("inbox/ann", "ben")).status).toBe(403);
  await listen("inbox/ann", "ann");
});

test("what the rules offer to nobody has no route", async () => {
  const answer = await publish("inbox/ann", "ann", { text: "Hi" });
  expect(answer.status).toBe(405);
  expect(answer.headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
  expect((await call("news/presence", "ann")).status).toBe(404);
});

test("messages that are not as declared are refused", async () => {
  const chat = room();
  for (const [message, field] of [
    [{}, "text"],
    [{ text: 5 }, "text"],
    [{ text: "x".repeat(2_001) }, "text"],
    [{ text: "a\u0000b" }, "text"],
    [{ text: "ok", more: 1 }, "more"],
    [{ text: "ok", seq: 9 }, "seq"],
  ] as const) {
    const answer = await publish(chat, "ann", message);
    expect(answer.status, JSON.stringify(message).slice(0, 80)).toBe(400);
    expect(answer.json.errors).toMatchObject([{ field }]);
  }
  const plain = await call(chat, "ann", { method: "POST", body: "{}" });
  expect(plain.status).toBe(415);
  expect((await publish(`${chat}?x=1`, "ann", { text: "Hi" })).json.code).toBe("UNKNOWN_PARAMETER");
  // None of them took a number.
  expect((await publish(chat, "ann", { text: "first" })).json.seq).toBe(1);
});

test("a message that is too large is refused", async () => {
  const answer = await publish("team-room/red/talk", "ann@red", { text: "x".repeat(70_000) });
  expect(answer.status).toBe(413);
  // Just below the limit it goes through, to those who listen as well.
  const stream = await listen("team-room/large/talk", "ann@large");
  await stream.nextOf("connected");
  const large = await publish("team-room/large/talk", "ann@large", { text: "é".repeat(32_000) });
  expect(large.status).toBe(201);
  expect(await stream.nextOf("message")).toMatchObject({ data: large.json });
});

test("parameters may be anything that fits, and never meet", async () => {
  const names = [
    "a",
    "a/b",
    "a%2Fb",
    "ä",
    "a\u0308",
    "..",
    "*",
    "👋",
    "chat",
    "ws",
    "presence",
    " ",
    "a?b#c",
  ];
  for (const [index, name] of names.entries()) {
    const path = `chat/${encodeURIComponent(name)}`;
    const sent = await publish(path.replaceAll("..", "%2E%2E"), "ann", { text: `message ${index}` });
    // A URL cannot name the folder above.
    if (name === "..") continue;
    expect(sent.json, name).toMatchObject({ seq: 1, text: `message ${index}` });
    const stream = await listen(`${path}?history=10`, "ann");
    expect((await stream.nextOf("message")).data).toMatchObject({ text: `message ${index}` });
  }
  for (const name of ["x".repeat(65), "a%00b"]) {
    const answer = await publish(`chat/${name}`, "ann", { text: "Hi" });
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toMatchObject([{ field: "room" }]);
  }
  expect((await publish(`chat/${encodeURIComponent("€".repeat(64))}`, "ann", { text: "Hi" })).status).toBe(
    201,
  );
  expect((await call("team-room/red/other", "ann@red")).json.errors).toMatchObject([{ field: "kind" }]);
  expect((await call("chat", "ann")).status).toBe(404);
  expect((await call("chat/a/b/c", "ann")).status).toBe(404);
});

test("a room that sleeps wakes up for a message, with those who listen", async () => {
  const name = crypto.randomUUID();
  const stream = await listen(`chat/${name}`, "ann");
  await publish(`chat/${name}`, "ann", { text: "before" });
  await stream.messages(1);
  await evictDurableObject(env.COVARA_CHANNELS.getByName(`chat/${name}`));
  expect((await publish(`chat/${name}`, "ann", { text: "after" })).json.seq).toBe(2);
  expect((await stream.messages(1))[0]?.data).toMatchObject({ seq: 2, text: "after" });
});

test("HEAD tells the headers, and joins nobody", async () => {
  const chat = room();
  const answer = await call(chat, "ann", { method: "HEAD" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Type")).toBe("text/event-stream");
  expect((await call(`${chat}/presence`, "ann")).json).toEqual({ items: [], total: 0 });
});
