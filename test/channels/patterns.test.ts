import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { channels } from "#channels/channels";
import type { TeamsChannelMessage, TeamsChannelParams } from "#channels/types";
import { publish } from "./listen.ts";

const { teams } = channels(env);

const name = (): string => crypto.randomUUID().slice(0, 8);

const object = (path: string) => env.COVARA_CHANNELS.getByName(path);

interface Heard {
  readonly params: TeamsChannelParams;
  readonly message: TeamsChannelMessage;
}

/** Listens by patterns, and waits until it is heard. */
async function collect(team: string, topic: string) {
  const stop = new AbortController();
  const heard: Heard[] = [];
  const gaps: { readonly params: TeamsChannelParams; readonly seq: number }[] = [];
  let isReady = false;
  const done = teams.subscribe(
    { team, topic },
    (message, { params }) => {
      if (params.topic === "probe") isReady = true;
      else heard.push({ params, message });
    },
    { signal: stop.signal, onGap: ({ params, seq }) => gaps.push({ params, seq }) },
  );
  // Whoever subscribes hears what is published once the subscription stands.
  const probe = { team: team.replaceAll(/[*?]/g, "p"), topic: "probe" };
  await vi.waitFor(
    async () => {
      await teams.publish(probe, { text: "probe" });
      expect(isReady).toBe(true);
    },
    { timeout: 30_000, interval: 100 },
  );
  return {
    heard,
    gaps,
    until: (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), { timeout: 30_000 }),
    async stop(): Promise<void> {
      stop.abort();
      await done;
    },
  };
}

/** The texts that were heard, by room. */
const byRoom = (heard: readonly Heard[]): Record<string, string[]> =>
  Object.fromEntries(
    [...Map.groupBy(heard, ({ params }) => `${params.team}/${params.topic}`)].map(([room, all]) => [
      room,
      all.map(({ message }) => message.text),
    ]),
  );

test("a pattern hears all rooms that match, old and new, each in order", async () => {
  const team = name();
  await teams.publish({ team: `${team}-old`, topic: "a" }, { text: "before" });
  await vi.waitFor(async () => {
    const { rooms } = await object("teams").rooms([`${team}-*`, "*"], "");
    expect(rooms).toMatchObject([{ room: `teams/${team}-old/a`, seq: 1 }]);
  });
  const listener = await collect(`${team}-*`, "*");
  const rooms = [`${team}-old`, `${team}-new`, `${team}-`].flatMap((one) => [
    { team: one, topic: "a" },
    { team: one, topic: "b/c" },
  ]);
  const texts = Array.from({ length: 8 }, (_, index) => `${index + 1}`);
  await Promise.all(
    rooms.map(async (room) => {
      for (const text of texts) await teams.publish(room, { text });
    }),
  );
  await teams.publish({ team: `${team}other`, topic: "a" }, { text: "elsewhere" });
  expect((await publish(`teams/${team}-new/a`, "ann", { text: "by a request" })).status).toBe(201);
  await listener.until(49);
  await listener.stop();
  expect(byRoom(listener.heard)).toEqual(
    Object.fromEntries(
      rooms.map((room) => {
        const key = `${room.team}/${room.topic}`;
        return [key, key === `${team}-new/a` ? [...texts, "by a request"] : texts];
      }),
    ),
  );
  expect(listener.gaps).toEqual([]);
});

test("one parameter may be a pattern and the other a name", async () => {
  const team = name();
  const listener = await collect(team, "*");
  await teams.publish({ team, topic: "a" }, { text: "1" });
  await teams.publish({ team: `${team}x`, topic: "a" }, { text: "elsewhere" });
  await teams.publish({ team, topic: "b" }, { text: "2" });
  await listener.until(2);
  expect(listener.heard.map(({ message }) => message.text).toSorted()).toEqual(["1", "2"]);
  await listener.stop();
});

test("without patterns it is one room, with its history", async () => {
  const room = { team: `${name()}*`, topic: "?" };
  for (const text of ["1", "2", "3"]) await teams.publish(room, { text });
  const stop = new AbortController();
  const heard: string[] = [];
  await teams.subscribe(
    { team: room.team.replace("*", "\\*"), topic: "\\?" },
    ({ text }, { params }) => {
      expect(params).toEqual(room);
      heard.push(text);
      if (heard.length === 2) stop.abort();
    },
    { signal: stop.signal, history: 2 },
  );
  expect(heard).toEqual(["2", "3"]);
  const both = teams.subscribe({ team: "*", topic: "*" }, () => {}, { signal: stop.signal, history: 2 });
  await expect(both).rejects.toThrow(TypeError);
});

