import { d1, defineConfig, kv } from "covara";

export default defineConfig({
  name: "kv-modules",
  database: d1(),
  kv: {
    bare: kv.counter({ functions: "src/bare.ts" }),
    gone: kv.counter({ functions: "./gone.ts" }),
    nothing: kv.counter({ functions: "./nothing.ts" }),
  },
});
