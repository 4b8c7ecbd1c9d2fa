/** Tickets for streams (contract 5.7). */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { app } from "#tickets/app";
import { Agreement } from "../openapi/agreement.ts";
import { describedRoutes, servedRoutes } from "../openapi/routes.ts";
import { hurry } from "../workers/live/hurry.ts";
import {
  byCookie,
  byKey,
  byToken,
  type Credentials,
  closeAll,
  send,
  statusOf,
  textUntil,
  ticketOf,
  user,
} from "./caller.ts";

let ann = "";
let cookie: Credentials = {};
let token: Credentials = {};
let key: Credentials = {};

beforeAll(async () => {
  ann = await user();
  [cookie, token, key] = [await byCookie(ann), await byToken(ann), await byKey(ann, "read", "write")];
  await env.DB.prepare("INSERT INTO posts (id, text, owner_id) VALUES (?, 'Hello', ?)")
    .bind(crypto.randomUUID(), ann)
    .run();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  closeAll();
});

const stream = (ticket: string): string => `/posts/subscribe?snapshot=true&ticket=${ticket}`;

/** Everything that the objects hold of tickets, as text. */
async function stored(): Promise<string> {
  const shards = [0, 1, 2, 3].map((shard) => env.COVARA_KV.getByName(`liveTickets/4/${shard}`));
  const contents = shards.map((object) =>
    runInDurableObject(object, (_, { storage: { sql } }) => {
      const tables = [
        ...sql.exec("SELECT name FROM sqlite_master WHERE name LIKE 'kv_%' AND type = 'table'"),
      ];
      return tables.flatMap(({ name }) => [...sql.exec(`SELECT * FROM "${name}"`)]);
    }),
  );
  return JSON.stringify(await Promise.all(contents));
}

describe("a ticket", () => {
  const kinds: readonly [string, () => Credentials][] = [
    ["a cookie", () => cookie],
    ["a token", () => token],
    ["a key", () => key],
  ];
  test.each(kinds)("stands for %s, once", async (_, credentials) => {
    const response = await send("/live/ticket", credentials(), { method: "POST" });
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    const { ticket, expiresAt } = (await response.json()) as Record<string, string>;
    const left = Date.parse(expiresAt ?? "") - Date.now();
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);

    const events = await textUntil(await send(stream(ticket ?? "")), "synced");
    expect(events).toContain('"text":"Hello"');
    const again = await send(stream(ticket ?? ""));
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([401, "UNAUTHORIZED"]);
  });

  test("opens streams of aggregates, rooms and WebSockets, too", async () => {
    const groups = await send(`/posts/aggregate/subscribe?count=true&ticket=${await ticketOf(token)}`);
    expect(await textUntil(groups, "aggregate")).toContain('"count":1');
    expect(await statusOf(`/channels/chat/a?ticket=${await ticketOf(token)}`)).toBe(200);
    const socket = await send(`/channels/chat/a/ws?ticket=${await ticketOf(token)}`, {
      Upgrade: "websocket",
    });
    expect(socket.status).toBe(101);
    socket.webSocket?.accept();
    socket.webSocket?.close();
  });

  test("counts, whatever else the request carries", async () => {
    const ben = await byCookie(await user());
    const events = await textUntil(await send(stream(await ticketOf(token)), ben), "synced");
    expect(events).toContain('"text":"Hello"');
  });

  test("is good for a minute", async () => {
    const [early, late] = [await ticketOf(cookie), await ticketOf(cookie)];
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: now + 55_000 });
    expect(await statusOf(stream(early))).toBe(200);
    vi.setSystemTime(now + 61_000);
    expect(await statusOf(stream(late))).toBe(401);
  });

  test("that several use at once is good for exactly one of them", async () => {
    const ticket = await ticketOf(key);
    const all = await Promise.all(Array.from({ length: 8 }, () => statusOf(stream(ticket))));
    expect(all.sort()).toEqual([200, ...Array(7).fill(401)]);
  });

  test.each([
    ["is none", "x"],
    ["was never given", "A".repeat(43)],
    ["is empty", ""],
  ])("that %s opens nothing, not even what is open to anybody", async (_, ticket) => {
    expect(await statusOf(stream(ticket), cookie)).toBe(401);
    expect(await statusOf(`/notices/subscribe?ticket=${ticket}`)).toBe(401);
    expect(await statusOf("/notices/subscribe")).toBe(200);
  });

  test("is refused by all other routes, and stays good", async () => {
    const ticket = await ticketOf(token);
    for (const [method, path] of [
      ["GET", "/posts"],
      ["GET", `/posts/${crypto.randomUUID()}`],
      ["GET", "/posts/count"],
      ["POST", "/live/ticket"],
      ["GET", "/channels/chat/a/presence"],
    ] as const) {
      const response = await send(`${path}?ticket=${ticket}`, token, { method });
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([
        path,
        400,
        "UNKNOWN_PARAMETER",
      ]);
    }
    // It says nothing of who asks.
    expect(await (await send(`/me?ticket=${ticket}`)).json()).toEqual({ user: null });
    expect(await statusOf(stream(ticket))).toBe(200);
  });

  test("of a key lets it do no more than the key", async () => {
    const few = await byKey(ann, "notices:read");
    expect(await statusOf(`/notices/subscribe?ticket=${await ticketOf(few)}`)).toBe(200);
    expect(await statusOf(stream(await ticketOf(few)))).toBe(403);
    const reads = await byKey(ann, "read");
    const upgrade = { Upgrade: "websocket" };
    expect(await statusOf(`/channels/chat/a/ws?ticket=${await ticketOf(reads)}`, upgrade)).toBe(403);
  });

  test("is given to nobody but callers who are known, and for nothing else than asking", async () => {
    const ask = (headers: Credentials, init: RequestInit = {}) =>
      statusOf("/live/ticket", headers, { method: "POST", ...init });
    expect(await ask({})).toBe(401);
    expect(await ask({ Cookie: "__Host-session=0.x" })).toBe(401);
    expect(await ask(token, { body: "x" })).toBe(400);
    expect(await ask({ ...token, "If-Match": '"1"' })).toBe(400);
    expect(await ask({ ...token, "Idempotency-Key": "a" })).toBe(400);
    expect(await statusOf("/live/ticket", token)).toBe(405);
  });

  test("is given to no page of another origin", async () => {
    const ask = (headers: Credentials) =>
      statusOf("/live/ticket", { ...cookie, ...headers }, { method: "POST" });
    expect(await ask({ "Sec-Fetch-Site": "cross-site" })).toBe(403);
    expect(await ask({ "Sec-Fetch-Site": "same-site" })).toBe(403);
    expect(await ask({})).toBe(200);
  });
});

