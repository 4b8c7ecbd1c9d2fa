/** Notes of users whose programs carry keys, for the tests beside this folder. */
import { apiKey, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "keys",
  database: d1(),
  auth: apiKey({ users: "users", prefix: "acme", ttl: "90d", shards: 2 }),
  openapi: true,
  routes: "./src/routes.ts",
  resources: {
    users: {
      fields: { id: field.id(), role: field.enum(["member", "admin"]).default("member") },
      softDelete: true,
      access: ({ owner }) => ({ read: owner("id") }),
    },
    notes: {
      fields: {
        id: field.id({ client: true }),
        text: field.text(),
        ownerId: field.ref("users").owner(),
        version: field.version(),
      },
      relations: { comments: { hasMany: "comments" }, tags: { manyToMany: "tags", through: "taggings" } },
      softDelete: true,
      search: ["text"],
      procedures: {
        module: "./src/notes.procedures.ts",
        row: { shout: { output: { text: field.text() } } },
        rpc: { sweep: {} },
      },
      access: ({ owner, any, role, signedIn }) => ({
        read: any(owner("ownerId"), role("admin")),
        create: owner("ownerId"),
        update: owner("ownerId"),
        delete: owner("ownerId"),
        readDeleted: owner("ownerId"),
        procedures: { shout: owner("ownerId"), sweep: signedIn() },
      }),
    },
    comments: {
      fields: { id: field.id(), text: field.text(), noteId: field.ref("notes", { onDelete: "cascade" }) },
      relations: { note: { belongsTo: "notes", by: "noteId" } },
      access: ({ through }) => ({
        read: through("note", "read"),
        create: through("note", "read"),
        delete: through("note", "read"),
      }),
    },
    tags: {
      fields: { id: field.id(), name: field.text() },
      access: ({ public: everybody }) => ({ read: everybody() }),
    },
    taggings: {
      fields: {
        id: field.id(),
        noteId: field.ref("notes", { onDelete: "cascade" }),
        tagId: field.ref("tags"),
      },
      access: ({ through }) => ({ read: through("note", "read") }),
    },
    posts: {
      fields: { id: field.id(), text: field.text() },
      access: ({ public: everybody }) => ({ read: everybody() }),
    },
  },
});
