import { db } from "../../../.tmp/keys/db.js";
import type { NoteProcedures } from "../../../.tmp/keys/procedures.js";

export const shout: NoteProcedures["shout"] = async (_input, context) => {
  const { notes } = db(context.env, context).as(context.user);
  await notes.update(context.id, { text: context.row.text.toUpperCase() });
  return { text: context.row.text.toUpperCase() };
};

export const sweep: NoteProcedures["sweep"] = async (_input, context) => {
  const { notes } = db(context.env, context).as(context.user);
  const { items } = await notes.list({ limit: 100, select: ["id"] });
  for (const { id } of items) await notes.delete(id);
};
