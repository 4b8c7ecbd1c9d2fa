import { d1, defineConfig } from "covara";

export default defineConfig({
  name: "routes-module",
  database: d1(),
  routes: "./routes.ts",
});
