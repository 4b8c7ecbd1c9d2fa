import { expect, test } from "vitest";
import { ruleBuilder } from "../../../schema/access.ts";
import { custom, d1, defineConfig, field } from "../../../schema/index.ts";

test("a config is plain data, and access stays a function", () => {
  const config = defineConfig({
    name: "app",
    database: d1({ binding: "MAIN" }),
    auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
    resources: {
      users: { fields: { id: field.id({ client: true }) }, access: ({ nobody }) => ({ read: nobody() }) },
      todos: {
        fields: {
          id: field.id(),
          title: field.text().min(1).max(9).regex(/^a/u).email().url(),
          ownerId: field.ref("users", { onDelete: "cascade" }).owner(),
          dueAt: field.timestamp().default(new Date(0)),
        },
        access: ({ any, owner, role }) => ({ read: any(owner("ownerId"), role("admin")) }),
      },
    },
  });
  expect(config.database).toEqual({ type: "d1", binding: "MAIN" });
  expect(config.auth).toMatchObject({
    module: "./auth.ts",
    user: { role: { data: { kind: "enum", values: ["member", "admin"] } } },
  });
  expect(config.resources.users?.fields.id?.data).toEqual({ kind: "id", client: true });
  const fields = config.resources.todos?.fields ?? {};
  expect(Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, one.data]))).toEqual({
    id: { kind: "id" },
    title: { kind: "text", min: 1, max: 9, regex: { source: "^a", flags: "u" }, format: "url" },
    ownerId: { kind: "ref", target: "users", onDelete: "cascade", owner: true },
    dueAt: { kind: "timestamp", default: "1970-01-01T00:00:00.000Z" },
  });
  expect(config.resources.todos?.access?.(ruleBuilder as never)).toEqual({
    read: {
      type: "any",
      rules: [
        { type: "owner", field: "ownerId" },
        { type: "role", role: "admin" },
      ],
    },
  });
});

test("a call returns a new field, and a repeated call wins", () => {
  const text = field.text();
  const limited = text.max(5).max(7);
  expect(text.data).toEqual({ kind: "text" });
  expect(limited.data).toEqual({ kind: "text", max: 7 });
});
