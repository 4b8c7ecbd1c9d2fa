/** Scopes of keys (contract 4.5): what each lets a key do, for every route of an application, generated from its model. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { apiKeys, type KeyScope } from "#keys/auth";
import type { Asked } from "../matrix/requests.ts";
import { type Answer, ann, asked, dump, keyFor, model, reset, send } from "./application.ts";

beforeEach(reset);

const all = model.resources.flatMap(({ key }) => [`${key}:read`, `${key}:write`]) as KeyScope[];

/** What a request needs that a key with these scopes does not have. */
const missing = ({ scopes }: Asked, granted: readonly KeyScope[]): string[] =>
  scopes.filter(
    (scope) => ![scope, scope.replace(/^.*:/, "")].some((name) => granted.includes(name as KeyScope)),
  );

const place = ({ method, path, json }: Asked): string => `${method} ${path} ${JSON.stringify(json) ?? ""}`;

/** Sends what a key may not do, and expects 403 that names a missing scope, and no change. */
async function expectRefusals(granted: readonly [KeyScope, ...KeyScope[]]): Promise<number> {
  const key = await keyFor(...granted);
  const before = await dump();
  const refused = asked.filter((request) => missing(request, granted).length > 0);
  for (const request of refused) {
    const answer = await send(request, key);
    expect([place(request), answer.status]).toEqual([place(request), 403]);
    const { code, detail } = JSON.parse(answer.text) as { code: string; detail: string };
    expect(code).toBe("FORBIDDEN");
    expect(missing(request, granted).map((scope) => detail.includes(`\`${scope}\``))).toContain(true);
  }
  expect(await dump()).toEqual(before);
  return refused.length;
}

/** What an answer says, but for ids and times that the server makes. */
const said = ({ status, text }: Answer): unknown => [
  status,
  text.replaceAll(/"requestId":"[^"]*"|\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, ""),
];

describe("contract 4.5: every request", () => {
  test("passes with exactly the scopes that it needs, as with a key for everything", async () => {
    const whole = await keyFor("read", "write");
    const passed = new Set<string>();
    for (const request of asked) {
      const [first, ...others] = request.scopes as KeyScope[];
      if (first === undefined) throw new Error("a request needs no scope");
      const answer = await send(request, await keyFor(first, ...others));
      await reset();
      const expected = await send(request, whole);
      await reset();
      if (answer.status < 300) passed.add(request.route);
      const [shown] = request.scopes;
      const reads = request.method === "GET" || request.scopes.includes(`${shown?.split(":")[0]}:read`);
      if (request.showsWritten && !reads && expected.status < 300) {
        expect([place(request), answer.status, answer.text]).toEqual([place(request), 204, ""]);
        expect(answer.headers.get("ETag")).toBeNull();
      } else expect([place(request), said(answer)]).toEqual([place(request), said(expected)]);
    }
    const routes = [...new Set(asked.map(({ route }) => route))];
    expect(routes.filter((route) => !passed.has(route))).toEqual([]);
  });

  test("is refused without any one of the scopes that it needs, though the key has all others", async () => {
    for (const lacking of all) {
      const others = all.filter((scope) => scope !== lacking) as [KeyScope, ...KeyScope[]];
      expect(await expectRefusals(others)).toBe(
        asked.filter(({ scopes }) => scopes.includes(lacking)).length,
      );
    }
  });

  test.each([...all, "read", "write"] as KeyScope[])(
    "that needs more than %s is refused to a key with it alone",
    async (scope) => {
      expect(await expectRefusals([scope])).toBeGreaterThan(0);
    },
  );
});

const note = { method: "POST", path: "/api/notes", headers: {} };

