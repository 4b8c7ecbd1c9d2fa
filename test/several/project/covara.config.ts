/** One kind of user, identified in four ways, for the tests beside this folder. */
import { apiKey, custom, d1, defineConfig, field, jwt, session } from "covara";

export default defineConfig({
  name: "several",
  database: d1(),
  auth: [
    session({ users: "users" }),
    jwt({ secret: "JWT_SECRET", issuer: "https://login.example.com", audience: "api", users: "users" }),
    apiKey({ users: "users", prefix: "acme" }),
    custom("./src/support.ts", { user: { role: field.enum(["member", "admin"]) } }),
  ],
  openapi: true,
  routes: "./src/routes.ts",
  environments: { staging: { wrangler: { secrets: { required: ["MAIL_KEY"] } } } },
  resources: {
    users: {
      fields: { id: field.id(), role: field.enum(["member", "admin"]).default("member") },
      access: ({ owner, any, role }) => ({ read: any(owner("id"), role("admin")) }),
    },
    posts: {
      fields: { id: field.id(), text: field.text() },
      access: ({ public: everybody }) => ({ read: everybody() }),
    },
  },
});