test("nothing is missed while the switchboard, or a room, is gone", async () => {
  const team = name();
  const listener = await collect(`${team}-*`, "*");
  const rooms = ["a", "b", "c"].map((one) => ({ team: `${team}-${one}`, topic: "t" }));
  for (let number = 1; number <= 9; number++) {
    if (number % 3 === 0) await evictDurableObject(object("teams"), { webSockets: "close" });
    else if (number % 3 === 1) await evictDurableObject(object("teams"));
    for (const [index, room] of rooms.entries()) {
      if ((number + index) % 4 === 0) {
        await evictDurableObject(object(`teams/${room.team}/${room.topic}`), { webSockets: "close" });
      }
      await teams.publish(room, { text: `${number}` });
    }
  }
  await listener.until(27);
  await listener.stop();
  const texts = Array.from({ length: 9 }, (_, index) => `${index + 1}`);
  expect(byRoom(listener.heard)).toEqual(
    Object.fromEntries(rooms.map((room) => [`${room.team}/${room.topic}`, texts])),
  );
  expect(listener.gaps).toEqual([]);
});

test("a message that could not be handed on is handed on by the alarm", async () => {
  const team = name();
  const listener = await collect(`${team}-*`, "*");
  const path = `teams/${team}-a/t`;
  await teams.publish({ team: `${team}-a`, topic: "t" }, { text: "1" });
  await listener.until(1);
  // As if the object had died right after it stored a message.
  await runInDurableObject(object(path), async (_, state) => {
    state.storage.sql.exec(
      `INSERT INTO messages (seq, total, text) VALUES (2, 1000, '{"seq":2,"text":"2","at":"2026-11-21T00:00:00.000Z"}')`,
    );
    await state.storage.setAlarm(Date.now() + 60_000);
  });
  await evictDurableObject(object(path));
  expect(await runDurableObjectAlarm(object(path))).toBe(true);
  await listener.until(2);
  await listener.stop();
  expect(listener.heard.map(({ message }) => message.text)).toEqual(["1", "2"]);
});

test("what a room does not keep any more is told of", async () => {
  const team = name();
  const stop = new AbortController();
  const heard: number[] = [];
  const gaps: number[] = [];
  let [release, entered] = [(): void => {}, (): void => {}];
  const blocked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isHandling = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const room = { team: `${team}-a`, topic: "t" };
  const done = teams.subscribe(
    { team: `${team}-*`, topic: "*" },
    async ({ seq, text }) => {
      if (text === "probe") return;
      entered();
      await blocked;
      heard.push(seq);
      if (text.startsWith("last")) stop.abort();
    },
    { signal: stop.signal, onGap: ({ seq }) => gaps.push(seq) },
  );
  const isHeard = vi.waitFor(
    async () => {
      await teams.publish(room, { text: "first" });
      await Promise.race([
        isHandling,
        new Promise((_, reject) => setTimeout(() => reject(new Error("not yet")), 100)),
      ]);
    },
    { timeout: 30_000 },
  );
  await isHeard;
  // The handler is busy with the first one while more comes than may wait, and than the room keeps.
  for (let number = 1; number <= 40; number++) {
    await teams.publish(room, { text: `${number === 40 ? "last" : number} ${"x".repeat(20_000)}` });
  }
  release();
  await done;
  expect(gaps).toHaveLength(1);
  const after = heard.filter((seq) => seq > (gaps[0] ?? 0));
  expect(after).toHaveLength(10);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect(new Set(heard).size).toBe(heard.length);
});

test("what a handler throws ends its subscription", async () => {
  const team = name();
  const failing = teams.subscribe(
    { team: `${team}*`, topic: "*" },
    () => {
      throw new Error("cannot handle that");
    },
    { signal: new AbortController().signal },
  );
  const end = expect(failing).rejects.toThrow("cannot handle that");
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  await vi.waitFor(
    async () => {
      await teams.publish({ team, topic: "t" }, { text: "x" });
      expect(isOver).toBe(true);
    },
    { timeout: 30_000 },
  );
  await end;
});

test("rooms of channels without patterns hand nothing on", async () => {
  await channels(env).chat.publish({ room: "quiet" }, { text: "Hi", from: "a" });
  await runInDurableObject(object("chat/quiet"), async (_, state) => {
    expect(await state.storage.getAlarm()).toBeNull();
  });
});
