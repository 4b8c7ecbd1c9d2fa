import { d1, defineConfig, field, kv } from "covara";

export default defineConfig({
  name: "kv-options",
  database: d1({ binding: "COVARA_KV" }),
  kv: {
    online: kv.set({ tll: "60s" } as object),
    visits: kv.counter({ value: field.integer() } as object),
    recent: kv.list({ max: 0 }),
    short: kv.string({ ttl: "0s" }),
    long: kv.string({ ttl: "4000d" }),
    weekly: kv.string({ ttl: "1w" as "1d" }),
    half: kv.string({ ttl: "1.5h" }),
    login: kv.session({ ttl: "1d", idle: "2d" }),
    api: kv.rateLimit({ requests: 0, per: "1m", burst: 1.5 }),
    bare: kv.rateLimit({} as { requests: number; per: "1m" }),
    limits: kv.rateLimit({ requests: 10, per: "often" as "1m" }),
    cart: kv.hash({ fields: { sku: field.text() }, value: field.text() } as object),
    empty: kv.hash({ fields: {} }),
  },
});
