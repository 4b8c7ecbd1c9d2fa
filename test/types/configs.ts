/** Each misuse under `@ts-expect-error` must not compile; the comment names the error. */
import { custom, d1, defineConfig, field, resource } from "../../schema/index.ts";

const notes = resource({
  fields: { id: field.id(), text: field.text(), done: field.boolean() },
  // @ts-expect-error '"done"' is not assignable to '"id" | "text"'
  access: ({ owner, any }) => ({ read: any(owner("id"), owner("text")), update: owner("done") }),
  // @ts-expect-error '"txt"' is not assignable to '"done" | "id" | "text"'
  indexes: [["txt"]],
});

// A resource of a file of its own fits a config without roles.
defineConfig({ name: "a", database: d1(), resources: { notes } });

defineConfig({
  name: "b",
  database: d1(),
  resources: {
    todos: {
      fields: { id: field.id(), ownerId: field.ref("todos").owner() },
      // @ts-expect-error Property 'role' does not exist on type 'RuleBuilder<"id" | "ownerId">'
      access: ({ role }) => ({ read: role("admin") }),
    },
  },
});

const stray = resource({
  fields: { id: field.id(), userId: field.ref("users") },
  access: ({ signedIn }) => ({ read: signedIn() }),
});
// @ts-expect-error '"users"' is not assignable to '"stray"'
defineConfig({ name: "c", database: d1(), resources: { stray } });

// @ts-expect-error the user's `id` is implied
custom("./src/auth.ts", { user: { id: field.text() } });
// @ts-expect-error 'bindng' does not exist in type 'D1Options'
d1({ bindng: "DB" });
