import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { call, leaveAll, listen, publish } from "./listen.ts";
import { closeAll, connect } from "./socket.ts";

afterEach(async () => {
  closeAll();
  await leaveAll();
});

const room = (): string => `chat/${crypto.randomUUID()}`;

const present = async (path: string): Promise<unknown> => (await call(`${path}/presence`, "ann")).json;

test("those who listen are told of who comes and goes, and can ask", async () => {
  const chat = room();
  const ann = await listen(chat, "ann");
  expect((await ann.nextOf("join")).data).toEqual({ userId: "ann" });
  const ben = await listen(chat, "ben");
  expect(await ann.nextOf("join")).toEqual({ event: "join", id: null, data: { userId: "ben" } });
  const socket = await connect(chat, "cy");
  expect((await ann.nextOf("join")).data).toEqual({ userId: "cy" });
  expect(await present(chat)).toEqual({
    items: [
      { userId: "ann", connections: 1 },
      { userId: "ben", connections: 1 },
      { userId: "cy", connections: 1 },
    ],
    total: 3,
  });
  socket.close();
  expect((await ann.nextOf("leave")).data).toEqual({ userId: "cy" });
  await ben.leave();
  // The Worker learns that nobody reads when it writes.
  await publish(chat, "ann", { text: "1" });
  await publish(chat, "ann", { text: "2" });
  expect((await ann.nextOf("leave")).data).toEqual({ userId: "ben" });
  expect(await present(chat)).toEqual({ items: [{ userId: "ann", connections: 1 }], total: 1 });
});

test("a user is there once, over any number of connections", async () => {
  const chat = room();
  const watch = await listen(chat, "ann");
  await watch.nextOf("join");
  const [one, two] = [await connect(chat, "ben"), await connect(chat, "ben")];
  await watch.nextOf("join");
  await two.nextOf("connected");
  expect(await present(chat)).toMatchObject({
    items: [{ userId: "ann" }, { userId: "ben", connections: 2 }],
  });
  one.close();
  await vi.waitFor(async () =>
    expect(await present(chat)).toMatchObject({ items: [{}, { userId: "ben", connections: 1 }], total: 2 }),
  );
  two.close();
  expect(await watch.next()).toEqual({ event: "leave", id: null, data: { userId: "ben" } });
});

test("who is there is still known after the room slept", async () => {
  const name = crypto.randomUUID();
  const chat = `chat/${name}`;
  const stub = () => env.COVARA_CHANNELS.getByName(chat);
  const watch = await listen(chat, "ann");
  await watch.nextOf("join");
  const [one, two, other] = [
    await connect(chat, "ben"),
    await connect(chat, "ben"),
    await connect(chat, "cy"),
  ];
  await other.nextOf("connected");
  await evictDurableObject(stub());
  expect(await present(chat)).toMatchObject({ total: 3, items: [{}, { userId: "ben", connections: 2 }, {}] });
  await evictDurableObject(stub());
  one.close();
  await vi.waitFor(async () =>
    expect(await present(chat)).toMatchObject({ items: [{}, { userId: "ben", connections: 1 }, {}] }),
  );
  await evictDurableObject(stub());
  two.close();
  expect((await watch.nextOf("leave")).data).toEqual({ userId: "ben" });
  expect(await present(chat)).toMatchObject({ items: [{ userId: "ann" }, { userId: "cy" }] });
});

test("streams are told where the room had to be asked anew, since who left meanwhile left unheard", async () => {
  const name = crypto.randomUUID();
  const chat = `chat/${name}`;
  const ann = await listen(chat, "ann");
  await ann.nextOf("connected");
  await evictDurableObject(env.COVARA_CHANNELS.getByName(chat), { webSockets: "close" });
  expect((await ann.nextOf("connected")).data).toEqual({ seq: 0, latest: 0 });
  await publish(chat, "ann", { text: "1" });
  expect((await ann.nextOf("message")).data).toMatchObject({ seq: 1 });
});

test("a Worker that does not ask for its connection any more is gone", async () => {
  const name = `chat/${crypto.randomUUID()}`;
  const response = await env.COVARA_CHANNELS.getByName(name).fetch("https://channel/", {
    headers: { Upgrade: "websocket", "Covara-User": "ghost" },
  });
  response.webSocket?.accept();
  expect(await present(name)).toEqual({ items: [{ userId: "ghost", connections: 1 }], total: 1 });
  const { runInDurableObject } = await import("cloudflare:test");
  await runInDurableObject(env.COVARA_CHANNELS.getByName(name), (_, state) => {
    for (const socket of state.getWebSockets()) {
      socket.serializeAttachment({ userId: "ghost", since: Date.now() - 46_000 });
    }
  });
  expect(await present(name)).toEqual({ items: [], total: 0 });
});

test("channels without presence tell nobody of anybody", async () => {
  const path = "team-room/quiet/talk";
  const ann = await listen(path, "ann@quiet");
  await ann.nextOf("connected");
  await connect(path, "ben@quiet");
  await publish(path, "ann@quiet", { text: "Hi" });
  expect((await ann.next())?.event).toBe("message");
  expect((await call(`${path}/presence`, "ann@quiet")).status).toBe(404);
});
