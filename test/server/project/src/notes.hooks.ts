/** What each hook does is asked for by the title of the note. */
import { Problem, where } from "covara/runtime";
import type { NoteHooks } from "../../../.tmp/server/hooks.js";
import { log } from "./log.ts";

export const beforeCreate: NoteHooks["beforeCreate"] = async (row, context) => {
  await log(context, `before create ${row.title}`);
  if (row.title === "refuse") throw new Problem("CONFLICT", "Not this one.");
  if (row.title === "fault") throw new Error("secret cause");
  if (row.title === "steal id") return { ...row, id: crypto.randomUUID() };
  if (row.title === "unknown") return JSON.parse(`{"nothing":1}`);
  if (row.title === "text") return JSON.parse(`"text"`);
  if (row.title === "missing") return { code: "only this" };
  return {
    slug: row.title.toLowerCase().replaceAll(" ", "-"),
    code: `${context.user?.id ?? "server"}`,
    ...(row.title === "rename" ? { title: "renamed", tags: ["a"] } : {}),
    ...(row.title === "give away" ? { ownerId: "somebody" } : {}),
  };
};

export const beforeUpdate: NoteHooks["beforeUpdate"] = async (patch, context) => {
  const { current, id } = context;
  await log(context, `before update ${current.title} ${id === current.id}`);
  if (patch.title === "refuse") throw new Problem("CONFLICT", "Not so.");
  if (patch.title === "version") return { ...patch, version: 99 };
  // Somebody else is faster.
  if (patch.title === "lock") await context.env.DB.prepare("UPDATE notes SET locked = 1").run();
  if (patch.title === "change") await context.env.DB.prepare("UPDATE notes SET version = 7").run();
  if (patch.title === undefined) return;
  return { slug: `${current.slug}+${patch.title}`, code: `${current.code}!` };
};

export async function beforeDelete(context: Parameters<NoteHooks["beforeDelete"]>[0]): Promise<void> {
  await log(context, `before delete ${context.current.title} ${context.current.code}`);
  if (context.current.title === "keep") throw new Problem("CONFLICT", "Kept.");
}

export const afterCreate: NoteHooks["afterCreate"] = async (row, context) => {
  await log(context, `after create ${row.title} ${row.slug} ${JSON.stringify(row.tags)} ${"code" in row}`);
  if (row.title === "late fault") throw new Error("too late");
};

export const afterUpdate: NoteHooks["afterUpdate"] = (row, context) =>
  log(context, `after update ${row.title} ${row.locked} ${row.version}`);

export const afterDelete: NoteHooks["afterDelete"] = (row, context) =>
  log(context, `after delete ${row.title}`);

export const guard: NoteHooks["guard"] = {
  create: (user) =>
    user?.role === "admin" ? where("title <> ?", "guarded") : where("title NOT LIKE ?", "admin%"),
  update: () => where("locked = ?", 0),
  delete: () => where("locked = 0"),
};
