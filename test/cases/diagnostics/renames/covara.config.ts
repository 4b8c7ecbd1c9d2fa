import { d1, defineConfig, field } from "covara";

const access = () => ({});

export default defineConfig({
  name: "renames",
  database: d1(),
  resources: {
    todos: {
      renamedFrom: "todos",
      fields: {
        id: field.id(),
        title: field.text().renamedFrom("label"),
        name: field.text().renamedFrom("label"),
        body: field.text().renamedFrom("title"),
        note: field.text().renamedFrom("note"),
      },
      access,
    },
    lists: { renamedFrom: "todos", fields: { id: field.id() }, access },
    tags: { renamedFrom: "labels", fields: { id: field.id() }, access },
    topics: { renamedFrom: "labels", fields: { id: field.id() }, access },
  },
});
