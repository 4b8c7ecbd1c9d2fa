import { d1, defineConfig, kv } from "covara";

const reserved = { multi: kv.counter(), pipeline: kv.set() };

export default defineConfig({
  name: "kv-names",
  database: d1(),
  kv: {
    ...(reserved as object),
    "two words": kv.counter(),
    ["__proto__"]: kv.counter(),
    constructor: kv.counter(),
    "": kv.counter(),
    visits: kv.counter({ prefix: "a b" }),
    likes: kv.counter({ name: "a/b" }),
    plain: {} as never,
    called: kv.counter as never,
  },
});
