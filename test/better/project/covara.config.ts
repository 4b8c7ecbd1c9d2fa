/** Notes of people who sign in by Better Auth, for the tests beside this folder. */
import { apiKey, betterAuth, d1, defineConfig, field, kv } from "covara";

export default defineConfig({
  name: "better",
  database: d1(),
  auth: [
    betterAuth({
      users: "people",
      options: "./src/better-auth.ts",
      input: ["locale"],
      tables: { twoFactor: "secondFactors" },
    }),
    apiKey({ users: "people", prefix: "acme" }),
  ],
  openapi: true,
  kv: { outbox: kv.string() },
  routes: "./src/routes.ts",
  resources: {
    people: {
      fields: {
        id: field.id(),
        name: field.text().trim().min(1).max(40),
        email: field.text().email().max(254).unique().readOnly(),
        emailVerified: field.boolean().default(false).readOnly(),
        image: field.text().url().optional(),
        role: field.enum(["member", "admin"]).default("member").readOnly(),
        locale: field.enum(["de", "en"]).default("en"),
        secretNote: field.text().hidden().default("hidden-note"),
        twoFactorEnabled: field.boolean().default(false).readOnly(),
        settings: field.json<Record<string, string>>().default({}),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
        version: field.version(),
      },
      softDelete: true,
      search: { name: 1 },
      access: ({ any, owner, role }) => ({
        read: any(owner("id"), role("admin")),
        update: owner("id"),
        delete: any(owner("id"), role("admin")),
      }),
    },
    secondFactors: {
      fields: {
        id: field.id(),
        userId: field.ref("people", { onDelete: "cascade" }),
        secret: field.text().hidden(),
        backupCodes: field.text().hidden(),
        verified: field.boolean().default(true),
        failedVerificationCount: field.integer().default(0),
        lockedUntil: field.timestamp().optional(),
      },
      access: ({ nobody }) => ({ read: nobody() }),
    },
    notes: {
      fields: { id: field.id(), text: field.text().max(200), authorId: field.ref("people").owner() },
      access: ({ owner }) => ({ read: owner("authorId"), create: owner("authorId") }),
    },
  },
});
