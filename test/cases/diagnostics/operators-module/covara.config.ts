import { d1, defineConfig } from "covara";

export default defineConfig({
  name: "operators-module",
  database: d1(),
  operators: "./operators.ts",
});
