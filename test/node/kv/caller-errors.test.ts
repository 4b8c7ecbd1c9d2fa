/** Errors that arise before a command is sent, or when its reply is read. */
import { hash, json, KVError, list, type MultiError, string } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
import { expect, test } from "vitest";

const stores = {
  texts: string({ prefix: "texts", object: "main" }),
  // What an earlier config stored as plain text.
  profiles: string({ prefix: "texts", object: "main", value: json() }),
  cart: hash({ prefix: "cart", object: "cart", shards: 4 }),
  recent: list({
    prefix: "recent",
    object: "main",
    functions: {
      note: (tx: { texts: { set(key: string, value: string): boolean } }, value: string) =>
        tx.texts.set("a", value),
    },
  }),
};
const wrong = 1 as unknown as string;
const message = async (reply: PromiseLike<unknown>): Promise<string> =>
  reply.then(String, (error: KVError) => `${error.code} ${error.message}`);

test("every error says which command of which store it is about", async () => {
  using db = openKV(stores);
  const { texts, profiles, cart, recent } = db.kv;
  const untyped = texts as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const hashes = cart as unknown as typeof untyped;
  await texts.set("a", "no JSON");
  expect(
    await Promise.all([
      message(texts.set("a", wrong)),
      message(texts.get(wrong)),
      message(untyped.get?.("a", "b") ?? Promise.resolve()),
      message(untyped.mset?.("a", "1") ?? Promise.resolve()),
      message(untyped.mset?.(["a", "1"]) ?? Promise.resolve()),
      message(hashes.hset?.("a", "f", "1", "g", "2") ?? Promise.resolve()),
      message(cart.del("user:1" as "{}", "user:3" as "{}")),
      message(cart.scan("9>x")),
      message(profiles.get("a")),
      message((recent as unknown as { note(value: string): Promise<unknown> }).note(wrong)),
    ]),
  ).toEqual([
    "INVALID_VALUE texts.set: The value must be a string.",
    "INVALID_ARGUMENT texts.get: A key must be a string, not a number.",
    "INVALID_ARGUMENT texts.get: It takes one argument at the most, not 2.",
    expect.stringMatching(/^INVALID_ARGUMENT texts\.mset: /),
    "INVALID_ARGUMENT texts.mset: Each pair must be an array of a name and its value.",
    expect.stringMatching(/^INVALID_ARGUMENT cart\.hset: Give one field and its value/),
    'CROSSSLOT cart.del: The keys "user:1" and "user:3" live in different objects. Give them a common {tag}.',
    'INVALID_CURSOR cart.scan: The cursor is not one that a scan gave. Begin with "0".',
    "INVALID_VALUE profiles.get: The stored value is not JSON.",
    "INVALID_VALUE recent.note: texts.set: The value must be a string.",
  ]);
});

test("contract 6.6: a multi with arguments that are refused says which command it was, and runs none", async () => {
  using db = openKV(stores);
  const failed = db.kv.multi((tx) => [tx.texts.set("a", "1"), tx.texts.set("b", wrong)]);
  await expect(failed).rejects.toMatchObject({
    index: 1,
    code: "INVALID_VALUE",
  } satisfies Partial<MultiError>);
  expect(await db.kv.texts.exists("a")).toBe(false);
  await expect(db.kv.multi(undefined as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("contract 6.6: in a pipeline, arguments that are refused fail their own command", async () => {
  using db = openKV(stores);
  const outcomes = await db.kv.pipeline((p) => [
    p.texts.set("a", "1"),
    p.texts.set("b", wrong),
    p.texts.get("a"),
  ]);
  expect(outcomes).toEqual([
    { ok: true, value: true },
    { ok: false, error: expect.any(KVError) },
    { ok: true, value: "1" },
  ]);
});
