import { d1, defineConfig, field } from "covara";

const byTitle = ["title"] as const;

export default defineConfig({
  name: "indexes",
  database: d1(),
  resources: {
    todos: {
      fields: { id: field.id(), title: field.text(), slug: field.text().unique(), data: field.json() },
      indexes: [[], ["titel"], ["title", "title"], ["data"], ["id"], byTitle, ["title", "id"], ["slug"]],
      access: () => ({}),
    },
  },
});
