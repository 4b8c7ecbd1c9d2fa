import { custom, d1, defineConfig, field, resource } from "covara";

const notes = resource({
  fields: { id: field.id(), ownerId: field.ref("todos") },
  access({ owner }) {
    return { read: owner("ownerId"), delete: owner("owner") };
  },
});

export default defineConfig({
  name: "access",
  database: d1(),
  auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    notes,
    silent: { fields: { id: field.id() } },
    todos: {
      fields: { id: field.id(), done: field.boolean(), authorId: field.ref("todos").optional() },
      access: ({ any, all, owner, role, signedIn, nobody }) => ({
        raed: signedIn(),
        read: signedIn,
        create: any(owner("autorId"), role("admn")),
        update: all(owner("done"), nobody()),
        delete: any(),
      }),
    },
    thrown: {
      fields: { id: field.id() },
      access: () => {
        throw new Error("no");
      },
    },
    awaited: { fields: { id: field.id() }, access: async ({ signedIn }) => ({ read: signedIn() }) },
    listed: { fields: { id: field.id() }, access: { read: "public" } },
    compared: {
      fields: {
        id: field.id(),
        ...Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [`o${index}`, field.ref("todos").optional()]),
        ),
        ...Object.fromEntries(
          Array.from({ length: 69 }, (_, index) => [`c${index}`, field.text().optional()]),
        ),
      },
      access: ({ any, owner }) => {
        const anyOwner = any(...Array.from({ length: 10 }, (_, index) => owner(`o${index}`)));
        return { read: anyOwner, update: anyOwner };
      },
    },
    conditions: {
      fields: { id: field.id(), state: field.enum(["open", "shut"]), noteId: field.ref("notes") },
      access: ({ any, where, through }) => ({
        read: any(
          where((row) => row.state.eq("opne")),
          where((row, user) => row.noteId.eq(user.nam)),
          through("notes", "read"),
        ),
      }),
    },
    endless: {
      fields: { id: field.id(), endlessId: field.ref("endless").optional() },
      access: ({ through }) => ({ read: through("endless", "read") }),
    },
    warned: {
      fields: { id: field.id() },
      access: ({ any, public: everyone, signedIn }) => ({
        create: any(signedIn(), everyone()),
        update: signedIn(),
      }),
    },
    never: {
      fields: { id: field.id(), ownerId: field.ref("todos"), warnedId: field.ref("warned") },
      access: ({ any, all, owner, role, signedIn, nobody, through }) => ({
        read: signedIn(),
        create: all(role("member"), role("admin")),
        update: any(all(owner("ownerId"), nobody()), through("warned", "read")),
        delete: nobody(),
      }),
    },
  },
});
