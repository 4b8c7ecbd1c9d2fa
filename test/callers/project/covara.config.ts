/** A magazine whose readers, editors and programs identify themselves in three ways, with all kinds of routes. */
import { apiKey, d1, defineConfig, field, jwt, session } from "covara";

export default defineConfig({
  name: "callers",
  database: d1(),
  auth: [
    session({ users: "users", ttl: "30d", idle: "7d", shards: 1 }),
    jwt({ secret: "JWT_SECRET", issuer: "https://login.example.com", audience: "api", users: "users" }),
    apiKey({ users: "users", prefix: "mag", ttl: "90d", shards: 1 }),
  ],
  openapi: true,
  resources: {
    users: {
      fields: {
        id: field.id(),
        name: field.text(),
        role: field.enum(["member", "admin"]).default("member").readOnly(),
        passhash: field.text().hidden().optional(),
      },
      softDelete: true,
      access: ({ owner }) => ({ read: owner("id"), update: owner("id") }),
    },
    issues: {
      fields: {
        id: field.id(),
        title: field.text(),
        ownerId: field.ref("users").owner(),
        version: field.version(),
      },
      relations: { articles: { hasMany: "articles" } },
      requireIfMatch: true,
      softDelete: true,
      live: true,
      access: ({ owner }) => ({
        read: owner("ownerId"),
        create: owner("ownerId"),
        update: owner("ownerId"),
        delete: owner("ownerId"),
        readDeleted: owner("ownerId"),
      }),
    },
    articles: {
      fields: {
        id: field.id({ client: true }),
        headline: field.text(),
        issueId: field.ref("issues", { onDelete: "cascade" }),
        authorId: field.ref("users").owner(),
        updatedAt: field.timestamp().updatedAt(),
      },
      relations: {
        issue: { belongsTo: "issues", by: "issueId" },
        tags: { manyToMany: "tags", through: "taggings" },
      },
      search: ["headline"],
      hooks: "./src/articles.hooks.ts",
      procedures: {
        module: "./src/articles.procedures.ts",
        row: { shout: { output: { headline: field.text() } } },
        rpc: { sweep: { input: { headline: field.text() } } },
      },
      access: ({ owner, any, through, signedIn }) => ({
        read: any(owner("authorId"), through("issue", "read")),
        create: owner("authorId"),
        update: owner("authorId"),
        delete: owner("authorId"),
        procedures: { shout: owner("authorId"), sweep: signedIn() },
      }),
    },
    tags: {
      fields: { id: field.id(), label: field.text() },
      access: ({ public: everybody, role }) => ({ read: everybody(), create: role("admin") }),
    },
    taggings: {
      fields: {
        id: field.id(),
        articleId: field.ref("articles", { onDelete: "cascade" }),
        tagId: field.ref("tags"),
      },
      access: ({ through }) => ({
        read: through("article", "read"),
        create: through("article", "read"),
        delete: through("article", "read"),
      }),
    },
    comments: {
      fields: {
        id: field.id(),
        text: field.text(),
        articleId: field.ref("articles", { onDelete: "cascade" }),
        createdAt: field.timestamp().createdAt(),
      },
      access: ({ public: everybody, signedIn }) => ({
        read: everybody(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
  },
});
