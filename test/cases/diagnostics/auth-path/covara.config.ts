import { custom, d1, defineConfig } from "covara";

export default defineConfig({
  name: "auth-path",
  database: d1(),
  auth: custom("./auth"),
  resources: {},
});
