import type { NewProject } from "./project.ts";

/** `covara.config.ts`: a small notes application. */
export const config = ({
  name,
}: NewProject): string => `import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: ${JSON.stringify(name)},
  database: d1(),
  // Describes the API: generated/openapi.json, GET /openapi.json, and a page of \`covara dev\`.
  openapi: true,
  // Who makes a request: see src/auth.ts. The access rules below compare with that user.
  auth: custom("./src/auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    users: {
      fields: {
        id: field.id(),
        name: field.text().trim().min(1).max(80),
        role: field.enum(["member", "admin"]).default("member").readOnly(),
        // SHA-256 of the user's token; never leaves the server.
        tokenHash: field.text().hidden().optional().unique(),
        createdAt: field.timestamp().createdAt(),
      },
      access: ({ any, owner, role }) => ({
        read: any(owner("id"), role("admin")),
        update: owner("id"),
      }),
    },
    notes: {
      fields: {
        id: field.id(),
        title: field.text().trim().min(1).max(200),
        body: field.text().max(20_000).default(""),
        pinned: field.boolean().default(false),
        // Set to the signed-in user; clients cannot choose it.
        ownerId: field.ref("users", { onDelete: "cascade" }).owner(),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
      },
      indexes: [["ownerId", "createdAt"]],
      access: ({ any, owner, role }) => ({
        read: any(owner("ownerId"), role("admin")),
        create: owner("ownerId"),
        update: owner("ownerId"),
        delete: owner("ownerId"),
      }),
    },
  },
});
`;
