/** What can be asked of todos besides reading and writing them. */
import { db } from "../generated/db.js";
import { kv } from "../generated/kv.js";
import type { TodoProcedures } from "../generated/procedures.js";

/** Ticks a todo off, leaves a note if there is one, and gives the owner a point. */
export const complete: TodoProcedures["complete"] = async ({ note }, context) => {
  const { env, user, id, row } = context;
  const { todos, comments } = db(env, context).as(user);
  if (row.done) return { done: true, points: (await kv(env).leaderboard.zscore("done", row.ownerId)) ?? 0 };
  await todos.update(id, { done: true });
  if (note !== null) await comments.create({ todoId: id, body: note });
  return { done: true, points: await kv(env).leaderboard.zincrby("done", 1, row.ownerId) };
};

/** Takes away what is done, whoever it belongs to. */
export const archiveDone: TodoProcedures["archiveDone"] = async (_input, context) => {
  const { todos } = db(context.env, context);
  const { items } = await todos.list({ filter: "done==true", limit: 100, select: ["id"] });
  await Promise.all(items.map(({ id }) => todos.delete(id)));
  return { count: items.length };
};
