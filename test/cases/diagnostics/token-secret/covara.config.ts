import { d1, defineConfig, field, jwt } from "covara";

export default defineConfig({
  name: "tokens",
  database: d1(),
  auth: jwt({
    secret: "c2VjcmV0-that-stands-in-the-config",
    issuer: "https://login.example.com",
    audience: "api",
    users: "users",
  }),
  resources: {
    users: { fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) },
  },
});
