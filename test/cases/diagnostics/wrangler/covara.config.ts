import { d1, defineConfig } from "covara";

export default defineConfig({
  name: "wrangler",
  database: d1(),
  resources: {},
  wrangler: {
    main: "src/worker.ts",
    compatibility_date: "2026-10-01",
    vars: { DB: "x", LEVEL: null },
    kv_namespaces: [{ binding: "CACHE" }, { binding: "DB" }],
  },
  environments: {
    Staging: {},
    test: { databaseName: "a b", wrangler: { d1_databases: [{ binding: "DB" }] } },
  },
});
