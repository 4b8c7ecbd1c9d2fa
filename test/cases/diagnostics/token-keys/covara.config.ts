import { d1, defineConfig, field, jwt } from "covara";

const both = { jwks: "https://login.example.com/jwks.json", secret: "DB" };
const users = { users: "usres", user: { role: field.text() } };
const options = { ...both, ...users, issuer: "a", audience: "b", algorithms: ["HS256", "none"] };

export default defineConfig({
  name: "tokens",
  database: d1(),
  auth: jwt(options as never) as ReturnType<typeof jwt<"users">>,
  resources: {
    users: { fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) },
  },
});
