import { d1, defineConfig, field } from "covara";

const fields = { id: field.id() };
const access = () => ({});

export default defineConfig({
  name: "names",
  database: d1(),
  resources: {
    "": { fields, access },
    "2fa": { fields, access },
    ["__proto__"]: { fields, access },
    naïve: { fields, access },
    anExceedinglyLongNameThatNobodyWouldEverWantToTypeInAProgramTwice: { fields, access },
    d1Tables: { fields, access },
    logs: { fields, access, table: "SQLITE_LOGS" },
    plans: { fields, access, table: "our plans", route: "our/plans", singular: "our plan" },
    events: { fields, access, singular: "Promise" },
    todos: {
      fields: { id: field.id(), "due at": field.timestamp(), toString: field.text() },
      access,
      relations: { "parent-todo": { belongsTo: "todos" } },
    },
  },
});
