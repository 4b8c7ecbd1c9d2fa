import type { Context } from "hono";
import * as z from "zod";
import { fieldErrors, invalidField, Problem } from "./problem.ts";

/** SQLite cuts text at NUL and cannot store lone surrogates. */
const text = z.string().refine((value) => !value.includes("\0") && value.isWellFormed(), {
  error: "Must not contain NUL or lone surrogates",
  params: { code: "invalid_text" },
});

const id = z.uuid().toLowerCase();

const timestamp = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .refine((value) => value.length === 24, { error: "Must lie in the years 0 to 9999" });

const fields = {
  title: text.min(1).max(200),
  notes: text.max(10_000).nullable(),
  done: z.boolean(),
  priority: z.int().min(0).max(3),
  estimate: z.number().min(0).nullable(),
  labels: z.array(text),
  assigneeId: id.nullable(),
  listId: id.nullable(),
  dueAt: timestamp.nullable(),
};

const whole = {
  title: fields.title,
  notes: fields.notes.default(null),
  done: fields.done.default(false),
  priority: fields.priority.default(0),
  estimate: fields.estimate.default(null),
  labels: fields.labels.default([]),
  assigneeId: fields.assigneeId.default(null),
  listId: fields.listId.default(null),
  dueAt: fields.dueAt.default(null),
};

export const todoCreate = z.strictObject({ id: id.optional(), ...whole });
export const todoUpdate = z.strictObject(fields).partial();
export const todoBatch = z.strictObject({ items: z.array(todoCreate).min(1) });
export const todoReplace = z.strictObject({ id: z.string().optional(), ...whole });

const parameter = z.string();

export const noParameters = z.strictObject({});
export const getParameters = z.strictObject({
  select: parameter.optional(),
  include: parameter.optional(),
});
export const listParameters = z.strictObject({
  filter: parameter.optional(),
  include: parameter.optional(),
  orderBy: parameter.optional(),
  limit: z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= 1, { error: "Must be at least 1" })
    .default(20),
  cursor: parameter.optional(),
  select: parameter.optional(),
  totalCount: z.enum(["true", "false"]).default("false"),
});

/** Validates the query string; an unknown parameter is an error, and so is one that is given twice. */
export function parseQuery<T extends z.ZodType>(c: Context, schema: T): z.output<T> {
  const given: Record<string, string> = {};
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1) throw invalidField(name, "Give it once", "duplicate_parameter");
    given[name] = values[0] ?? "";
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const unknown = result.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown !== undefined) {
    throw new Problem("UNKNOWN_PARAMETER", `There is no parameter ${unknown.keys.join(", ")}.`);
  }
  throw new Problem("VALIDATION_ERROR", "The query string is not valid.", {
    errors: fieldErrors(result.error.issues),
  });
}

/** Reads and validates a JSON body. */
export async function parseBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    throw new Problem("UNSUPPORTED_MEDIA_TYPE", "Send application/json.");
  }
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    throw invalidField("", "The body is not valid JSON", "invalid_json");
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Problem("VALIDATION_ERROR", "The body is not valid.", {
    errors: fieldErrors(result.error.issues),
  });
}

export const isUuid = (value: string): boolean => z.uuid().safeParse(value).success;
