/** What does not fit into one RPC of workerd, or cannot travel in one. */
import { expect, test } from "vitest";
import { kv } from "./stores.ts";

const code = async (run: Promise<unknown>) =>
  run.then(
    () => "done",
    (error: { code: string }) => error.code,
  );

test("what is too large for an RPC is an error of its command, not of the connection", {
  timeout: 60_000,
}, async () => {
  const { list, counter } = kv();
  const megabyte = "x".repeat(1_000_000);
  for (let part = 0; part < 4; part++)
    await list.rpush("long", ...Array.from({ length: 10 }, () => megabyte));
  const replies = [list.lrange("long", 0, -1), counter.incr("beside"), list.lrange("long", 0, 24)];
  expect(await Promise.all(replies.map(code))).toEqual(["VALUE_TOO_LARGE", "done", "done"]);
  expect(await counter.get("beside")).toBe(1);
  const wide = "ä€".repeat(300_000);
  await expect(list.rpush("wide", ...Array.from({ length: 30 }, () => wide))).rejects.toMatchObject({
    code: "VALUE_TOO_LARGE",
  });
  await list.rpush("wide", ...Array.from({ length: 22 }, () => wide));
  expect(await list.lrange("wide", 0, -1)).toHaveLength(22);
  await list.del("long", "wide");
});

test("arguments that cannot be cloned fail their own command only", async () => {
  const { list, counter } = kv();
  class Index {}
  const replies = [
    list.lrange("a", Symbol("0") as never, 1),
    list.lrange("a", new Index() as never, 1),
    counter.record("fine", 1),
  ];
  expect(await Promise.all(replies.map(code))).toEqual(["INVALID_ARGUMENT", "INVALID_ARGUMENT", "done"]);
});
