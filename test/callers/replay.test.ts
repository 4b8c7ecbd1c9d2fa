/**
 * Answers that are kept under an `Idempotency-Key` (contract 3.7), for every write of an application, generated from its model: what
 * they tell once the caller has lost the rows, the identity, or was never the one who wrote.
 */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { kv } from "#callers/kv";
import type { Asked } from "../matrix/requests.ts";
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
  told,
  zoe,
} from "./application.ts";

/** Procedures take no key. */
const writes = asked.filter(({ method, route }) => method !== "GET" && !/\.(shout|sweep)$/.test(route));

beforeEach(async () => {
  await reset();
  await env.DB.exec("DELETE FROM _covara_idempotency");
});

const keyOf = (index: number): Headers => ({ "Idempotency-Key": `replay-of-${index}` });
const place = ({ method, path, json }: Asked): string => `${method} ${path} ${JSON.stringify(json) ?? ""}`;

/** Sends every write that succeeds as Ann, each on its own, and hands what is left of it to a function. */
async function each(
  after: (write: Asked, index: number, first: Answer, credentials: Headers) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const [index, write] of writes.entries()) {
    const credentials = await signIn(ann);
    const first = await send(write, credentials, keyOf(index));
    if (first.status < 300) {
      done += 1;
      await after(write, index, first, credentials);
    }
    await reset();
  }
  const routes = (some: readonly Asked[]): number => new Set(some.map(({ route }) => route)).size;
  expect(done).toBeGreaterThanOrEqual(routes(writes));
  return done;
}

test("contract 3.7: a write that is sent again is answered again, and done once", async () => {
  await each(async (write, index, first, credentials) => {
    const before = await dump();
    const again = await send(write, credentials, keyOf(index));
    expect([place(write), again.status, again.text]).toEqual([place(write), first.status, first.text]);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await dump()).toEqual(before);
  });
});

test("contract 3.7: after the identity is revoked nothing is replayed", async () => {
  const nobody = await answersOfNobody();
  await each(async (write, index, _first, credentials) => {
    const before = await dump();
    await kv(env).authSessions.revokeAll(ann);
    const again = await send(write, credentials, keyOf(index));
    expect([place(write), again.headers.get("Idempotency-Replayed")]).toEqual([place(write), null]);
    const plain = nobody[asked.indexOf(write)] as Answer;
    expect([place(write), again.status]).toEqual([place(write), plain.status]);
    expect(again.status).toBe(401);
    expect(await dump()).toEqual(before);
  });
});

test("contract 3.7: another user with the same key and the same request is answered for itself", async () => {
  await each(async (write, index) => {
    const other = await signIn(zoe);
    const own = await send(write, other, keyOf(index));
    expect([place(write), own.headers.get("Idempotency-Replayed")]).toEqual([place(write), null]);
  });
});

test("contract 3.7: rows that may no longer be read are not replayed", async () => {
  let shown = 0;
  await each(async (write, index, first, credentials) => {
    // Whatever was Ann's is Zoe's, so that none of it is Ann's to read but what is public.
    for (const [table, column] of [
      ["issues", "owner_id"],
      ["articles", "author_id"],
    ] as const) {
      await env.DB.prepare(`UPDATE ${table} SET ${column} = ?`).bind(zoe).run();
    }
    const before = await dump();
    const again = await send(write, credentials, keyOf(index));
    expect(await dump()).toEqual(before);
    const isPrivate = /^(issues|articles|taggings)\./.test(write.route);
    if (!isPrivate || first.text === "" || /"count"/.test(first.text)) return;
    shown += 1;
    expect([place(write), again.status, again.text]).toEqual([place(write), 204, ""]);
    expect(again.headers.get("ETag")).toBeNull();
  });
  expect(shown).toBeGreaterThan(8);
});

test("contract 3.7: the same key with another request is 409, and does nothing", async () => {
  const credentials = await signIn(ann);
  const [first, ...others] = writes;
  if (first === undefined) throw new Error("there are no writes");
  expect((await send(first, credentials, keyOf(0))).status).toBeLessThan(300);
  const before = await dump();
  for (const write of others) {
    const answer = await send(write, credentials, keyOf(0));
    expect([place(write), answer.status]).toEqual([place(write), 409]);
    expect(told(answer)).toEqual(told(await send(write, credentials, keyOf(0))));
  }
  expect(await dump()).toEqual(before);
});
