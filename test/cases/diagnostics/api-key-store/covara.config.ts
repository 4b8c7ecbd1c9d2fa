import { apiKey, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "keys",
  database: d1(),
  auth: apiKey({ users: "user" as "users", prefix: "Acme Keys", ttl: "9999d", shards: 0 }),
  resources: {
    users: { fields: { id: field.id() }, access: ({ owner }) => ({ read: owner("id") }) },
  },
});
