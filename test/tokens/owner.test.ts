/** Fields that hold the id of a user who is no row (contract 4.3): set by the server, and what `owner` compares. */
import { env, exports } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claims, keyPair, type Pair, publish, sign } from "./sign.ts";

let pair: Pair;
let ann: string;
let bob: string;
beforeAll(async () => {
  pair = await keyPair("ES256", "ec-1");
  await publish([pair.jwk]);
  ann = await sign(pair, claims({ sub: "ann|1" }));
  bob = await sign(pair, claims({ sub: "bob'); --" }));
});

beforeEach(async () => {
  await env.DB.batch(["pages", "journals"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

async function call(token: string | null, method: string, path: string, json?: unknown) {
  const response = await exports.default.fetch(`https://covara.test/api${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

const stored = async () => (await env.DB.prepare("SELECT * FROM journals ORDER BY text").all()).results;
const id = "01890000-0000-7000-8000-000000000001";

describe("contract 4.3: a text field that is declared owner()", () => {
  test("is the caller's id, whatever that looks like, on every way to create a row", async () => {
    const one = await call(bob, "POST", "/journals", { text: "a" });
    expect([one.status, one.json.ownerId]).toEqual([201, "bob'); --"]);
    expect(one.text).not.toContain("keeper");
    await call(bob, "POST", "/journals/batch", { items: [{ text: "b" }] });
    await call(bob, "POST", "/journals/batch/upsert", { items: [{ id, text: "c" }] });
    const nested = await call(bob, "POST", "/journals", { text: "d", pages: [{}] });
    expect(nested.json.pages).toMatchObject([{ author: "bob'); --" }]);
    for (const row of await stored()) {
      expect([row.owner_id, row.keeper]).toEqual(["bob'); --", "bob'); --"]);
    }
    expect((await stored()).length).toBe(4);
  });

  test("is taken from no request", async () => {
    await call(ann, "POST", "/journals/batch/upsert", { items: [{ id, text: "mine" }] });
    const before = await stored();
    for (const field of ["ownerId", "keeper"]) {
      for (const value of ["ann|1", "bob'); --", null]) {
        const body = { text: "x", [field]: value };
        for (const [method, path, json] of [
          ["POST", "/journals", body],
          ["POST", "/journals/batch", { items: [body] }],
          ["POST", "/journals/batch/upsert", { items: [{ id, ...body }] }],
          ["PATCH", `/journals/${id}`, { [field]: value }],
          ["PUT", `/journals/${id}`, body],
          ["PATCH", "/journals/batch?filter=*", { [field]: value }],
          ["POST", "/journals", { text: "x", pages: [{ author: value }] }],
        ] as const) {
          const answer = await call(ann, method, path, json);
          expect([method, path, answer.status]).toEqual([method, path, 400]);
          expect(answer.text).toContain("unknown_field");
        }
      }
    }
    expect(await stored()).toEqual(before);
  });

  test("is what owner() compares with the caller", async () => {
    await call(ann, "POST", "/journals/batch/upsert", { items: [{ id, text: "mine" }] });
    expect((await call(ann, "GET", `/journals/${id}`)).status).toBe(200);
    expect((await call(bob, "GET", `/journals/${id}`)).status).toBe(404);
    expect((await call(null, "GET", `/journals/${id}`)).status).toBe(401);
    expect((await call(bob, "PATCH", `/journals/${id}`, { text: "x" })).status).toBe(404);
    expect((await call(bob, "GET", "/journals/count")).json).toEqual({ count: 0 });
    expect((await call(ann, "GET", '/journals/count?filter=ownerId=="ann|1"')).json).toEqual({ count: 1 });
    expect((await call(ann, "GET", '/journals/count?filter=keeper=="ann|1"')).status).toBe(400);
    expect((await call(ann, "PATCH", `/journals/${id}`, { text: "y" })).json).toMatchObject({
      ownerId: "ann|1",
    });
    expect((await call(bob, "POST", "/journals/batch/upsert", { items: [{ id, text: "z" }] })).status).toBe(
      409,
    );
  });

  test("needs somebody who is signed in", async () => {
    expect((await call(null, "POST", "/journals", { text: "x" })).status).toBe(401);
    expect((await call(null, "POST", "/journals", { text: "x", pages: [{}] })).status).toBe(401);
    expect(await stored()).toEqual([]);
  });

  test("can be one row's for each user", async () => {
    const made = (await call(ann, "POST", "/journals", { text: "a" })).json.id;
    const page = (token: string) => call(token, "POST", "/pages", { journalId: made });
    expect([(await page(ann)).status, (await page(ann)).status]).toEqual([201, 409]);
  });
});