describe("contract 4.5: scopes of resources", () => {
  test("do not open the application's own routes, nor what is no route", async () => {
    const [narrow, whole] = [
      await keyFor(all[0] as KeyScope, ...all.slice(1)),
      await keyFor("read", "write"),
    ];
    for (const path of ["/api/me", "/api/nothing", "/api/notes/x/y/z", "/api"]) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const answer = await send({ method, path, headers: {} }, narrow);
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect(answer.text).toContain(`the scope \`${method === "GET" ? "read" : "write"}\`.`);
        expect((await send({ method, path, headers: {} }, whole)).status).not.toBe(403);
      }
    }
  });

  test("are asked for however the path is written", async () => {
    const key = await keyFor("posts:read", "posts:write");
    for (const path of [
      "/api/%6Eotes",
      "/api//notes",
      "/api/notes/",
      "/api/posts/../notes",
      "/api/posts/%2e%2e/notes",
      "/api/./notes",
      "/api/notes?",
      "/api/notes#",
      "/API/notes",
      "/api/notes;x",
    ]) {
      const answer = await send({ method: "GET", path, headers: {} }, key);
      expect([path, answer.status === 403 || answer.status === 404]).toEqual([path, true]);
    }
  });

  test("HEAD takes what GET takes, and a WebSocket what a write takes", async () => {
    const [reader, writer] = [await keyFor("notes:read"), await keyFor("notes:write")];
    const status = async (key: string, method: string, more = {}) =>
      (await send({ method, path: "/api/notes", headers: {} }, key, more)).status;
    expect([await status(reader, "HEAD"), await status(writer, "HEAD")]).toEqual([200, 403]);
    expect(await status(reader, "GET", { Upgrade: "websocket" })).toBe(403);
  });

  test("a key that only writes is not shown by a replay what it is not shown at first", async () => {
    const [writer, both] = [await keyFor("notes:write"), await keyFor("notes:write", "notes:read")];
    const id = "01890000-0000-7000-8000-00000000000a";
    const again = { "Idempotency-Key": "scopes-of-keys" };
    const request = { ...note, json: { id, text: "secret plan" } };
    const first = await send(request, both, again);
    expect([first.status, first.text]).toEqual([201, expect.stringContaining("secret plan")]);
    const replay = await send(request, writer, again);
    expect([replay.status, replay.text, replay.headers.get("ETag")]).toEqual([204, "", null]);
    expect(replay.headers.get("Idempotency-Replayed")).toBe("true");
    const whole = await send(request, both, again);
    expect([whole.status, whole.text]).toEqual([201, first.text]);
    expect((await send(request, await keyFor("notes:read"), again)).status).toBe(403);
  });

  test("rows that are created along are shown to keys that may read them", async () => {
    const json = { text: "x", comments: [{ text: "y" }] };
    const send_ = async (...scopes: [KeyScope, ...KeyScope[]]) =>
      JSON.parse((await send({ ...note, json }, await keyFor(...scopes))).text) as { comments?: unknown };
    const scopes: [KeyScope, ...KeyScope[]] = ["notes:read", "notes:write", "comments:write"];
    expect((await send_(...scopes)).comments).toEqual([null]);
    expect((await send_(...scopes, "comments:read")).comments).toMatchObject([{ text: "y" }]);
  });

  test("of a resource that is gone grant nothing, and cannot be given", async () => {
    const { key, apiKey } = await apiKeys(env).create({ userId: ann, scopes: ["posts:read"] });
    const token = key.slice("acme_".length);
    const { kv } = await import("#keys/kv");
    await kv(env).authKeys.update(token, { scopes: "drafts:read posts:read * notes:* read:notes" });
    const list = async () => (await apiKeys(env).list(ann)).find(({ id }) => id === apiKey.id)?.scopes;
    expect(await list()).toEqual(["posts:read"]);
    await kv(env).authKeys.update(token, { scopes: "drafts:read drafts:write" });
    expect(await list()).toEqual([]);
    for (const request of asked) expect((await send(request, key)).status).toBe(403);
    for (const scope of [
      "drafts:read",
      "notes:*",
      "notes",
      "notes:",
      ":read",
      "notes:Read",
      "*:read",
      "notes:read ",
    ]) {
      const made = apiKeys(env).create({ userId: ann, scopes: [scope as KeyScope] });
      await expect(made).rejects.toThrow(`There is no scope ${JSON.stringify(scope)}`);
    }
    // @ts-expect-error a misspelt scope is told by the compiler
    await expect(apiKeys(env).create({ userId: ann, scopes: ["note:read"] })).rejects.toThrow(RangeError);
  });

  test("say nothing of requests without a key", async () => {
    expect((await send({ method: "GET", path: "/api/posts", headers: {} }, null)).status).toBe(200);
    expect((await send({ method: "GET", path: "/api/notes", headers: {} }, null)).status).toBe(401);
  });
});

test("contract 2: answers vary by the header of the key", async () => {
  const key = await keyFor("read");
  for (const [path, sent] of [
    ["/api/posts", key],
    ["/api/posts", null],
    ["/api/notes", null],
    ["/api/nothing", null],
  ] as const) {
    const { headers } = await send({ method: "GET", path, headers: {} }, sent);
    expect(headers.get("Vary")).toBe("Cookie, Authorization, X-API-Key");
  }
});

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

test("openapi.json names the scopes, and the refusal", async () => {
  const { text } = await send({ method: "GET", path: "/openapi.json", headers: {} }, null);
  const { paths } = JSON.parse(text) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  for (const { route, method, scopes } of asked) {
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const operation = operations.find(({ operationId }) => operationId === route);
    expect(operation?.responses["403"]).toBeDefined();
    const named = operation?.security?.find((way) => "apiKey" in way)?.apiKey ?? [];
    if (operation?.security?.length !== 0) expect(scopes).toEqual(expect.arrayContaining([...named]));
    if (operation?.security?.length !== 0) expect(named.length, `${method} ${route}`).toBeGreaterThan(0);
  }
});
