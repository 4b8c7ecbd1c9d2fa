/** Notes of users whose programs carry keys, for the tests beside this folder. */
import { apiKey, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "keys",
  database: d1(),
  auth: apiKey({ users: "users", prefix: "acme", ttl: "90d", shards: 2 }),
  routes: "./src/routes.ts",
  resources: {
    users: {
      fields: { id: field.id(), role: field.enum(["member", "admin"]).default("member") },
      softDelete: true,
      access: ({ owner }) => ({ read: owner("id") }),
    },
    notes: {
      fields: { id: field.id(), text: field.text(), ownerId: field.ref("users").owner() },
      access: ({ owner, any, role }) => ({
        read: any(owner("ownerId"), role("admin")),
        create: owner("ownerId"),
        update: owner("ownerId"),
        delete: owner("ownerId"),
      }),
    },
    posts: {
      fields: { id: field.id(), text: field.text() },
      access: ({ public: everybody }) => ({ read: everybody() }),
    },
  },
});
