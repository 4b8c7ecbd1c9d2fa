import { custom, d1, defineConfig } from "covara";

export default defineConfig({
  name: "auth-module",
  database: d1(),
  auth: custom("./auth.ts"),
  resources: {},
});
