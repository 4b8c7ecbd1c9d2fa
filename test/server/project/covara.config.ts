/** Notes whose every write and procedure is watched, for the tests beside this folder. */
import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "server",
  database: d1(),
  auth: custom("./src/auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    notes: {
      fields: {
        id: field.id({ client: true }),
        title: field.text().min(1).max(100),
        slug: field.text().readOnly(),
        code: field.text().hidden(),
        tags: field.json<string[]>().default([]),
        locked: field.boolean().default(false),
        folderId: field.ref("folders", { onDelete: "set null" }).optional(),
        ownerId: field.ref("people").owner(),
        updatedAt: field.timestamp().updatedAt(),
        version: field.version(),
      },
      relations: { comments: { hasMany: "comments", by: "noteId" } },
      hooks: "./src/notes.hooks.ts",
      procedures: {
        module: "./src/notes.procedures.ts",
        row: {
          publish: {
            input: { at: field.timestamp(), reason: field.text().max(10).optional() },
            output: { slug: field.text(), at: field.timestamp(), reason: field.text().optional() },
          },
          touch: {},
          reveal: { output: { slug: field.text() } },
          closed: {},
        },
        rpc: {
          sumUp: { input: { factor: field.integer() }, output: { total: field.integer() } },
          ping: {},
          whoAmI: { output: { id: field.text().optional() } },
          onlyServer: {},
        },
      },
      access: ({ any, owner, role, signedIn, nobody, public: everybody }) => ({
        read: any(owner("ownerId"), role("admin")),
        create: signedIn(),
        update: any(owner("ownerId"), role("admin")),
        delete: owner("ownerId"),
        procedures: {
          publish: owner("ownerId"),
          touch: role("admin"),
          reveal: any(owner("ownerId"), role("admin")),
          closed: nobody(),
          sumUp: role("admin"),
          ping: signedIn(),
          whoAmI: everybody(),
          onlyServer: nobody(),
        },
      }),
    },
    comments: {
      fields: { id: field.id(), noteId: field.ref("notes", { onDelete: "cascade" }), body: field.text() },
      hooks: "./src/comments.hooks.ts",
      access: ({ signedIn }) => ({ read: signedIn(), create: signedIn() }),
    },
    folders: {
      fields: { id: field.id(), name: field.text().unique(), secret: field.text().optional().hidden() },
      softDelete: true,
      hooks: "./src/folders.hooks.ts",
      access: ({ signedIn, role }) => ({
        read: signedIn(),
        create: role("admin"),
        update: role("admin"),
        delete: role("admin"),
      }),
    },
    // Nothing calls in from outside: only server code reads and writes them.
    events: {
      fields: { id: field.id(), what: field.text(), requestId: field.text() },
      access: () => ({}),
    },
    people: {
      fields: { id: field.id(), name: field.text() },
      access: ({ signedIn }) => ({ read: signedIn() }),
    },
    // No hooks, no procedures.
    labels: {
      fields: { id: field.id(), name: field.text() },
      access: ({ signedIn }) => ({ read: signedIn(), create: signedIn() }),
    },
  },
});
