import { exports } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { app } from "#channels/app";
import { Agreement } from "../openapi/agreement.ts";
import { describedRoutes, servedRoutes } from "../openapi/routes.ts";
import { as, leaveAll, listen, origin } from "./listen.ts";

afterEach(leaveAll);

const described = (): Promise<object> =>
  exports.default.fetch(`${origin}/openapi.json`).then((response) => response.json());

test("the document describes the routes of channels, and no others", async () => {
  expect(servedRoutes(app.routes)).toEqual(describedRoutes(await described()));
});

test("what is answered is as the document says", async () => {
  const agreement = new Agreement(await described());
  const exchange = async (method: string, path: string, who: string | null, message?: unknown) => {
    const headers = new Headers({
      ...(who === null ? {} : as(who)),
      ...(message === undefined ? {} : { "Content-Type": "application/json" }),
    });
    const body = message === undefined ? undefined : JSON.stringify(message);
    const sent = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await exports.default.fetch(`${origin}/api/channels/${path}`, sent);
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    const wrong = agreement.check({ method, path: `/api/channels/${path}`, headers, body, answer });
    expect(wrong, `${method} ${path} ${answer.status}`).toEqual([]);
    return answer.status;
  };
  expect(await exchange("POST", "chat/described", "ann", { text: "Hi" })).toBe(201);
  expect(await exchange("POST", "chat/described", "ann", { text: 5 })).toBe(400);
  expect(await exchange("POST", "chat/described", "ann", { text: "Hi", from: "ben" })).toBe(400);
  expect(await exchange("POST", "chat/described", null, { text: "Hi" })).toBe(401);
  expect(await exchange("POST", "news", "admin:eve", { title: "Hi", tags: ["a"] })).toBe(201);
  expect(await exchange("POST", "news", "ann", { title: "Hi", tags: ["a"] })).toBe(403);
  expect(await exchange("POST", "team-room/red/talk", "ann@red", { text: "x".repeat(70_000) })).toBe(413);
  expect(await exchange("GET", "team-room/red/talk", "ann@blue")).toBe(403);
  expect(await exchange("GET", "inbox/ben", "ann")).toBe(403);
  expect(await exchange("GET", "chat/described?history=x", "ann")).toBe(400);
  expect(await exchange("GET", "chat/described/ws", "ann")).toBe(400);
  expect(await exchange("DELETE", "chat/described", "ann")).toBe(405);
  expect(await exchange("OPTIONS", "chat/described/presence", "ann")).toBe(204);
  await (await listen("chat/described", "ann")).nextOf("join");
  expect(await exchange("GET", "chat/described/presence", "ann")).toBe(200);
  expect(await exchange("GET", "chat/described/presence?x=1", "ann")).toBe(400);
});

test("readiness asks an object of the channels", async () => {
  const response = await exports.default.fetch(`${origin}/readyz`);
  expect([response.status, await response.json()]).toEqual([200, { status: "ready" }]);
});

test("a browser listens by a ticket, once", async () => {
  const given = await exports.default.fetch(`${origin}/api/live/ticket`, {
    method: "POST",
    headers: as("ann"),
  });
  const { ticket } = await given.json<{ ticket: string }>();
  const stream = await listen(`chat/tickets?history=1&ticket=${ticket}`, null);
  await stream.nextOf("connected");
  expect((await stream.nextOf("join")).data).toEqual({ userId: "ann" });
  const again = await exports.default.fetch(`${origin}/api/channels/chat/tickets?ticket=${ticket}`);
  expect(again.status).toBe(401);
});
