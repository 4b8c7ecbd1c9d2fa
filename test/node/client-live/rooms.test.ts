import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { attending, publishing } from "../../../runtime/client/channel.ts";
import { listening } from "../../../runtime/client/live/channel.ts";
import type {
  ChannelLiveOptions,
  ChannelStore,
  PresenceSnapshot,
} from "../../../runtime/client/live/channel-types.ts";
import type { Send } from "../../../runtime/client/transport.ts";
import { randomOf } from "./network.ts";
import { type Message, RoomWorld } from "./rooms.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Room extends ChannelStore<PresenceSnapshot<Message>> {
  publish(message: object): Promise<Message>;
}

const path = "/api/channels/chat/:room";

const open = (send: Send, options?: ChannelLiveOptions): Room =>
  listening(send, path, { ...publishing(send, path), ...attending(send, path) }).live({ room: "a" }, options);

const runs = Number(process.env.RUNS ?? 60);
const firstSeed = Number(process.env.SEED ?? 1);

interface Case {
  readonly history: number;
  readonly limit: number;
  readonly kept: number;
}

/** Lets a room and its server live for a while, and looks at every state of the room. @returns how many there were. */
async function live(seed: number, { history, limit, kept }: Case): Promise<number> {
  const random = randomOf(seed);
  vi.spyOn(Math, "random").mockImplementation(random);
  const world = new RoomWorld(random, kept);
  const room = open(world.send, { history, limit });
  let last = room.getSnapshot();
  let states = 0;
  const look = (): void => {
    const snapshot = room.getSnapshot();
    if (snapshot === last) return;
    const { messages, users } = snapshot;
    states += 1;
    if (messages !== last.messages) {
      const [first] = messages;
      const numbers = messages.map(({ seq }) => seq);
      expect(numbers, "in order, each once, without a hole").toEqual(
        numbers.map((_, index) => (first?.seq ?? 0) + index),
      );
      const start = first === undefined ? 0 : world.all.findIndex(({ text }) => text === first.text);
      expect(messages, "as they were published, and of one log").toEqual(
        world.all.slice(start, start + messages.length),
      );
      expect(messages.length).toBeLessThanOrEqual(limit);
      const isNew = first !== undefined && !last.messages.includes(first);
      if (isNew && first.seq > 1) {
        expect(messages.length, "a whole beginning").toBeGreaterThanOrEqual(Math.min(history, limit, kept));
      }
    }
    expect(users, "in order").toEqual([...new Set(users)].sort());
    last = snapshot;
  };
  const settle = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 5) {
      await vi.advanceTimersByTimeAsync(5);
      look();
    }
  };

  let listening: (() => void) | null = room.subscribe(look);
  const ignore = (): void => undefined;
  const others = ["ann", "ben", "cy", "zoe"];
  const someone = (): string => others[world.below(others.length)] ?? "";
  const actions: (() => void)[] = [
    () => void world.publish(),
    () => void world.publish(),
    () => {
      for (let count = world.below(kept * 2); count > 0; count--) world.publish();
    },
    () => void room.publish({ text: "mine" }).catch(ignore),
    () => world.move(someone()),
    () => world.move(someone()),
    () => world.move(someone()),
    () => world.restart(),
    () => world.overflow(),
    () => world.lose(someone()),
    () => room.refetch(),
    () => {
      listening?.();
      listening = listening === null ? room.subscribe(look) : null;
    },
  ];
  for (let step = 0; step < 80; step++) {
    const index = world.below(actions.length);
    // Half of the rooms never begin anew without need: what they lose is lost. Restarts are rare.
    if ((index < 10 || seed % 2 === 0) && (index !== 7 || world.chance(0.3))) actions[index]?.();
    look();
    if (world.chance(0.6)) await settle(world.below(40));
  }

  world.isRough = false;
  // A piece of a stream that was lost is missed once another one comes.
  world.publish();
  listening ??= room.subscribe(look);
  await settle(200);
  for (let waited = 0; waited < 60_000 && room.getSnapshot().status !== "live"; waited += 1_000)
    await settle(1_000);
  await settle(200);
  const { messages, users, status, error } = room.getSnapshot();
  expect({ status, error }).toEqual({ status: "live", error: null });
  expect(users).toEqual(world.users);
  expect(messages, "the newest").toEqual(messages.length === 0 ? [] : world.all.slice(-messages.length));
  expect(messages.length).toBeGreaterThanOrEqual(Math.min(world.messages.length, history, limit));
  expect(messages.length === 0 || messages.at(-1)?.seq === world.messages.at(-1)?.seq).toBe(true);
  room.close();
  expect(room.getSnapshot().status).toBe("closed");
  return states;
}

const cases: Case[] = [
  { history: 5, limit: 1_000, kept: 20 },
  { history: 50, limit: 8, kept: 10 },
  { history: 0, limit: 1_000, kept: 3 },
];

