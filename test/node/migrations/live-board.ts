/** An application with all that the change log has to cope with, and what its images must be. */
import { custom, d1, defineConfig, field } from "covara";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model, ResourceModel } from "../../../generator/model/types.ts";
import type { ConfigData } from "../../../schema/data.ts";
import type { Database, Row, Value } from "./database.ts";

export function modelOf(config: ConfigData): Model {
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  if (model === null)
    throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  return model;
}

/** More columns than one call of a function takes. */
const wide = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`f${n}`, field.integer().default(n)]));

/** @param stage `early` lacks columns that the application got later: times, which triggers fill in, and others. */
export const board = (stage: "early" | "late"): ConfigData =>
  defineConfig({
    name: "board",
    database: d1(),
    auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
    resources: {
      users: {
        fields: { id: field.id(), name: field.text() },
        access: (rules) => ({ read: rules.signedIn() }),
      },
      // With a version, which decides over entries.
      lists: {
        fields: {
          id: field.id(),
          name: field.text(),
          ownerId: field.ref("users", { onDelete: "cascade" }),
          secret: field.text().optional().hidden(),
          version: field.version(),
          ...(stage === "early"
            ? {}
            : { createdAt: field.timestamp().createdAt(), updatedAt: field.timestamp().updatedAt() }),
        },
        relations: { members: { hasMany: "members", by: "listId" } },
        live: true,
        access: (rules) => ({
          read: rules.any(
            rules.owner("ownerId"),
            rules.through("members", (member) => member.owner("userId")),
            rules.role("admin"),
          ),
        }),
      },
      // Not live: only what the rule of lists looks at is logged.
      members: {
        fields: {
          id: field.id(),
          listId: field.ref("lists", { onDelete: "cascade" }),
          userId: field.ref("users", { onDelete: "cascade" }),
          nickname: field.text().optional(),
          version: field.version(),
        },
        access: (rules) => ({ read: rules.signedIn() }),
      },
      // All kinds of values, deleted rows that are kept, and a full-text index whose triggers run beside.
      todos: {
        fields: {
          id: field.id(),
          title: field.text(),
          done: field.boolean().default(false),
          count: field.integer().default(0),
          score: field.number().optional(),
          data: field.json().optional(),
          level: field.enum(["low", "high"]).default("low"),
          dueAt: field.timestamp().optional(),
          listId: field.ref("lists", { onDelete: "cascade" }),
          assigneeId: field.ref("users", { onDelete: "set null" }).optional(),
          version: field.version(),
          twice: field.number().optional().computed("{score} * 2"),
          label: field.text().computed("CASE WHEN {done} THEN 'done; ' ELSE '' END || {title}"),
          shape: field.json().computed(`json_object('count', {count})`),
        },
        search: ["title"],
        softDelete: true,
        live: { by: "listId" },
        access: (rules) => ({ read: rules.through("list", "read") }),
      },
      // Without a version; and of its own kind, three levels below a user.
      comments: {
        fields: {
          id: field.id(),
          text: field.text(),
          todoId: field.ref("todos", { onDelete: "cascade" }),
          parentId: field.ref("comments", { onDelete: "cascade" }).optional(),
          secret: field.text().optional().hidden(),
          ...(stage === "early"
            ? {}
            : { createdAt: field.timestamp().createdAt(), updatedAt: field.timestamp().updatedAt() }),
        },
        live: true,
        access: (rules) => ({ read: rules.through("todo", "read") }),
      },
      sheets: {
        fields: { id: field.id(), ...wide, version: field.version() },
        live: true,
        access: (rules) => ({ read: rules.public() }),
      },
      // Nothing but an id.
      marks: {
        fields: { id: field.id() },
        live: true,
        access: (rules) => ({ read: rules.public() }),
      },
    },
  });

export type Image = Readonly<Record<string, unknown>>;

export interface Entry {
  readonly seq: number;
  readonly source: string;
  readonly id: string;
  readonly before: Image | null;
  readonly after: Image | null;
}

/** Reads an image as the Worker does: an object, or objects to be put together. */
export function readImage(text: Value | undefined): Image | null {
  if (typeof text !== "string") return null;
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? Object.assign({}, ...value) : (value as Image);
}

/** The entries after a number. */
export async function entriesAfter(database: Database, seq: number): Promise<Entry[]> {
  const rows = await database.query(`SELECT * FROM "_covara_changes" WHERE "seq" > ${seq} ORDER BY "seq"`);
  return rows.map((row) => ({
    seq: Number(row.seq),
    source: String(row.source),
    id: String(row.row_id),
    before: readImage(row.before_row),
    after: readImage(row.after_row),
  }));
}

/** What the computed fields of the board must be. */
const values: Readonly<Record<string, (row: Row) => unknown>> = {
  twice: ({ score }) => (score === null ? null : Number(score) * 2),
  label: ({ done, title }) => `${done === 1 ? "done; " : ""}${title}`,
  shape: ({ count }) => `{"count":${count}}`,
};

/** What the image of a row must be, worked out from its columns. */
export function imageOf(model: Model, { key, fields, computed }: ResourceModel, row: Row): Image {
  const logged = model.live?.tables.find(({ resource }) => resource === key);
  if (logged === undefined) throw new Error(`${key} is not logged`);
  const image: Record<string, unknown> = {};
  for (const name of logged.fields) {
    image[name] = row[fields.find((each) => each.name === name)?.column ?? ""];
  }
  for (const { name } of computed.fields) image[name] = values[name]?.(row);
  return image;
}

/** The rows of all logged tables, as images, by table and id. */
export async function imagesOf(database: Database, model: Model): Promise<Map<string, Map<string, Image>>> {
  const images = new Map<string, Map<string, Image>>();
  for (const { resource: key } of model.live?.tables ?? []) {
    const resource = model.resources.find((each) => each.key === key);
    if (resource === undefined) throw new Error(`no resource ${key}`);
    const rows = await database.query(`SELECT * FROM "${resource.table}"`);
    images.set(resource.table, new Map(rows.map((row) => [String(row.id), imageOf(model, resource, row)])));
  }
  return images;
}
