import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { leaveAll, listen, publish } from "./listen.ts";
import { closeAll, connect, upgrade } from "./socket.ts";

afterEach(async () => {
  closeAll();
  await leaveAll();
});

const room = (): string => `chat/${crypto.randomUUID()}`;

test("a socket hears what streams hear, and says what requests say", async () => {
  const chat = room();
  const [socket, stream] = [await connect(chat, "ann"), await listen(chat, "ben")];
  expect(await socket.nextOf("connected")).toEqual({
    event: "connected",
    id: "0.0",
    data: { seq: 0, latest: 0 },
  });
  await stream.nextOf("connected");
  await publish(chat, "ben", { text: "from a request" });
  const heard = await socket.nextOf("message");
  expect(heard.data).toMatchObject({ seq: 1, text: "from a request", from: "ben" });
  expect(heard.id).toMatch(/^[0-9a-f]{8}\.1$/);
  socket.send({ event: "publish", ref: "a", data: { text: "from a socket" } });
  const published = await socket.nextOf("published");
  expect(published.data).toMatchObject({ ref: "a", seq: 2, text: "from a socket", from: "ann" });
  await stream.messages(1);
  expect((await stream.messages(1))[0]?.data).toMatchObject({ seq: 2, text: "from a socket", from: "ann" });
});

test("messages of one socket are published in their order", async () => {
  const chat = room();
  const socket = await connect(chat, "ann");
  for (let number = 1; number <= 12; number++) {
    socket.send({ event: "publish", ref: number, data: { text: `${number}` } });
  }
  const all = await socket.messages(12);
  expect(all.map(({ data }) => data.text)).toEqual(Array.from({ length: 12 }, (_, index) => `${index + 1}`));
});

test("what a socket may not publish is refused, and the socket stays open", async () => {
  const chat = room();
  const socket = await connect(chat, "mallory");
  socket.send({ event: "publish", ref: 1, data: { text: "Hi", from: "ann" } });
  expect((await socket.nextOf("refused")).data).toMatchObject({
    ref: 1,
    status: 400,
    code: "VALIDATION_ERROR",
    errors: [{ field: "from" }],
  });
  socket.send({ event: "publish", data: { text: "x".repeat(70_000) } });
  expect((await socket.nextOf("refused")).data).toMatchObject({ status: 413 });
  socket.send({ event: "publish" });
  expect((await socket.nextOf("refused")).data).toMatchObject({ status: 400 });
  socket.send({ event: "publish", ref: 2, data: { text: "Hi" } });
  expect((await socket.nextOf("published")).data).toMatchObject({ ref: 2, seq: 1, from: "mallory" });
  const news = await connect("news", "ann");
  news.send({ event: "publish", data: { title: "Hi", tags: [] } });
  expect((await news.nextOf("refused")).data).toMatchObject({ status: 403 });
  const anonymous = await connect("news", null);
  anonymous.send({ event: "publish", data: { title: "Hi", tags: [] } });
  expect((await anonymous.nextOf("refused")).data).toMatchObject({ status: 401 });
  const inbox = await connect("inbox/ann", "ann");
  inbox.send({ event: "publish", data: { text: "Hi" } });
  expect((await inbox.nextOf("refused")).data).toMatchObject({ status: 403 });
  const team = await connect("team-room/red/alerts", "ann@red");
  team.send({ event: "publish", data: { text: "Hi" } });
  expect((await team.nextOf("refused")).data).toMatchObject({ status: 403 });
});

test("whatever else is sent ends the socket", async () => {
  for (const text of [
    "hello",
    "null",
    '"publish"',
    '{"event":"other"}',
    "{",
    `${"[".repeat(500)}${"]".repeat(500)}`,
    '{"event":"publish","ref":{},"data":{}}',
  ]) {
    const socket = await connect(room(), "ann");
    socket.send(text);
    const { code, reason } = await socket.end();
    expect([code, reason], text.slice(0, 40)).toEqual([1008, "Send publish and pong events, as JSON"]);
  }
  const bytes = await connect(room(), "ann");
  bytes.sendBytes(new ArrayBuffer(8));
  expect((await bytes.end()).code).toBe(1003);
  const large = await connect(room(), "ann");
  large.send(`"${"x".repeat(200_000)}"`);
  expect((await large.end()).code).toBe(1009);
});

