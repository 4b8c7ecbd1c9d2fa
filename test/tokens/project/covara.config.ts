/** Documents of users whom another service signs in, for the tests beside this folder. */
import { d1, defineConfig, field, jwt } from "covara";

export default defineConfig({
  name: "tokens",
  database: d1(),
  auth: jwt({
    jwks: "https://issuer.test/jwks.json",
    issuer: "https://issuer.test",
    audience: "api",
    user: {
      role: field.enum(["member", "admin"]),
      orgId: field.text().optional(),
      level: field.integer().optional(),
      groups: field.json<string[]>(),
      extra: field.json().optional(),
      since: field.timestamp().optional(),
    },
    claims: { role: "https://example.com/role", orgId: "org-id" },
  }),
  routes: "./src/routes.ts",
  resources: {
    docs: {
      fields: { id: field.id(), orgId: field.text(), ownerId: field.text() },
      access: ({ where, role, owner, any }) => ({
        read: any(
          where((row, user) => row.orgId.eq(user.orgId)),
          owner("ownerId"),
        ),
        create: owner("ownerId"),
        update: role("admin"),
      }),
    },
    journals: {
      fields: {
        id: field.id({ client: true }),
        text: field.text(),
        ownerId: field.text().owner(),
        keeper: field.text().owner().hidden(),
      },
      relations: { pages: { hasMany: "pages", by: "journalId" } },
      access: ({ owner, role }) => ({
        read: owner("ownerId"),
        create: owner("keeper"),
        update: owner("ownerId"),
        delete: role("admin"),
      }),
    },
    pages: {
      fields: {
        id: field.id(),
        journalId: field.ref("journals", { onDelete: "cascade" }),
        author: field.text().owner().unique(),
      },
      access: ({ owner, signedIn }) => ({ read: owner("author"), create: signedIn() }),
    },
    posts: {
      fields: { id: field.id(), text: field.text() },
      access: ({ public: everybody }) => ({ read: everybody() }),
    },
  },
});
