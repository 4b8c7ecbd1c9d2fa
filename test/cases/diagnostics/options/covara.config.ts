import { d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "My App",
  compatibilityDate: "2026-02-30",
  basePath: "api/",
  bodyLimit: 0,
  database: d1({ binding: "my-db", name: "a b" }),
  cors: { origins: ["https://app.example.com/", "*", "https://a.example", "https://a.example", "nonsense"] },
  resources: {
    todos: { fields: { id: field.id() }, access: () => ({}), defaultLimit: 200 },
    lists: { fields: { id: field.id() }, access: () => ({}), maxLimit: 0.5 },
  },
});
