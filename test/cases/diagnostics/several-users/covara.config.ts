import { d1, defineConfig, field, jwt, session } from "covara";

const claims = { role: field.enum(["member", "boss"]), name: field.text() };

export default defineConfig({
  name: "several",
  database: d1(),
  auth: [
    session({ users: "users" }),
    jwt({ secret: "JWT_SECRET", issuer: "a", audience: "b", user: claims }),
  ],
  resources: {
    users: {
      fields: { id: field.id(), name: field.text(), role: field.enum(["member", "admin"]) },
      access: ({ owner }) => ({ read: owner("id") }),
    },
  },
});
