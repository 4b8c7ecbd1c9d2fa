import { custom, d1, defineConfig, field, resource } from "../../schema/index.ts";

const labels = resource({
  fields: { id: field.id(), name: field.text(), todoId: field.ref("todos") },
  access: ({ role, owner }) => ({ read: role("admin"), update: owner("name") }),
  relations: { todo: { belongsTo: "todos", by: "todoId" } },
  indexes: [["name"]],
});

export default defineConfig({
  name: "taskboard",
  compatibilityDate: "2026-10-01",
  database: d1(),
  auth: custom("./src/auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    users: {
      fields: {
        id: field.id(),
        email: field.text().email().unique(),
        role: field.enum(["member", "admin"]).default("member"),
      },
      access: ({ signedIn, owner }) => ({ read: signedIn(), update: owner("id") }),
      relations: {
        todos: { hasMany: "todos", by: "ownerId" },
        reviewed: { hasMany: "todos", by: "reviewerId" },
        tags: { manyToMany: "tags", through: "todos", by: "ownerId", to: "tagId" },
      },
    },
    tags: { fields: { id: field.id() }, access: ({ public: everyone }) => ({ read: everyone() }) },
    todos: {
      fields: {
        id: field.id(),
        title: field.text().min(1).max(200),
        done: field.boolean().default(false),
        ownerId: field.ref("users").owner(),
        reviewerId: field.ref("users", { onDelete: "set null" }).optional(),
        parentId: field.ref("todos").optional(),
        tagId: field.ref("tags"),
        dueAt: field.timestamp().default(new Date(0)),
        meta: field.json<{ a: number; b?: string[] }>().default({ a: 1 }),
        createdAt: field.timestamp().createdAt(),
        version: field.version(),
      },
      indexes: [["ownerId", "createdAt"]],
      relations: {
        subtasks: { hasMany: "todos" },
        reviewer: { belongsTo: "users", by: "reviewerId" },
        labels: { hasMany: "labels" },
      },
      access: ({ any, owner, role, where, through }) => ({
        read: any(
          owner("ownerId"),
          role("admin"),
          where((row, user) =>
            row.title.ne("secret").and(row.reviewerId.eq(user.id)).or(row.version.gt(3).not()),
          ),
          through("owner", (user) => user.owner("id")),
          through("parent", (todo) =>
            todo.through("owner", (user) => user.where((row, caller) => row.role.eq(caller.role))),
          ),
          through("labels", (label) => label.owner("name")),
          through("parent", "read"),
        ),
        create: owner("ownerId"),
      }),
    },
    labels,
  },
});
