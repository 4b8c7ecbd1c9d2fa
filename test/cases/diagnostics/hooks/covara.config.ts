import { d1, defineConfig, field } from "covara";

const everyone = { type: "public" } as const;

export default defineConfig({
  name: "hooks",
  database: d1(),
  resources: {
    notes: {
      fields: { id: field.id(), text: field.text(), slug: field.text().hidden() },
      access: () => ({ read: everyone, create: everyone }),
      hooks: "./notes.hooks.ts",
    },
    // No request makes one: server code gives the slug.
    made: {
      fields: { id: field.id(), slug: field.text().hidden(), kind: field.text().readOnly() },
      access: () => ({ read: everyone }),
    },
    // `beforeCreate` sets what no request can.
    pages: {
      fields: { id: field.id(), slug: field.text().hidden() },
      access: () => ({ read: everyone }),
      hooks: "./pages.hooks.ts",
    },
    broken: {
      fields: { id: field.id() },
      access: () => ({ read: everyone }),
      hooks: "./broken.hooks.ts",
    },
    elsewhere: {
      fields: { id: field.id() },
      access: () => ({ read: everyone }),
      hooks: "elsewhere.hooks.ts",
    },
    // `covara gen` starts it.
    missing: {
      fields: { id: field.id() },
      access: () => ({ read: everyone }),
      hooks: "./src/missing.hooks.ts",
    },
    // Where the config has an error, it starts nothing: the module is the user's to write.
    unwritten: {
      fields: { id: field.id(), slug: field.text().hidden() },
      access: () => ({ read: everyone, create: everyone }),
      hooks: "./src/unwritten.hooks.ts",
    },
  },
});
