/** Posts that are streamed and rooms, for callers with a cookie, a token or a key, for the tests beside this folder. */
import { apiKey, channel, d1, defineConfig, field, jwt, session } from "covara";

export default defineConfig({
  name: "tickets",
  database: d1(),
  auth: [
    session({ users: "users", shards: 1 }),
    jwt({ secret: "JWT_SECRET", issuer: "https://login.example.com", audience: "api", users: "users" }),
    apiKey({ users: "users", prefix: "tick", shards: 1 }),
  ],
  openapi: true,
  routes: "./src/routes.ts",
  resources: {
    users: {
      fields: { id: field.id(), name: field.text() },
      access: ({ owner }) => ({ read: owner("id") }),
    },
    posts: {
      fields: { id: field.id(), text: field.text(), ownerId: field.ref("users").owner() },
      live: true,
      access: ({ owner }) => ({ read: owner("ownerId"), create: owner("ownerId") }),
    },
    notices: {
      fields: { id: field.id(), text: field.text() },
      live: true,
      access: ({ public: everybody }) => ({ read: everybody() }),
    },
  },
  channels: {
    chat: channel({
      params: { room: field.text().max(20) },
      message: { text: field.text(), from: field.text().owner() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      presence: true,
    }),
  },
});
