import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "procedures",
  database: d1(),
  auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    notes: {
      fields: { id: field.id(), text: field.text(), ownerId: field.ref("notes").owner() },
      procedures: {
        module: "./notes.procedures.ts",
        row: {
          publish: {},
          share: { input: { with: field.ref("notes"), note: field.text().hidden() } },
          restore: {},
          lock: {},
        },
        rpc: {
          publish: {},
          export: {},
          archiveAll: { output: {} },
          archive_all: {},
          purge: {},
          sendMail: {},
        },
      },
      access: ({ owner, role }) => ({
        read: owner("ownerId"),
        procedures: {
          publish: owner("ownerId"),
          share: owner("owner"),
          restore: owner("ownerId"),
          lock: role("admin"),
          export: role("admin"),
          archiveAll: owner("ownerId"),
          archive_all: role("admin"),
          sendMial: role("admin"),
          sendMail: role("admin"),
        },
      }),
    },
    empty: {
      fields: { id: field.id() },
      procedures: { module: "./empty.procedures.ts" },
      access: () => ({}),
    },
    unread: {
      fields: { id: field.id() },
      procedures: { module: "./unread.procedures.ts", row: { open: {} } },
      access: ({ signedIn }) => ({ procedures: { open: signedIn() } }),
    },
  },
});
