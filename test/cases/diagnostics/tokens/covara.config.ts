import { d1, defineConfig, field, jwt } from "covara";

export default defineConfig({
  name: "tokens",
  database: d1(),
  auth: jwt({
    jwks: "http://login.example.com/jwks.json",
    issuer: "",
    audience: " ",
    algorithms: ["ES256", "ES256"],
    user: { id: field.text() as never, role: field.enum(["member"]), age: field.integer().min(0) },
    claims: { rol: "role", age: "" } as { role?: string },
  }),
  resources: {
    todos: { fields: { id: field.id() }, access: ({ role }) => ({ read: role("member") }) },
  },
});
