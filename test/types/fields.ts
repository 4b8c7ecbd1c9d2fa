/** Each call under `@ts-expect-error` must not compile; the comment names the error. */
import { field } from "../../schema/index.ts";

field
  .text()
  .min(1)
  .max(2)
  .email()
  .url()
  .regex(/a/)
  .trim()
  .unique()
  .optional()
  .hidden()
  .readOnly()
  .default("a");
field.enum(["a", "b"]).default("b").optional();
field.json<{ a: number; b?: string[] }>().default({ a: 1 });
field.text().optional().computed("lower({name})").optional();
field.json<string[]>().computed();
field.timestamp().default("2026-01-01T00:00:00Z").default(new Date(0)).createdAt().updatedAt();

// @ts-expect-error Property 'min' does not exist on type 'BooleanField'
field.boolean().min(1);
// @ts-expect-error Property 'email' does not exist on type 'IntegerField'
field.integer().email();
field.text().owner();
// @ts-expect-error Property 'owner' does not exist on type 'IntegerField'
field.integer().owner();
// @ts-expect-error Property 'createdAt' does not exist on type 'TextField'
field.text().createdAt();
// @ts-expect-error Property 'optional' does not exist on type 'IdField'
field.id().optional();
// @ts-expect-error 'clint' does not exist in type 'IdOptions'
field.id({ clint: true });
// @ts-expect-error '"c"' is not assignable to '"a" | "b"'
field.enum(["a", "b"]).default("c");
// @ts-expect-error an enum needs at least one member
field.enum([]);
// @ts-expect-error 'string' is not assignable to 'number'
field.integer().default("1");
// @ts-expect-error 'string' is not assignable to 'boolean'
field.boolean().default("true");
// @ts-expect-error 'string' is not assignable to 'number' (property a)
field.json<{ a: number }>().default({ a: "1" });
// @ts-expect-error 'onDelet' does not exist in type 'RefOptions'
field.ref("users", { onDelet: "cascade" });
// @ts-expect-error '"delete"' is not assignable to 'OnDelete'
field.ref("users", { onDelete: "delete" });
// @ts-expect-error Property 'computed' does not exist on type 'RefField<"users">'
field.ref("users").computed("{id}");
// @ts-expect-error Property 'computed' does not exist on type 'VersionField'
field.version().computed("1");
// @ts-expect-error Property 'min' does not exist on type 'ComputedField<…>'
field.integer().computed("1").min(1);
// @ts-expect-error Property 'renamedFrom' does not exist on type 'ComputedField<…>'
field.text().computed("'a'").renamedFrom("b");
// @ts-expect-error 'true' is not assignable to 'string'
field.text().computed(true);
// @ts-expect-error Property 'owner' does not exist on type 'IntegerField'
field.integer().owner();
// @ts-expect-error Property 'owner' does not exist on type 'EnumField<"a">'
field.enum(["a"]).owner();
field.text().owner().hidden().unique();
