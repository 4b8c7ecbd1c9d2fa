/** One store of each structure, in plain and in typed form, for tests of the emitted object in workerd. */
import { d1, defineConfig, field, kv } from "covara";

interface Profile {
  name: string;
  tags: string[];
}

export default defineConfig({
  name: "stores",
  compatibilityDate: "2026-10-01",
  database: d1(),
  kv: {
    string: kv.string(),
    counter: kv.counter({ functions: "./src/counter.kv.ts" }),
    hash: kv.hash(),
    set: kv.set(),
    list: kv.list(),
    sortedSet: kv.sortedSet(),
    profiles: kv.string({ value: kv.json<Profile>(), ttl: "1h" }),
    cart: kv.hash({ fields: { sku: field.text().max(20), quantity: field.integer().min(1) } }),
    recent: kv.list({ max: 3 }),
    spread: kv.counter({ shards: 4 }),
    rooms: kv.string({ shardBy: "tag" }),
    sessions: kv.session({ ttl: "30d", idle: "7d" }),
    api: kv.rateLimit({ requests: 100, per: "1m" }),
  },
});
