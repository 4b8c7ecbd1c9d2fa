/**
 * The access matrix of identities that are lost: every route of an application, generated from its model, by callers who were
 * somebody once. They are answered as nobody is, to the letter, and change nothing.
 */
import { env, exports } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { apiKeys } from "#callers/auth";
import { kv } from "#callers/kv";
import { hurry } from "../workers/live/hurry.ts";
import {
  type Answer,
  ann,
  answersOfNobody,
  asked,
  dump,
  type Headers,
  reset,
  send,
  signIn,
  token,
  told,
  zoe,
} from "./application.ts";

const DAY = 86_400_000;
const idempotent = { "Idempotency-Key": "lost-identity" };

let nobody: readonly Answer[];
let nobodyWithKey: readonly Answer[];
beforeAll(async () => {
  await reset();
  [nobody, nobodyWithKey] = [await answersOfNobody(), await answersOfNobody(idempotent)];
});

beforeEach(async () => {
  vi.useRealTimers();
  await reset();
  return () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  };
});

const later = (milliseconds: number): void => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
};

const removed = (id: string) =>
  env.DB.prepare("UPDATE users SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = ?").bind(id).run();
const erased = (id: string) => env.DB.prepare("DELETE FROM users WHERE id = ?").bind(id).run();

const key = async (id: string, expiresAt?: number): Promise<Headers> => {
  const more = expiresAt === undefined ? {} : { expiresAt };
  const made = await apiKeys(env).create({ userId: id, scopes: ["read", "write"], ...more });
  return { "X-API-Key": made.key };
};

const asBearer = (headers: Headers): Headers => ({ Authorization: `Bearer ${headers["X-API-Key"]}` });

/** Each gives credentials that were good, after what ended them. */
const lost: Readonly<Record<string, () => Promise<Headers>>> = {
  async "session revoked"() {
    const credentials = await signIn(ann);
    const [session] = await kv(env).authSessions.list(ann);
    await kv(env).authSessions.revokeById(ann, session?.id ?? "");
    return credentials;
  },
  async "all sessions revoked"() {
    const credentials = await signIn(ann);
    await kv(env).authSessions.revokeAll(ann);
    return credentials;
  },
  async "session not used for longer than idle"() {
    const credentials = await signIn(ann);
    later(7 * DAY + 1);
    return credentials;
  },
  async "session used all the time, but older than ttl"() {
    const credentials = await signIn(ann);
    for (let day = 5; day < 30; day += 5) {
      later(5 * DAY);
      expect((await send({ method: "GET", path: "/api/issues", headers: {} }, credentials)).status).toBe(200);
    }
    later(5 * DAY + 1);
    return credentials;
  },
  async "session of a user who is deleted, softly"() {
    const credentials = await signIn(ann);
    await removed(ann);
    return credentials;
  },
  async "session of a user who is erased"() {
    const credentials = await signIn(zoe);
    await erased(zoe);
    return credentials;
  },
  async "key revoked"() {
    const credentials = await key(ann);
    const [made] = await apiKeys(env).list(ann);
    await apiKeys(env).revoke(ann, made?.id ?? "");
    return credentials;
  },
  async "all keys revoked, sent as a bearer"() {
    const credentials = await key(ann);
    await apiKeys(env).revokeAll(ann);
    return asBearer(credentials);
  },
  async "key expired by its own end"() {
    const credentials = await key(ann, Date.now() + DAY);
    later(DAY + 1);
    return credentials;
  },
  async "key older than ttl"() {
    const credentials = await key(ann);
    later(90 * DAY + 1);
    return credentials;
  },
  async "key of a user who is deleted, softly"() {
    const credentials = await key(ann);
    await removed(ann);
    return credentials;
  },
  async "key of a user who is erased"() {
    const credentials = await key(zoe);
    await erased(zoe);
    return credentials;
  },
  "token expired": () => token(ann, { exp: Math.floor(Date.now() / 1000) - 120 }),
  "token not valid yet": () => token(ann, { nbf: Math.floor(Date.now() / 1000) + 120 }),
  "token for another audience": () => token(ann, { aud: "another" }),
  "token of another issuer": () => token(ann, { iss: "https://elsewhere.example.com" }),
  async "token of a user who is deleted, softly"() {
    const credentials = await token(ann);
    await removed(ann);
    return credentials;
  },
  async "token of a user who is erased"() {
    const credentials = await token(zoe);
    await erased(zoe);
    return credentials;
  },
};

const good: Readonly<Record<string, () => Promise<Headers>>> = {
  session: () => signIn(ann),
  key: () => key(ann),
  token: () => token(ann),
};

describe("contract 4.5: every route is open to its owner, so that losing the identity matters", () => {
  test.each(Object.entries(good))("by %s", async (_name, credentials) => {
    const headers = await credentials();
    const passed = new Set<string>();
    let closed = 0;
    for (const [index, request] of asked.entries()) {
      const answer = await send(request, headers);
      if (answer.status < 300) passed.add(request.route);
      if (answer.status !== nobody[index]?.status) closed += 1;
      await reset();
    }
    expect([...new Set(asked.map(({ route }) => route))].filter((route) => !passed.has(route))).toEqual([]);
    expect(closed).toBeGreaterThan(asked.length * 0.8);
  });
});

