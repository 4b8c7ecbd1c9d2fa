/** What takes its time: these tests wait for real, side by side. */
import { afterAll, describe, expect, test } from "vitest";
import { leaveAll, listen } from "./listen.ts";
import { revoked } from "./project/src/auth.ts";
import { closeAll, connect } from "./socket.ts";

afterAll(async () => {
  closeAll();
  await leaveAll();
});

const room = (): string => `chat/${crypto.randomUUID()}`;

// A busy machine may take much longer than the times that are waited for.
describe.concurrent("as time goes by", { timeout: 300_000 }, () => {
  test("a socket of somebody who is signed out ends", async () => {
    const socket = await connect(room(), "zoe");
    await socket.nextOf("connected");
    revoked.add("zoe");
    expect((await socket.end()).code).toBe(1008);
  });

  test("a stream of somebody who is signed out ends", async () => {
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
    const chat = room();
    const [watch, gone] = [await connect(chat, "ann"), await connect(chat, "ben")];
    await gone.nextOf("connected");
    gone.sleep();
    expect((await watch.nextOf("leave")).data).toEqual({ userId: "ben" });
    expect((await gone.end()).code).toBe(1001);
  });

  test("a stream that nobody reads any more is left", async () => {
    const chat = room();
    const [watch, gone] = [await connect(chat, "ann"), await listen(chat, "ben")];
    await gone.nextOf("connected");
    await gone.leave();
    expect((await watch.nextOf("leave")).data).toEqual({ userId: "ben" });
  });
});
