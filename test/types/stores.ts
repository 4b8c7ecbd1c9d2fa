/** Each misuse under `@ts-expect-error` must not compile; the comment names the error. */
import { d1, defineConfig, field, kv } from "../../schema/index.ts";

interface Meta {
  a: number;
}

export default defineConfig({
  name: "stores",
  database: d1(),
  kv: {
    sessions: kv.string({ value: kv.json<Meta>(), ttl: "7d", shards: 8, reshardFrom: 4 }),
    profiles: kv.string({ value: { name: field.text().max(80), nick: field.text().optional() } }),
    visits: kv.counter({ name: "games", prefix: "v", functions: "./src/visits.kv.ts" }),
    cart: kv.hash({ fields: { sku: field.text(), quantity: field.integer().min(1) } }),
    flags: kv.hash({ value: field.boolean(), shardBy: "tag" }),
    plain: kv.hash(),
    online: kv.set({ member: field.enum(["a", "b"]), ttl: "250ms" }),
    recent: kv.list({ max: 100, value: field.timestamp() }),
    scores: kv.sortedSet(),
    login: kv.session({ data: { plan: field.text() }, ttl: "30d", idle: "12h" }),
    api: kv.rateLimit({ requests: 100, per: "1m", burst: 20 }),
  },
  routes: "./src/routes.ts",
});

// @ts-expect-error '{}' is no store
defineConfig({ name: "a", database: d1(), kv: { visits: {} } });
// @ts-expect-error `kv(env).multi` is a method
defineConfig({ name: "a", database: d1(), kv: { multi: kv.counter() } });
// @ts-expect-error `kv(env).pipeline` is a method
defineConfig({ name: "a", database: d1(), kv: { pipeline: kv.counter() } });

// @ts-expect-error '"1w"' is not assignable to a duration
kv.set({ ttl: "1w" });
// @ts-expect-error 'number' is not assignable to a duration
kv.set({ ttl: 60 });
// @ts-expect-error 'tll' does not exist in type 'MemberOptions'
kv.set({ tll: "60s" });
// @ts-expect-error 'value' does not exist in type 'StoreOptions'
kv.counter({ value: field.integer() });
// @ts-expect-error 'max' does not exist in type 'MemberOptions'
kv.sortedSet({ max: 5 });
// @ts-expect-error '"key"' is not assignable to '"tag"'
kv.string({ shardBy: "key" });
// @ts-expect-error a reference needs a table
kv.string({ value: field.ref("users") });
// @ts-expect-error an id needs a table
kv.set({ member: field.id() });
// @ts-expect-error a version needs a row
kv.list({ value: field.version() });
// @ts-expect-error fields and value exclude each other
kv.hash({ fields: { sku: field.text() }, value: field.text() });
// @ts-expect-error Property 'per' is missing
kv.rateLimit({ requests: 5 });
// @ts-expect-error 'functions' does not exist in type 'SessionOptions'
kv.session({ functions: "./src/login.ts" });
