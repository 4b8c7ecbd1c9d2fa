import { betterAuth, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "people",
  database: d1(),
  auth: [
    betterAuth({ users: "people", options: "./better-auth.ts", secret: "a secret that is no name" }),
    betterAuth({ users: "users", options: "src/other.ts" }),
  ],
  resources: {
    users: { fields: { id: field.id() }, access: ({ owner }) => ({ read: owner("id") }) },
  },
});
