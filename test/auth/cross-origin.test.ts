/** Requests that a page of another origin makes a browser send (contract 4.5). */
import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { call, origin, signIn, user } from "./call.ts";

const friend = "https://app.example.com";
const cookie = { Cookie: "__Host-session=x" };

const unsafe = ["POST", "PUT", "PATCH", "DELETE"];

test.each([
  // No browser: scripts, servers, apps.
  ["neither header", {}, 200],
  ["neither header, with a cookie", { ...cookie }, 403],
  ["neither header, with a token", { Authorization: "Bearer x" }, 200],
  ["same-origin", { "Sec-Fetch-Site": "same-origin", ...cookie }, 200],
  ["none", { "Sec-Fetch-Site": "none", ...cookie }, 200],
  ["same-site", { "Sec-Fetch-Site": "same-site", ...cookie }, 403],
  ["cross-site", { "Sec-Fetch-Site": "cross-site", ...cookie }, 403],
  ["cross-site without cookies", { "Sec-Fetch-Site": "cross-site" }, 403],
  ["a value of the future", { "Sec-Fetch-Site": "near", ...cookie }, 403],
  ["an empty value", { "Sec-Fetch-Site": "", ...cookie }, 403],
  ["two values", { "Sec-Fetch-Site": "same-origin, cross-site", ...cookie }, 403],
  [
    "cross-site, though the origin is ours",
    { "Sec-Fetch-Site": "cross-site", Origin: origin, ...cookie },
    403,
  ],
  [
    "same-origin, whatever the origin",
    { "Sec-Fetch-Site": "same-origin", Origin: "https://x.test", ...cookie },
    200,
  ],
  ["our origin", { Origin: origin, ...cookie }, 200],
  ["another origin", { Origin: "https://evil.example", ...cookie }, 403],
  ["another origin without cookies", { Origin: "https://evil.example" }, 403],
  ["null", { Origin: "null", ...cookie }, 403],
  ["our host by http", { Origin: "http://covara.test", ...cookie }, 403],
  ["our host at another port", { Origin: "https://covara.test:8443", ...cookie }, 403],
  ["a subdomain", { Origin: "https://www.covara.test", ...cookie }, 403],
  ["a longer name", { Origin: "https://covara.test.evil.example", ...cookie }, 403],
  ["an origin that CORS allows", { "Sec-Fetch-Site": "cross-site", Origin: friend, ...cookie }, 200],
  ["one that it allows, of an old browser", { Origin: friend, ...cookie }, 200],
  ["one like it", { Origin: `${friend}.evil.example`, ...cookie }, 403],
])("an unsafe request: %s", async (_, headers, status) => {
  for (const method of unsafe) {
    const answer = await call("/method", { method, headers });
    expect([method, answer.status]).toEqual([method, status]);
    if (status === 403) expect(answer.json).toMatchObject({ code: "FORBIDDEN" });
  }
});

test("reading is let through: CORS keeps the answer from the page", async () => {
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    const answer = await call("/method", { method, headers: { "Sec-Fetch-Site": "cross-site", ...cookie } });
    expect([method, answer.status]).toEqual([method, 200]);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
  }
});

test.each([
  ["cross-site", { "Sec-Fetch-Site": "cross-site" }, 403],
  ["same-site", { "Sec-Fetch-Site": "same-site" }, 403],
  ["another origin", { Origin: "https://evil.example" }, 403],
  ["a cookie and neither header", cookie, 403],
  ["our page", { "Sec-Fetch-Site": "same-origin", Origin: origin }, 200],
  ["a page that CORS allows", { Origin: friend }, 200],
])("a WebSocket: %s", async (_, headers, status) => {
  for (const value of ["websocket", "WebSocket"]) {
    const answer = await call("/method", { headers: { Upgrade: value, ...headers } });
    expect(answer.status).toBe(status);
  }
});

describe("what a page could try", () => {
  test("a form, or text that is JSON, from another site changes nothing", async () => {
    const token = await signIn(await user());
    const crossSite = { Cookie: `__Host-session=${token}`, "Sec-Fetch-Site": "cross-site" };
    const count = async () => (await call("/posts/count")).json.count;
    const before = await count();
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""]) {
      const headers = { ...crossSite, "Content-Type": type };
      const answer = await call("/posts", { body: '{"text":"x"}', headers });
      expect(answer.status).toBe(403);
    }
    expect(await count()).toBe(before);
    // From its own page the type alone is wrong.
    const own = { Cookie: `__Host-session=${token}`, "Sec-Fetch-Site": "same-origin" };
    const form = await call("/posts", { body: "text=x", headers: { ...own, "Content-Type": "text/plain" } });
    expect(form.status).toBe(415);
  });

  test("a method in a header or a parameter counts for nothing", async () => {
    const token = await signIn(await user());
    for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]) {
      for (const given of ["DELETE", "GET"]) {
        const headers = { [name]: given };
        expect((await call("/method", { as: token, method: "POST", headers })).text).toBe("POST");
        expect((await call("/method", { as: token, headers })).text).toBe("GET");
        const crossSite = { ...headers, "Sec-Fetch-Site": "cross-site", ...cookie };
        expect((await call("/method", { method: "POST", headers: crossSite })).status).toBe(403);
      }
    }
    expect((await call("/method?_method=DELETE", { as: token, method: "POST" })).text).toBe("POST");
  });

  test("it is refused before its body is looked at", async () => {
    const token = await signIn(await user());
    const json = { text: "x".repeat(1_100_000) };
    expect((await call("/posts", { as: token, json })).status).toBe(413);
    const answer = await call("/posts", { as: token, json, headers: { "Sec-Fetch-Site": "cross-site" } });
    expect(answer.status).toBe(403);
  });

  test("what is outside of the base path has nothing to protect", async () => {
    const answer = await exports.default.fetch(`${origin}/healthz`, { headers: { Upgrade: "websocket" } });
    expect(answer.status).toBe(200);
  });
});
