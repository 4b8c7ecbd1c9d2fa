import { Problem } from "covara/runtime";
import type { NoteProcedures } from "../../../.tmp/server/procedures.js";
import { log } from "./log.ts";

export const publish: NoteProcedures["publish"] = async ({ at, reason }, context) => {
  await log(context, `publish ${context.row.title} ${context.row.code} ${context.id === context.row.id}`);
  if (reason === "refuse") throw new Problem("CONFLICT", "Published before.");
  if (reason === "fault") throw new Error("secret cause");
  if (reason === "wrong") return { slug: context.row.slug, at: "yesterday", reason };
  if (reason === "leak") return { slug: context.row.slug, at, reason, code: context.row.code };
  if (reason === "nothing") return JSON.parse("null");
  return { slug: context.row.slug, at, reason };
};

export const touch: NoteProcedures["touch"] = (_input, context) => log(context, "touch");

/** An ordinary function that wants less than it gets. */
export function reveal(): { slug: string } {
  return { slug: "revealed" };
}

export const closed: NoteProcedures["closed"] = () => {
  throw new Error("Nobody may call this.");
};

export const sumUp: NoteProcedures["sumUp"] = async ({ factor }, { env }) => {
  const row = await env.DB.prepare("SELECT count(*) AS n FROM notes").first<{ n: number }>();
  return { total: (row?.n ?? 0) * factor };
};

export const ping: NoteProcedures["ping"] = (_input, context) => {
  context.waitUntil(log(context, "ping"));
};

export const whoAmI: NoteProcedures["whoAmI"] = (_input, { user }) => ({ id: user?.id ?? null });

export const onlyServer: NoteProcedures["onlyServer"] = () => {};
