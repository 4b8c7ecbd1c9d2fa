/** Notes of organisations whose members sign in, for the tests beside this folder. */
import { d1, defineConfig, field, session } from "covara";

export default defineConfig({
  name: "auth",
  database: d1(),
  auth: session({ users: "users", data: { device: field.text().max(80) }, ttl: "30d", idle: "7d" }),
  cors: { origins: ["https://app.example.com"], credentials: true },
  routes: "./src/routes.ts",
  resources: {
    orgs: {
      fields: { id: field.id(), name: field.text() },
      access: ({ where }) => ({ read: where((row, user) => row.id.eq(user.orgId)) }),
    },
    users: {
      fields: {
        id: field.id(),
        name: field.text(),
        role: field.enum(["member", "admin"]).default("member"),
        orgId: field.ref("orgs").optional(),
        trusted: field.boolean().default(false),
        tags: field.json<string[]>().default([]),
        order: field.integer().default(0),
        passwordHash: field.text().hidden().optional(),
      },
      softDelete: true,
      access: ({ owner, role }) => ({ read: owner("id"), update: owner("id"), readDeleted: role("admin") }),
    },
    notes: {
      fields: {
        id: field.id(),
        text: field.text(),
        orgId: field.ref("orgs"),
        ownerId: field.ref("users").owner(),
      },
      access: ({ any, where, role, owner }) => ({
        read: any(
          where((row, user) => row.orgId.eq(user.orgId)),
          owner("ownerId"),
        ),
        create: where((row, user) => row.orgId.eq(user.orgId)),
        update: role("admin"),
        delete: owner("ownerId"),
      }),
    },
    pings: {
      fields: { id: field.id(), text: field.text() },
      rateLimit: {
        read: { requests: 20, per: "1h", by: "address" },
        create: { requests: 10, per: "1h" },
      },
      access: ({ public: everybody, signedIn }) => ({
        read: everybody(),
        create: everybody(),
        delete: signedIn(),
      }),
    },
    alarms: {
      fields: { id: field.id(), text: field.text() },
      rateLimit: { requests: 3600, per: "1h", burst: 3 },
      access: ({ public: everybody }) => ({ read: everybody(), create: everybody() }),
    },
    posts: {
      fields: { id: field.id(), text: field.text() },
      access: ({ public: everybody, signedIn }) => ({ read: everybody(), create: signedIn() }),
    },
  },
});
