/** Several ways to identify requests (contract 4.5): the first whose credentials a request carries decides. */
import { env, exports } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";

type Headers = Record<string, string>;

async function call(path: string, headers: Headers = {}, method = "GET", body?: string) {
  const response = await exports.default.fetch(`https://covara.test/api${path}`, {
    method,
    headers: { "Sec-Fetch-Site": "same-origin", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
}

async function user(): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare("INSERT INTO users (id, role) VALUES (?, 'member')").bind(id).run();
  return id;
}

async function cookie(id: string): Promise<Headers> {
  const { headers } = await call("/sign-in", {}, "POST", id);
  return { Cookie: headers.get("Set-Cookie")?.split(";")[0] ?? "" };
}

const token = async (id: string, audience = "api"): Promise<Headers> => ({
  Authorization: `Bearer ${await new SignJWT({ sub: id })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("https://login.example.com")
    .setAudience(audience)
    .setExpirationTime("5m")
    .sign(new TextEncoder().encode(env.JWT_SECRET))}`,
});

const key = async (id: string): Promise<string> => `${(await call("/keys", {}, "POST", id)).json.key}`;

const me = async (headers: Headers) => (await call("/me", headers)).json.user;

let [ann, bob, eve] = ["", "", ""];
/** Good credentials of each, one way a person. */
let byCookie: Headers;
let byToken: Headers;
let byKey: Headers;
beforeAll(async () => {
  [ann, bob, eve] = [await user(), await user(), await user()];
  byCookie = await cookie(ann);
  byToken = await token(bob);
  byKey = { "X-API-Key": await key(eve) };
});

test("each way identifies its user", async () => {
  expect([await me(byCookie), await me(byToken), await me(byKey)]).toEqual([ann, bob, eve]);
  expect(await me({ Authorization: `Bearer ${byKey["X-API-Key"]}` })).toBe(eve);
  expect(await me({ "X-Support": "desk" })).toBe("desk");
  expect(await me({})).toBeNull();
});

test("of good credentials of several kinds the first in the config count", async () => {
  expect(await me({ ...byCookie, ...byToken, ...byKey, "X-Support": "desk" })).toBe(ann);
  expect(await me({ ...byToken, ...byKey, "X-Support": "desk" })).toBe(bob);
  expect(await me({ ...byKey, "X-Support": "desk" })).toBe(eve);
});

describe("bad credentials of one kind", () => {
  const bad: readonly [string, () => Headers | Promise<Headers>][] = [
    ["a cookie", () => ({ Cookie: `__Host-session=0.${"A".repeat(43)}` })],
    ["an empty cookie", () => ({ Cookie: "__Host-session=" })],
    ["a token for others", () => token(bob, "other")],
    ["a broken token", () => ({ Authorization: "Bearer a.b.c" })],
    ["a token of a user who is not there", () => token(uuidv7())],
    ["a key", () => ({ "X-API-Key": "acme_x" })],
    ["a key as a token", () => ({ Authorization: "Bearer acme_x" })],
  ];

  test.each(bad)("are not made up for by those of a later one: %s", async (_, make) => {
    const headers = await make();
    expect(await me({ ...headers, "X-Support": "desk" })).toBeNull();
    if (headers.Cookie !== undefined) expect(await me({ ...headers, ...byToken })).toBeNull();
    if (headers["X-API-Key"] === undefined)
      expect(await me({ ...byKey, ...headers })).toBe(headers.Authorization === "Bearer acme_x" ? eve : null);
  });

  test.each(bad)("are 401 where somebody is needed, and nobody elsewhere: %s", async (_, make) => {
    const headers = await make();
    expect((await call("/users", headers)).status).toBe(401);
    expect((await call("/posts", headers)).status).toBe(200);
  });
});

test("what nobody takes for credentials is tried with the next way", async () => {
  for (const value of ["Bearer opaque", "Basic YTpi", "Bearer other_key"]) {
    expect(await me({ Authorization: value, "X-Support": "desk" })).toBe("desk");
  }
});

test("a module that refuses is the answer", async () => {
  expect((await call("/posts", { "X-Support": "locked" })).status).toBe(403);
  expect((await call("/posts", { ...byCookie, "X-Support": "locked" })).status).toBe(200);
});

test("sessions of one way end without touching the others", async () => {
  const own = await cookie(bob);
  expect((await call("/sign-out", own, "POST")).json).toBe(true);
  expect([await me(own), await me(byToken)]).toEqual([null, bob]);
});

test("pages of other origins are held off whatever the credentials", async () => {
  for (const headers of [byCookie, byToken, byKey]) {
    const answer = await call("/sign-out", { ...headers, "Sec-Fetch-Site": "cross-site" }, "POST");
    expect(answer.status).toBe(403);
  }
});

test("the document has a scheme for each way", async () => {
  const response = await exports.default.fetch("https://covara.test/openapi.json");
  const { components } = (await response.json()) as {
    components: { securitySchemes: Record<string, object> };
  };
  expect(Object.keys(components.securitySchemes).sort()).toEqual(["apiKey", "identity", "session", "token"]);
});
