import { betterAuth, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "people",
  database: d1(),
  auth: betterAuth({ users: "users", options: "./better-auth.ts", input: ["locale"] }),
  resources: {
    orgs: {
      fields: { id: field.id(), name: field.text() },
      access: ({ signedIn }) => ({ read: signedIn() }),
    },
    users: {
      fields: {
        id: field.id(),
        name: field.integer(),
        email: field.text().email().unique(),
        emailVerified: field.boolean().default(false),
        createdAt: field.timestamp().createdAt().hidden(),
        updatedAt: field.timestamp().updatedAt(),
        locale: field.text(),
        plan: field.text(),
        orgId: field.ref("orgs"),
        joinedAt: field.timestamp().createdAt(),
        version: field.version(),
      },
      access: ({ owner }) => ({ read: owner("id"), update: owner("id") }),
    },
  },
});
