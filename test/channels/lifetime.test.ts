/** What ends connections as time goes by. */
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { hurry } from "../workers/live/hurry.ts";
import { leaveAll, listen, publish } from "./listen.ts";
import { revoked } from "./project/src/auth.ts";
import { closeAll, connect } from "./socket.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

afterAll(async () => {
  closeAll();
  await leaveAll();
});

const room = (): string => `chat/${crypto.randomUUID()}`;

// Slower than a busy machine answers what objects are asked between.
const factor = 20;

describe("as time goes by", () => {
  test("callers are asked for often enough", async () => {
    const ofSocket = hurry(factor);
    await (await connect(room(), "ann")).nextOf("connected");
    vi.restoreAllMocks();
    const ofStream = hurry(factor);
    await (await listen(room(), "ann")).nextOf("connected");
    for (const asked of [ofSocket, ofStream]) expect(asked.toSorted()).toEqual([15_000, 15_000, 25_000]);
  });

  test("a socket of somebody who is signed out ends", async () => {
    hurry(factor);
    const socket = await connect(room(), "zoe");
    await socket.nextOf("connected");
    revoked.add("zoe");
    expect((await socket.end()).code).toBe(1008);
  });

  test("a stream of somebody who is signed out ends", async () => {
    hurry(factor);
    const stream = await listen(room(), "yves");
    const stays = await listen(room(), "xia");
    await stream.nextOf("connected");
    revoked.add("yves");
    for (let event = await stream.next(); event !== null; event = await stream.next()) {
      expect(["join", "leave"]).toContain(event.event);
    }
    expect(await stays.next()).toMatchObject({ event: "connected" });
  });

  test("a client that says nothing any more has left, and is told so", async () => {
    hurry(factor);
    const chat = room();
    const watch = await listen(chat, "ann");
    await watch.nextOf("connected");
    const gone = await connect(chat, "ben");
    await gone.nextOf("connected");
    gone.sleep();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 38_000 });
    expect((await watch.nextOf("leave")).data).toEqual({ userId: "ben" });
    expect((await gone.end()).code).toBe(1001);
  });

  test("a client that answers stays", async () => {
    hurry(factor);
    const chat = room();
    const socket = await connect(chat, "ann");
    await socket.nextOf("connected");
    for (let rounds = 0; rounds < 2; rounds++) {
      await socket.pinged();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
    }
    await publish(chat, "ann", { text: "still here" });
    expect((await socket.nextOf("message")).data).toMatchObject({ text: "still here" });
  });

  test("a stream that nobody reads any more is left", async () => {
    hurry(factor);
    const chat = room();
    const [watch, gone] = [await connect(chat, "ann"), await listen(chat, "ben")];
    await gone.nextOf("connected");
    await gone.leave();
    expect((await watch.nextOf("leave")).data).toEqual({ userId: "ben" });
  });
});
