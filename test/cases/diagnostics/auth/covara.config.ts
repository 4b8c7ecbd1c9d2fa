import { custom, d1, defineConfig, field } from "covara";

const user = {
  id: field.text(),
  role: field.text(),
  team: field.ref("todos"),
  age: field.integer().min(0),
  plan: field.enum([] as unknown as ["free"]),
};

export default defineConfig({
  name: "auth",
  database: d1(),
  auth: custom("./src/auth.ts", { user }),
  resources: {
    todos: { fields: { id: field.id() }, access: ({ role }) => ({ read: role("admin") }) },
  },
});
