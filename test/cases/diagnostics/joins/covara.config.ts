import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "joins",
  database: d1(),
  auth: custom("./auth.ts"),
  resources: {
    posts: {
      fields: { id: field.id() },
      relations: {
        tags: { manyToMany: "tags", through: "taggings" },
        secrets: { manyToMany: "secrets", through: "taggings" },
        readers: { manyToMany: "users", through: "visits" },
      },
      access: ({ public: everyone }) => ({ read: everyone() }),
    },
    tags: {
      fields: { id: field.id() },
      relations: { posts: { manyToMany: "posts", through: "taggings" } },
      access: ({ public: everyone }) => ({ read: everyone() }),
    },
    secrets: { fields: { id: field.id() }, access: () => ({}) },
    users: { fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) },
    taggings: {
      fields: {
        id: field.id(),
        postId: field.ref("posts"),
        tagId: field.ref("tags"),
        secretId: field.ref("secrets"),
      },
      access: ({ signedIn }) => ({ create: signedIn() }),
    },
    visits: {
      fields: { id: field.id(), postId: field.ref("posts"), userId: field.ref("users") },
      access: ({ signedIn }) => ({ read: signedIn() }),
    },
  },
});
