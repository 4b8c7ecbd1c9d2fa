import { d1, defineConfig, field, kv } from "covara";

export default defineConfig({
  name: "kv-fields",
  database: d1(),
  kv: {
    owners: kv.string({ value: field.ref("users") as never }),
    ids: kv.set({ member: field.id() as never }),
    versions: kv.list({ value: field.version() as never }),
    names: kv.string({ value: field.text().optional().default("x").unique().hidden().readOnly() }),
    times: kv.string({ value: field.timestamp().createdAt().renamedFrom("at") }),
    edits: kv.sortedSet({ member: field.timestamp().updatedAt() }),
    bounds: kv.string({ value: field.integer().min(3).max(1) }),
    levels: kv.string({ value: field.enum(["low", "low"]) }),
    cart: kv.hash({
      fields: {
        sku: field.text().regex(/a/g),
        note: field.text().optional(),
        "two words": field.text(),
        by: field.ref("users").owner() as never,
      },
    }),
    profiles: kv.string({
      value: { name: field.text(), nick: field.text().optional(), age: field.integer().unique() },
    }),
    wrong: kv.string({ value: "text" as never }),
  },
});