test("the store of tickets holds nothing to act as the caller with", async () => {
  const tickets = [await ticketOf(cookie), await ticketOf(token), await ticketOf(key)];
  const held = await stored();
  expect(held.match(/liveTickets/g)?.length ?? 0).toBeGreaterThanOrEqual(3);
  for (const secret of [...tickets, ...[cookie, token, key].flatMap((each) => Object.values(each))]) {
    expect(secret.length).toBeGreaterThan(40);
    expect(held).not.toContain(secret);
    expect(held).not.toContain(secret.split(".").at(-1));
  }
});

describe("a stream of a ticket ends", () => {
  test("when its session ends, and when its token does", async () => {
    const asked = hurry();
    const session = await byCookie(ann);
    const open = await send(stream(await ticketOf(session)));
    const short = await send(stream(await ticketOf(await byToken(ann, "30m"))));
    const long = await send(stream(await ticketOf(token)));
    expect([open.status, short.status, long.status]).toEqual([200, 200, 200]);
    const ended: string[] = [];
    const drain = async (name: string, { body }: Response) => {
      for await (const _ of body ?? []);
      ended.push(name);
    };
    void drain("long", long).catch(() => {});
    const both = [drain("session", open), drain("token", short)];
    await send("/sign-out", session, { method: "POST" });
    await both[0];
    expect(ended).toEqual(["session"]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 32 * 60_000 });
    await both[1];
    expect(ended).toEqual(["session", "token"]);
    expect(asked).toContain(25_000);
  });
});

test("the document describes tickets as they are", async () => {
  const document = (await (await send("/../openapi.json")).json()) as object;
  expect(
    servedRoutes(app.routes.filter(({ path }) => !/\/(?:me|sign-in|sign-out|keys)$/.test(path))),
  ).toEqual(describedRoutes(document));
  const agreement = new Agreement(document);
  const check = async (method: string, path: string, who: Credentials) => {
    const headers = new Headers({ "Sec-Fetch-Site": "same-origin", ...who });
    const response = await send(path, who, { method });
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    expect(
      agreement.check({ method, path: `/api${path}`, headers, body: undefined, answer }),
      `${method} ${path}`,
    ).toEqual([]);
    return answer.status;
  };
  expect(await check("POST", "/live/ticket", token)).toBe(200);
  expect(await check("POST", "/live/ticket", {})).toBe(401);
  expect(await check("POST", "/live/ticket", { ...cookie, "Sec-Fetch-Site": "cross-site" })).toBe(403);
  expect(await check("POST", "/live/ticket?x=1", token)).toBe(400);
  expect(await check("GET", "/notices/subscribe?ticket=x", {})).toBe(401);
  expect(await check("GET", "/notices/aggregate/subscribe?count=true&ticket=x", {})).toBe(401);
  expect(await check("GET", "/channels/chat/a?ticket=x", {})).toBe(401);
});
