/** How often an object asks to be woken. */
import { DatabaseSync } from "node:sqlite";
import { set } from "covara/runtime/kv";
import { expect, test } from "vitest";
import { KVHost } from "../../../runtime/kv/host.ts";
import { storageOf } from "../../../runtime/kv/node-storage.ts";

test("contract 6.7: short times to live wake an object every few seconds, not for every key", () => {
  let now = 1_000_000;
  let alarm: number | null = null;
  const database = new DatabaseSync(":memory:");
  const storage = storageOf(database, (at) => {
    alarm = at;
  });
  const online = set({ prefix: "online", object: "main", ttl: 50 });
  const host = new KVHost({ id: { name: "main" }, storage }, { online }, () => now);
  let alarms = 0;
  for (let key = 0; key < 6_000; key++) {
    now += 10;
    if (alarm !== null && now >= alarm) {
      alarm = null;
      alarms++;
      host.sweep();
    }
    host.run({ commands: [{ store: "online", command: "sadd", args: [`k${key}`, ["m"]] }], atomic: false });
  }
  expect(alarms).toBeGreaterThan(3);
  expect(alarms).toBeLessThan(10);
  const rows = () => database.prepare("SELECT count(*) AS n FROM kv_keys").get()?.n;
  expect(rows()).toBeLessThan(2_000);
  for (let more = 0; more < 10; more++) {
    now = Math.max(now, alarm ?? now);
    host.sweep();
  }
  expect(rows()).toBe(0);
});
