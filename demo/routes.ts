/** Routes of our own below `/api`: those of the sign-in, and some on the key-value stores. */
import { notFound, readBody, unauthorized } from "covara/runtime";
import { type Context, Hono } from "hono";
import * as z from "zod/mini";
import type { AppEnv } from "../generated/env.js";
import { kv } from "../generated/kv.js";
import signIn from "./sign-in.js";

const Score = z.strictObject({ score: z.int() });
const Quantity = z.strictObject({ quantity: z.int().check(z.gte(0), z.lte(99)) });

const bodyLimit = 1_024;

/** The id of the caller. */
function caller(c: Context<AppEnv>): string {
  const user = c.get("user");
  if (user === null) throw unauthorized();
  return user.id;
}

/** A part of the path that becomes part of a key. */
function name(c: Context<AppEnv>, parameter: string): string {
  const value = c.req.param(parameter) ?? "";
  if (!/^[\w-]{1,40}$/.test(value)) throw notFound();
  return value;
}

/** Carts are kept by user: the tag in braces keeps those of one user together if they are ever sharded. */
const cartKey = (user: string, sku: string): string => `{${user}}:${sku}`;

export default new Hono<AppEnv>()
  .route("/", signIn)

  // A counter: nothing is lost, however many requests come at once.
  .post("/board/visits/:page", async (c) => c.json({ visits: await kv(c.env).visits.incr(name(c, "page")) }))

  // A sorted set, written by a function that runs inside the object.
  .post("/board/:board/scores", async (c) => {
    const { score } = await readBody(c.req.raw, Score, bodyLimit);
    return c.json(await kv(c.env).leaderboard.submit(name(c, "board"), caller(c), score));
  })
  .get("/board/:board/leaders", async (c) => {
    const stores = kv(c.env);
    const board = name(c, "board");
    // One message to the object: both calls are of the same tick.
    const [leaders, recent] = await Promise.all([
      stores.leaderboard.zrange(board, 0, 9, { rev: true, withScores: true }),
      stores.recent.lrange(board, 0, 4),
    ]);
    return c.json({ leaders, recent });
  })

  // A set that empties itself a minute after the last sign of life.
  .post("/board/:board/presence", async (c) => {
    const board = name(c, "board");
    const [, online] = await kv(c.env).multi((tx) => [
      tx.online.sadd(board, caller(c)),
      tx.online.smembers(board),
    ]);
    return c.json({ online });
  })

  // A hash with typed fields for each article in a cart.
  .put("/board/cart/:sku", async (c) => {
    const { quantity } = await readBody(c.req.raw, Quantity, bodyLimit);
    const { cart } = kv(c.env);
    const [user, sku] = [caller(c), name(c, "sku")];
    if (quantity === 0) await cart.del(cartKey(user, sku));
    else await cart.hset(cartKey(user, sku), { sku, quantity });
    return c.body(null, 204);
  })
  .get("/board/cart", async (c) => {
    const { cart } = kv(c.env);
    const keys = await cart.keys(`${cartKey(caller(c), "")}*`);
    return c.json({ items: await Promise.all(keys.map((key) => cart.hgetall(key))) });
  });
