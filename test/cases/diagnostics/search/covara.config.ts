import { d1, defineConfig, field } from "covara";

const fields = {
  id: field.id(),
  title: field.text(),
  secret: field.text().hidden().optional(),
  state: field.enum(["open", "done"]),
  dueAt: field.timestamp(),
  data: field.json(),
};

const access = () => ({ read: { type: "public" } as const });

export default defineConfig({
  name: "search",
  database: d1(),
  resources: {
    empty: { fields, search: [], access },
    none: { fields, search: {}, access },
    words: {
      fields,
      search: ["titel", "secret", "title", "state", "title", "dueAt", "data", "id"],
      access,
    },
    weights: {
      fields,
      search: { title: 0, state: -1, notes: 1, secret: 2, constructor: 1 },
      access,
    },
    numbers: { fields, search: { title: Number.NaN, state: Number.POSITIVE_INFINITY }, access },
    unread: { fields, search: ["title"], softDelete: true, access: () => ({}) },
    text: { fields, search: "title", access },
  },
});
