import { d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "no-auth",
  database: d1(),
  resources: {
    todos: {
      fields: { id: field.id(), ownerId: field.ref("todos").owner(), title: field.text().owner() },
      access: ({ owner, role, signedIn }) => ({
        read: signedIn(),
        update: owner("ownerId"),
        delete: role("admin"),
      }),
    },
  },
});
