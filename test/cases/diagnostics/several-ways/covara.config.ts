import { apiKey, d1, defineConfig, field, session } from "covara";

export default defineConfig({
  name: "several",
  database: d1(),
  auth: [
    session({ users: "users" }),
    apiKey({ users: "robots" as "users", prefix: "acme" }),
    session({ users: "users", ttl: "1h" }),
  ],
  resources: {
    users: { fields: { id: field.id() }, access: ({ owner }) => ({ read: owner("id") }) },
    robots: { fields: { id: field.id() }, access: ({ owner }) => ({ read: owner("id") }) },
  },
});
