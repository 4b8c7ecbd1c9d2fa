import { d1, defineConfig, field } from "covara";

const access = () => ({});

export default defineConfig({
  name: "relations",
  database: d1(),
  resources: {
    users: {
      fields: { id: field.id(), team: field.text(), teamId: field.ref("team") },
      access,
      relations: {
        profile: { hasOne: "profiles" },
        todos: { hasMany: "todos" },
        notes: { hasMany: "notes" },
        comments: { hasMany: "profiles", by: "userID" },
        labels: { manyToMany: "profiles", through: "todos", by: "authorId" },
      },
    },
    profiles: {
      fields: { id: field.id(), team: field.text(), userId: field.ref("users") },
      access,
      relations: { user: { belongsTo: "users", by: "userId" }, team: { belongsTo: "users" } },
    },
    todos: {
      fields: {
        id: field.id(),
        authorId: field.ref("users"),
        editorId: field.ref("users"),
        parentId: field.ref("todos"),
      },
      access,
      relations: { author: { belongsTo: "users", by: "editorId" } },
    },
  },
});
