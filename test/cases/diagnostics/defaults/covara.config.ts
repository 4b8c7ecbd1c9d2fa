import { d1, defineConfig, field } from "covara";

const low = 1;
const title = field.text().max(3);

export default defineConfig({
  name: "defaults",
  database: d1(),
  resources: {
    todos: {
      fields: {
        id: field.id(),
        title: title.default("long"),
        short: field.text().min(2).default("a"),
        email: field.text().email().default("nobody"),
        site: field.text().url().default("example.com"),
        code: field
          .text()
          .regex(/^[a-z]+$/)
          .default("A1"),
        trimmed: field.text().trim().default(" a"),
        nul: field.text().default("a\0b"),
        count: field.integer().min(low).default(0),
        half: field.integer().default(0.5),
        ratio: field.number().max(1).default(2),
        state: field.enum(["open", "done"]).default("opened" as "open"),
        dueAt: field.timestamp().default("2026-01-01"),
        done: field.boolean().default("yes" as unknown as boolean),
        nothing: field.text().default(null as unknown as string),
        tree: field.json().default({ a: ["\ud800"] }),
      },
      access: () => ({}),
    },
  },
});