describe("a live room over a rough network ends as the server is, and never shows a hole", () => {
  test.each(cases)("history $history, limit $limit, $kept kept", async (options) => {
    let states = 0;
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      try {
        states += await live(seed, options);
      } catch (error) {
        throw new Error(`With SEED=${seed} RUNS=1: ${(error as Error).message}`, { cause: error });
      }
    }
    expect(states).toBeGreaterThan(runs * 10);
  });
});

describe("a live room", () => {
  const quiet = (kept = 20): RoomWorld => {
    const world = new RoomWorld(() => 0.5, kept);
    world.isRough = false;
    return world;
  };
  const pass = (milliseconds = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
  const texts = (room: Room): string[] => room.getSnapshot().messages.map(({ text }) => text);

  test("calls its listeners at most once in a frame, and gives the same object until something changes", async () => {
    const world = quiet();
    const room = open(world.send);
    const calls = vi.fn();
    room.subscribe(calls);
    await pass();
    const { messages, users, status } = room.getSnapshot();
    expect({ messages, users, status }).toEqual({ messages: [], users: ["me"], status: "live" });
    calls.mockClear();
    for (let count = 0; count < 10; count++) world.publish();
    await pass(15);
    expect(calls.mock.calls.length).toBeLessThanOrEqual(1);
    await pass();
    expect(room.getSnapshot().messages).toHaveLength(10);
    expect(room.getSnapshot().users).toBe(users);
    calls.mockClear();
    const before = room.getSnapshot();
    // Asked anew, and nothing is different.
    world.lose("nobody");
    await pass();
    expect(room.getSnapshot()).toMatchObject({ status: "live" });
    expect(room.getSnapshot().messages).toBe(before.messages);
    expect(room.getSnapshot().users).toBe(before.users);
    room.close();
  });

  test("closes its stream some time after its last listener, and begins anew with the next", async () => {
    const world = quiet();
    const room = open(world.send, { history: 2 });
    const leave = room.subscribe(() => undefined);
    await pass();
    for (let count = 0; count < 3; count++) world.publish();
    await pass();
    leave();
    await pass(4_900);
    expect(world.users).toEqual(["me"]);
    await pass(200);
    expect(world.users).toEqual([]);
    expect(room.getSnapshot().status).toBe("connecting");
    for (let count = 0; count < 3; count++) world.publish();
    expect(texts(room)).toHaveLength(3);
    room.subscribe(() => undefined);
    await pass();
    expect(texts(room)).toEqual(["0:5", "0:6"]);
    room.close();
  });

  test("shows what it has until all of a new beginning is there", async () => {
    const world = quiet();
    const room = open(world.send, { history: 3 });
    for (let count = 0; count < 3; count++) world.publish();
    const shown: string[] = [];
    room.subscribe(() => shown.push(`${room.getSnapshot().status} ${texts(room).join()}`));
    await pass();
    world.overflow();
    await pass(5_000);
    expect(shown.at(-1)).toBe("live 0:2,0:3,0:4");
    expect(new Set(shown.map((state) => state.replace(/^\w+ /, "")))).toEqual(
      new Set(["", "0:1,0:2,0:3", "0:2,0:3,0:4"]),
    );
    room.close();
  });

  test("takes a room that lost everything for another one, also where its numbers fit", async () => {
    const world = quiet();
    const room = open(world.send, { history: 3 });
    room.subscribe(() => undefined);
    world.publish();
    await pass();
    expect(texts(room)).toEqual(["0:1"]);
    world.restart();
    await pass();
    await pass(5_000);
    expect(room.getSnapshot()).toMatchObject({ messages: [], status: "live" });
    world.publish();
    await pass();
    expect(texts(room)).toEqual(["1:2"]);
    room.close();
  });

  test("says why it does not know who listens, and asks again", async () => {
    const world = quiet();
    let isBroken = true;
    const broken = new Error("no answer");
    const send: Send = Object.assign(
      async <Answer>(request: Parameters<Send>[0]): Promise<Answer> => {
        if (isBroken) throw broken;
        return world.send<Answer>(request);
      },
      { url: world.send.url, open: world.send.open },
    );
    const room = open(send);
    room.subscribe(() => undefined);
    world.publish();
    await pass();
    expect(room.getSnapshot()).toMatchObject({ status: "loading", error: broken, messages: [{ seq: 1 }] });
    isBroken = false;
    await pass(5_000);
    expect(room.getSnapshot()).toMatchObject({ status: "live", error: null, users: ["me"] });
    room.close();
    isBroken = true;
    await pass(60_000);
    expect(room.getSnapshot()).toMatchObject({ status: "closed", error: null });
    expect(vi.getTimerCount()).toBe(0);
  });
});
