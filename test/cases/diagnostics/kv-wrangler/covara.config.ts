import { d1, defineConfig, kv } from "covara";

export default defineConfig({
  name: "kv-wrangler",
  database: d1(),
  kv: { visits: kv.counter() },
  wrangler: {
    durable_objects: { bindings: [{ name: "COVARA_KV", class_name: "CovaraKVDurableObject" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["CovaraKVDurableObject"] }],
    exports: {},
  },
  environments: {
    staging: {
      wrangler: {
        durable_objects: {
          bindings: [
            { name: "OTHER", class_name: "CovaraKVDurableObject", script_name: "other" },
            { name: "COVARA_KV", class_name: "Room" },
          ],
        },
      },
    },
  },
});
