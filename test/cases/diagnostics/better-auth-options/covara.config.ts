import { betterAuth, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "people",
  compatibilityDate: "2026-01-01",
  database: d1(),
  auth: betterAuth({
    users: "users",
    options: "./better-auth.ts",
    secret: "DB",
    input: ["locle", "role", "orgId", "email", "settings"],
    tables: { session: "users", twoFactor: "twoFactor" },
  }),
  resources: {
    orgs: {
      route: "auth",
      fields: { id: field.id(), name: field.text() },
      access: ({ signedIn }) => ({ read: signedIn() }),
    },
    twoFactors: { fields: { id: field.id() }, access: ({ nobody }) => ({ read: nobody() }) },
    users: {
      fields: {
        id: field.id(),
        name: field.text(),
        email: field.text().email().unique().readOnly(),
        emailVerified: field.boolean().default(false).readOnly(),
        image: field.text().optional(),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
        locale: field.text().optional(),
        role: field.enum(["member", "admin"]).default("member").readOnly(),
        settings: field.json<string[]>().default([]),
        orgId: field.ref("orgs").optional(),
      },
      access: ({ owner }) => ({ read: owner("id"), update: owner("id") }),
    },
  },
});
