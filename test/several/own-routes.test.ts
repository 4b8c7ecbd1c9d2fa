/** What routes of the application's own answer has the headers that all answers have (contract 2). */
import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(`https://covara.test/api${path}`, {
    headers: { "X-Request-Id": "one", ...headers },
    redirect: "manual",
  });

const same = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-request-id": "one",
};
const usual = {
  ...same,
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "private, no-cache",
  vary: "Cookie, Authorization, X-API-Key",
};

test.each([
  ["a value", "/me", 200],
  ["a redirection", "/elsewhere", 302],
  ["an answer that cannot be changed", "/fetched", 302],
  ["a fault", "/broken", 500],
  ["a problem", "/refused", 403],
  ["what no route has", "/nowhere", 404],
  ["a row of a generated route", "/posts", 200],
])("%s", async (_, path, status) => {
  const response = await get(path);
  await response.text();
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject(usual);
});

test("what a route says of itself stays", async () => {
  const response = await get("/page");
  expect(await response.text()).toBe("<p>Hello</p>");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    ...same,
    "content-type": "text/html; charset=UTF-8",
    "content-security-policy": "default-src 'self'",
    "cache-control": "public, max-age=60",
    vary: "Accept-Language, Cookie, Authorization, X-API-Key",
  });
});

test("a cookie that is set is set once, and kept by no cache", async () => {
  const response = await exports.default.fetch("https://covara.test/api/sign-out", {
    method: "POST",
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  expect(await response.json()).toBe(false);
  expect(response.headers.getSetCookie()).toHaveLength(1);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
});

test("a WebSocket stays one", async () => {
  const response = await get("/socket", { Upgrade: "websocket", "Sec-Fetch-Site": "same-origin" });
  expect(response.status).toBe(101);
  const { webSocket } = response;
  const heard = new Promise((resolve) => webSocket?.addEventListener("message", ({ data }) => resolve(data)));
  webSocket?.accept();
  expect(await heard).toBe("hello");
  webSocket?.close();
});
