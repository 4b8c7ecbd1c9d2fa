import { d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "app",
  basePath: "/openapi.json",
  database: d1(),
  openapi: { title: "", version: " ", titel: "App" },
  resources: {
    todos: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },
  },
});
