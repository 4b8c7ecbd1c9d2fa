/** When objects are woken to delete what has expired. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { set } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";
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

test("what expired while no process ran is deleted once one opens the folder", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "covara-kv-"));
  try {
    const stores = { online: set({ prefix: "online", object: "main" }) };
    {
      using db = openKV(stores, { folder });
      await db.kv.online.sadd("a", "m");
      await db.kv.online.pexpire("a", 100);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    using db = openKV(stores, { folder });
    await db.kv.online.exists("other");
    const [file = ""] = fs.readdirSync(folder).filter((name) => name.endsWith(".sqlite"));
    using database = new DatabaseSync(path.join(folder, file), { readOnly: true });
    const rows = database.prepare("SELECT count(*) AS n FROM kv_set");
    while (rows.get()?.n !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
