import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: 5,
  compatabilityDate: "2026-10-01",
  database: { ...d1(), bindng: "DB" },
  auth: custom("./auth.ts", { users: {} }),
  cors: { origins: "https://app.example.com", maxAge: 5 },
  resources: {
    todos: {
      fields: {
        id: field.id({ client: true, cleint: true }),
        owner: field.ref("todos", { onDelet: "cascade" }),
        title: "text",
        note: field.text,
        list: { data: { kind: "reference", target: "todos" } },
      },
      acess: () => ({}),
      access: () => ({}),
      relations: { all: {}, some: { hasMany: "todos", through: "todos" }, none: { manyToMany: "todos" } },
    },
    lists: [],
  },
});
