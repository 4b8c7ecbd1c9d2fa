import { d1, defineConfig, field, kv, session } from "covara";

const users = {
  fields: {
    id: field.id(),
    plan: field.text(),
    secret: field.text().hidden().optional(),
    ownerId: field.ref("users").owner(),
  },
};

export default defineConfig({
  name: "sessions",
  database: d1(),
  auth: session({
    users: "users",
    ttl: "1h",
    idle: "2h",
    shards: 5000,
    prefix: "visits",
    name: "main",
    data: { device: field.text(), at: field.ref("users") as never },
  }),
  kv: { visits: kv.counter() },
  resources: {
    users: {
      ...users,
      access: ({ where, ...rules }) => ({
        read: where((row, user) => row.plan.eq((user as never as { secret: never }).secret)),
        update: (rules as never as { role(name: string): never }).role("admin"),
      }),
    },
  },
});
