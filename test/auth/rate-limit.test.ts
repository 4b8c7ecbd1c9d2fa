/** Contract 4.6: rate limits, counted across all instances, for each user or network address. */
import { describe, expect, test } from "vitest";
import { call, org, signIn, user } from "./call.ts";

const from = (address: string) => ({ "CF-Connecting-IP": address });
const limits = (headers: Headers) =>
  ["RateLimit-Limit", "RateLimit-Remaining", "Retry-After"].map((name) => headers.get(name));

describe("contract 4.6: rate limits", () => {
  test("tell how many requests are left, and when there are more", async () => {
    const headers = from("192.0.2.1");
    const first = await call("/pings", { headers });
    expect([first.status, ...limits(first.headers)]).toEqual([200, "20", "19", null]);
    expect(Number(first.headers.get("RateLimit-Reset"))).toBeGreaterThan(0);
    for (let n = 0; n < 19; n++) expect((await call("/pings/count", { headers })).status).toBe(200);
    const over = await call("/pings", { headers });
    expect([over.status, over.json.code, ...limits(over.headers).slice(0, 2)]).toEqual([
      429,
      "RATE_LIMIT_EXCEEDED",
      "20",
      "0",
    ]);
    // Twenty an hour is one in three minutes.
    const wait = Number(over.headers.get("Retry-After"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(180);
  });

  test("200 racing requests are counted exactly", async () => {
    const headers = from("192.0.2.2");
    const answers = await Promise.all(Array.from({ length: 200 }, () => call("/pings", { headers })));
    expect(answers.filter(({ status }) => status === 200).length).toBe(20);
    expect(answers.filter(({ status }) => status === 429).length).toBe(180);
  });

  test("count each user by itself, wherever it calls from, and those who are nobody by address", async () => {
    const [ann, bob] = [await signIn(await user({ orgId: await org() })), await signIn(await user())];
    const create = (as: string | null, address: string) =>
      call("/pings", {
        as,
        json: { text: "x" },
        headers: { ...from(address), "Sec-Fetch-Site": "same-origin" },
      });
    for (let n = 0; n < 10; n++) expect((await create(ann, `192.0.2.${10 + n}`)).status).toBe(201);
    expect((await create(ann, "192.0.2.50")).status).toBe(429);
    expect((await create(bob, "192.0.2.50")).status).toBe(201);
    expect((await create(null, "192.0.2.50")).status).toBe(201);
  });

  test("take no header for an address that a client could forge", async () => {
    const forged = (n: number) => ({
      ...from("192.0.2.60"),
      "X-Forwarded-For": `198.51.100.${n}`,
      "X-Real-IP": `198.51.100.${n}`,
      Forwarded: `for=198.51.100.${n}`,
      "True-Client-IP": `198.51.100.${n}`,
    });
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, n) => call("/pings", { headers: forged(n) })),
    );
    expect(answers.filter(({ status }) => status === 429).length).toBe(5);
  });

  test("count one network of IPv6 as one caller", async () => {
    const address = (n: number) => from(`2001:db8:0:7::${n.toString(16)}`);
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, n) => call("/pings", { headers: address(n + 1) })),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(20);
    const spelt = await call("/pings", { headers: from("2001:0DB8:0000:0007:ffff:1:2:3") });
    expect(spelt.status).toBe(429);
    expect((await call("/pings", { headers: from("2001:db8:0:8::1") })).status).toBe(200);
  });

  test("leave other operations and other resources alone", async () => {
    const headers = from("192.0.2.70");
    for (let n = 0; n < 21; n++) await call("/pings", { headers });
    expect((await call("/pings", { headers, json: { text: "x" } })).status).toBe(201);
    const remove = await call("/pings/batch?filter=*", { headers, method: "DELETE" });
    expect([remove.status, ...limits(remove.headers)]).toEqual([401, null, null, null]);
    expect((await call("/posts", { headers })).headers.get("RateLimit-Limit")).toBeNull();
  });

  test("count requests that are refused, and tell about them, too", async () => {
    const headers = from("192.0.2.80");
    const wrong = await call("/pings?nope=1", { headers });
    expect([wrong.status, ...limits(wrong.headers)]).toEqual([400, "20", "19", null]);
  });

  test("may let some come at once and the rest evenly", async () => {
    const headers = from("192.0.2.90");
    const answers = await Promise.all(Array.from({ length: 10 }, () => call("/alarms", { headers })));
    const allowed = answers.filter(({ status }) => status === 200).length;
    // One more a second flows in.
    expect(allowed).toBeGreaterThanOrEqual(3);
    expect(allowed).toBeLessThan(10);
    expect(answers[0]?.headers.get("RateLimit-Limit")).toBe("3");
  });

  test("share one limit among all operations where none is named", async () => {
    const headers = from("192.0.2.100");
    const create = await call("/alarms", { headers, json: { text: "x" } });
    const read = await call("/alarms", { headers });
    expect([create, read].map(({ headers: own }) => own.get("RateLimit-Remaining"))).toEqual(["2", "1"]);
  });
});
