import { d1, defineConfig, field, kv, session } from "covara";

const sessions = session({ users: "usres" as "users", idel: "7d" } as { users: "users" });

export default defineConfig({
  name: "sessions",
  database: d1(),
  auth: sessions,
  kv: { authSessions: kv.session() },
  wrangler: { vars: { COVARA_KV: "taken" } },
  resources: {
    users: { fields: { id: field.id() }, access: ({ owner }) => ({ read: owner("id") }) },
    orgs: { fields: { id: field.id() }, access: () => ({}) },
  },
});
