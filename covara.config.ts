/** The reference application: the task board of a team. */
import { channel, custom, d1, defineConfig, field, kv, session } from "covara";

/** What is kept of a browser that is signed in. */
interface Session {
  userId: string;
  device?: string;
}

export default defineConfig({
  name: "taskboard",
  compatibilityDate: "2026-10-01",
  database: d1(),
  auth: [
    // Browsers by a cookie, which demo/sign-in.ts sets; curl and other programs by the token of demo/auth.ts.
    session({ users: "users" }),
    custom("./demo/auth.ts", {
      user: {
        email: field.text(),
        name: field.text(),
        role: field.enum(["member", "admin"]),
        createdAt: field.timestamp(),
      },
    }),
  ],
  resources: {
    users: {
      fields: {
        id: field.id(),
        email: field.text().email().max(254).unique(),
        name: field.text().trim().min(1).max(80),
        role: field.enum(["member", "admin"]).default("member").readOnly(),
        tokenHash: field.text().hidden().optional().unique(),
        initials: field.text().computed(),
        createdAt: field.timestamp().createdAt(),
      },
      access: ({ any, signedIn, owner, role }) => ({
        read: signedIn(),
        create: role("admin"),
        update: any(owner("id"), role("admin")),
      }),
      hooks: "./demo/users.hooks.ts",
      computed: "./demo/users.computed.ts",
    },
    lists: {
      fields: {
        id: field.id(),
        name: field.text().trim().min(1).max(80),
        color: field.enum(["slate", "red", "amber", "green", "blue"]).default("slate"),
        ownerId: field.ref("users").owner(),
        createdAt: field.timestamp().createdAt(),
      },
      relations: { members: { manyToMany: "users", through: "memberships" }, todos: { hasMany: "todos" } },
      access: ({ any, signedIn, owner, role }) => ({
        read: signedIn(),
        create: owner("ownerId"),
        update: any(owner("ownerId"), role("admin")),
        delete: any(owner("ownerId"), role("admin")),
      }),
      live: true,
    },
    memberships: {
      fields: {
        id: field.id(),
        listId: field.ref("lists", { onDelete: "cascade" }),
        userId: field.ref("users", { onDelete: "cascade" }),
        canEdit: field.boolean().default(false),
        createdAt: field.timestamp().createdAt(),
      },
      access: ({ signedIn, role }) => ({ read: signedIn(), create: role("admin"), delete: role("admin") }),
    },
    todos: {
      fields: {
        id: field.id({ client: true }),
        title: field.text().min(1).max(200),
        notes: field.text().max(10_000).optional(),
        done: field.boolean().default(false),
        priority: field.integer().min(0).max(3).default(0),
        estimate: field.number().min(0).optional(),
        labels: field.json<string[]>().default([]),
        ownerId: field.ref("users").owner(),
        assigneeId: field.ref("users", { onDelete: "set null" }).optional(),
        listId: field.ref("lists", { onDelete: "cascade" }).optional(),
        dueAt: field.timestamp().optional(),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
        version: field.version(),
      },
      relations: {
        list: { belongsTo: "lists" },
        comments: { hasMany: "comments", by: "todoId" },
      },
      indexes: [
        ["ownerId", "createdAt"],
        ["listId", "priority"],
      ],
      search: { title: 10, notes: 1 },
      access: ({ any, owner, role }) => ({
        read: any(owner("ownerId"), owner("assigneeId"), role("admin")),
        create: owner("ownerId"),
        update: any(owner("ownerId"), owner("assigneeId")),
        delete: owner("ownerId"),
        readDeleted: any(owner("ownerId"), role("admin")),
        procedures: { complete: any(owner("ownerId"), owner("assigneeId")), archiveDone: role("admin") },
      }),
      live: true,
      softDelete: true,
      procedures: {
        module: "./demo/todos.procedures.ts",
        row: {
          complete: {
            input: { note: field.text().min(1).max(5_000).optional() },
            output: { done: field.boolean(), points: field.number() },
          },
        },
        rpc: { archiveDone: { output: { count: field.integer() } } },
      },
    },
    comments: {
      fields: {
        id: field.id(),
        body: field.text().min(1).max(5_000),
        todoId: field.ref("todos", { onDelete: "cascade" }),
        parentId: field.ref("comments", { onDelete: "cascade" }).optional(),
        isReply: field.boolean().computed("{parentId} IS NOT NULL"),
        excerpt: field.text().computed("substr({body}, 1, 80)"),
        authorId: field.ref("users").owner(),
        createdAt: field.timestamp().createdAt(),
      },
      relations: { replies: { hasMany: "comments", by: "parentId" } },
      access: ({ any, signedIn, owner, role }) => ({
        read: signedIn(),
        create: owner("authorId"),
        update: owner("authorId"),
        delete: any(owner("authorId"), role("admin")),
      }),
      live: true,
    },
  },
  kv: {
    sessions: kv.string({ value: kv.json<Session>(), ttl: "7d" }),
    leaderboard: kv.sortedSet({ functions: "./demo/leaderboard.kv.ts" }),
    cart: kv.hash({ fields: { sku: field.text().min(1).max(40), quantity: field.integer().min(1).max(99) } }),
    recent: kv.list({ max: 100 }),
    online: kv.set({ ttl: "60s" }),
    visits: kv.counter(),
  },
  channels: {
    chat: channel({
      params: { room: field.text().max(64) },
      message: { text: field.text().min(1).max(2_000), from: field.text().owner() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      history: 200,
      presence: true,
    }),
  },
  routes: "./demo/routes.ts",
  openapi: { title: "Task board", version: "0.1.0" },
  clients: { react: true },
});
