import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "fields",
  database: d1(),
  auth: custom("./auth.ts"),
  resources: {
    users: {
      fields: { key: field.id(), name: field.text() },
      access: () => ({}),
    },
    numbers: {
      fields: {
        id: field.integer(),
        low: field.integer().min(5).max(3),
        length: field.text().min(-1),
        half: field.integer().max(1.5),
        empty: field.text().max(0),
        first: field.version(),
        second: field.version(),
      },
      access: () => ({}),
    },
    todos: {
      fields: {
        id: field.id(),
        created: field.timestamp().createdAt().default("2026-01-01T00:00:00Z"),
        both: field.timestamp().createdAt().updatedAt(),
        changed: field.timestamp().updatedAt().optional(),
        ownerId: field.ref("todos").owner().optional(),
        writerId: field.text().trim().min(1).max(9).email().owner(),
        keeperId: field.text().regex(/x/).default("me").optional().owner().readOnly(),
        secret: field.text().hidden(),
        fixed: field.text().readOnly(),
        sealed: field.text().hidden().readOnly().default("x"),
        code: field.text().regex(/^[a-z]+$/g),
        listId: field.ref("todos", { onDelete: "set null" }),
        state: field.enum(["open", "open", ""]),
        none: field.enum([] as unknown as ["a"]),
      },
      access: ({ signedIn }) => ({ read: signedIn(), create: signedIn() }),
    },
    wide: {
      fields: {
        id: field.id(),
        ...Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`c${index}`, field.text()])),
      },
      access: () => ({}),
    },
  },
});
