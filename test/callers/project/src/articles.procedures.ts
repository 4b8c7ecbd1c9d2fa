import { db } from "../../../.tmp/callers/db.js";
import type { ArticleProcedures } from "../../../.tmp/callers/procedures.js";

export const shout: ArticleProcedures["shout"] = async (_input, context) => {
  const headline = context.row.headline.toUpperCase();
  await db(context.env, context).as(context.user).articles.update(context.id, { headline });
  return { headline };
};

/** Deletes as the server, which asks no rule: the procedure's own is all there is. */
export const sweep: ArticleProcedures["sweep"] = async ({ headline }, context) => {
  const { articles } = db(context.env, context);
  const { items } = await articles.list({ limit: 100, select: ["id", "headline"] });
  for (const row of items) if (row.headline === headline) await articles.delete(row.id);
};