const streams = ["/api/issues/subscribe", "/api/issues/aggregate/subscribe?count=true"];
const asking = (path: string) => ({ method: "GET", path, headers: {} });

describe("contract 4.5: a lost identity is nobody's", () => {
  test.each(Object.entries(lost))("%s", async (_name, lose) => {
    const credentials = await lose();
    const before = await dump();
    for (const [index, request] of asked.entries()) {
      const place = `${request.method} ${request.path}`;
      expect([place, told(await send(request, credentials))]).toEqual([place, told(nobody[index] as Answer)]);
      if (request.method === "GET") continue;
      expect([place, told(await send(request, credentials, idempotent))]).toEqual([
        place,
        told(nobodyWithKey[index] as Answer),
      ]);
    }
    for (const path of streams) {
      const answer = await send(asking(path), credentials);
      expect([path, answer.status, told(answer)]).toEqual([path, 401, told(await send(asking(path), {}))]);
    }
    expect(await dump()).toEqual(before);
    const keys = await env.DB.prepare("SELECT count(*) AS n FROM _covara_idempotency").first("n");
    expect(keys).toBe(0);
  });
});

describe("contract 5.5: streams", () => {
  const ends: Readonly<Record<string, readonly [() => Promise<Headers>, () => unknown]>> = {
    "session revoked": [() => signIn(ann), () => kv(env).authSessions.revokeAll(ann)],
    "session too old": [() => signIn(ann), () => later(31 * DAY)],
    "key revoked": [() => key(ann), () => apiKeys(env).revokeAll(ann)],
    "key expired": [() => key(ann, Date.now() + DAY), () => later(DAY + 1)],
    "token expired": [() => token(ann), () => later(DAY)],
    "user of a session deleted, softly": [() => signIn(ann), () => removed(ann)],
    "user of a key deleted, softly": [() => key(ann), () => removed(ann)],
    "user of a token deleted, softly": [() => token(ann), () => removed(ann)],
    "user of a session erased": [() => signIn(zoe), () => erased(zoe)],
  };

  test.each(Object.entries(ends))("that are open end: %s", async (_name, [begin, lose]) => {
    hurry();
    const credentials = await begin();
    const open = await Promise.all(
      streams.map((path) => exports.default.fetch(`https://covara.test${path}`, { headers: credentials })),
    );
    expect(open.map(({ status }) => status)).toEqual([200, 200]);
    await lose();
    // They end, or this never does.
    for (const response of open) expect(await response.text()).toContain("event: connected");
  });

  test("are not for a key that may only write", async () => {
    const writer = { "X-API-Key": (await apiKeys(env).create({ userId: ann, scopes: ["write"] })).key };
    for (const path of streams) expect((await send(asking(path), writer)).status).toBe(403);
  });
});

describe("contract 4.5: a key that may only read", () => {
  test("reads what its user reads, and every write is 403 and changes nothing", async () => {
    const [whole, reader] = [
      await key(ann),
      { "X-API-Key": (await apiKeys(env).create({ userId: ann, scopes: ["read"] })).key },
    ];
    const before = await dump();
    for (const request of asked) {
      const place = `${request.method} ${request.path}`;
      const answer = await send(request, reader);
      if (request.method === "GET") {
        expect([place, told(answer)]).toEqual([place, told(await send(request, whole))]);
        continue;
      }
      expect([place, answer.status]).toEqual([place, 403]);
      const scope = request.route.split(".")[0];
      expect(answer.text).toContain(`This needs a key with the scope \`write\` or \`${scope}:write\`.`);
    }
    expect(await dump()).toEqual(before);
  });
});

describe("contract 4.5: requests that race with a revocation", () => {
  const racing: Readonly<Record<string, readonly [() => Promise<Headers>, () => Promise<unknown>]>> = {
    sessions: [() => signIn(ann), () => kv(env).authSessions.revokeAll(ann)],
    keys: [() => key(ann), () => apiKeys(env).revokeAll(ann)],
  };
  const create = asked.find(({ route }) => route === "issues.create");

  test.each(Object.entries(racing))(
    "of %s are refused if they begin after it",
    async (_name, [begin, revoke]) => {
      if (create === undefined) throw new Error("issues cannot be created");
      const credentials = await begin();
      expect((await send(create, credentials)).status).toBe(201);
      const early = Array.from({ length: 20 }, () => send(create, credentials));
      await revoke();
      const late = await Promise.all(Array.from({ length: 20 }, () => send(create, credentials)));
      expect(late.map(({ status }) => status)).toEqual(late.map(() => 401));
      const statuses = (await Promise.all(early)).map(({ status }) => status);
      for (const status of statuses) expect([201, 401]).toContain(status);
      const made = await env.DB.prepare("SELECT count(*) AS n FROM issues").first<number>("n");
      expect(made).toBe(3 + 1 + statuses.filter((status) => status === 201).length);
    },
  );
});