test("nobody publishes faster than the room takes messages", async () => {
  const socket = await connect(room(), "ann");
  for (let number = 1; number <= 200; number++) {
    socket.send({ event: "publish", data: { text: `${number}` } });
  }
  expect((await socket.end()).code).toBe(1008);
});

test("a socket goes on where another ended, and replays history", async () => {
  const chat = room();
  for (let number = 1; number <= 6; number++) await publish(chat, "ann", { text: `${number}` });
  const before = await connect(`${chat}?history=2`, "ben");
  const [first] = await before.messages(1);
  const again = await connect(`${chat}?resumeFrom=${first?.id}`, "ben");
  expect(await again.nextOf("connected")).toMatchObject({ data: { seq: 5 } });
  expect((await again.messages(1))[0]?.data).toMatchObject({ seq: 6 });
  const gap = await connect(`${chat}?resumeFrom=deadbeef.3`, "ben");
  expect((await gap.nextOf("invalidate")).data).toEqual({ seq: 6, reason: "gap" });
});

test("pages of other origins open no socket", async () => {
  const chat = room();
  for (const headers of [
    { Origin: "https://evil.test" },
    { "Sec-Fetch-Site": "cross-site" },
    { Origin: "https://covara.test", "Sec-Fetch-Site": "same-site" },
    { Cookie: "session=1" },
  ]) {
    const answer = await upgrade(chat, "ann", headers);
    expect(answer.status, JSON.stringify(headers)).toBe(403);
    expect(answer.webSocket).toBeNull();
  }
  const own = await upgrade(chat, "ann", { Origin: "https://covara.test", "Sec-Fetch-Site": "same-origin" });
  expect(own.status).toBe(101);
  own.webSocket?.accept();
  own.webSocket?.close();
});

test("rules hold for sockets", async () => {
  expect((await upgrade(room(), null)).status).toBe(401);
  expect((await upgrade("inbox/ann", "ben")).status).toBe(403);
  expect((await upgrade(`${room()}?x=1`, "ann")).status).toBe(400);
  expect((await upgrade(room(), "ann", { Upgrade: "h2c" })).status).toBe(400);
});

test("a socket survives the sleep and the death of the object", async () => {
  const name = crypto.randomUUID();
  const socket = await connect(`chat/${name}`, "ann");
  await socket.nextOf("connected");
  const stub = () => env.COVARA_CHANNELS.getByName(`chat/${name}`);
  await evictDurableObject(stub());
  await publish(`chat/${name}`, "ben", { text: "1" });
  await evictDurableObject(stub(), { webSockets: "close" });
  await publish(`chat/${name}`, "ben", { text: "2" });
  expect((await socket.messages(2)).map(({ data }) => data.text)).toEqual(["1", "2"]);
});

test("who does not say that messages came gets no more of them, and is told so", async () => {
  const path = "team-room/sockets/talk";
  const socket = await connect(path, "ann@sockets");
  await socket.nextOf("connected");
  socket.sleep();
  for (let number = 1; number <= 12; number++) {
    await publish(path, "ben@sockets", { text: `${number} ${"x".repeat(20_000)}` });
  }
  const heard = (await socket.messages(4)).map(({ data }) => data.seq);
  expect(heard).toEqual([1, 2, 3, 4]);
  // The questions of the meantime are answered at last.
  socket.send({ event: "pong" });
  socket.send({ event: "pong" });
  const next = await socket.nextOf("message", "invalidate");
  expect(next.event === "message" ? await socket.nextOf("invalidate") : next).toMatchObject({
    data: { seq: 12, reason: "overflow" },
  });
  await publish(path, "ben@sockets", { text: "new" });
  expect((await socket.messages(1))[0]?.data).toMatchObject({ seq: 13, text: "new" });
});
