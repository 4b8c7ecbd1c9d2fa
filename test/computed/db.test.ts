/** Computed fields in what server code reads and writes. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { db } from "#computed/db";
import { type Caller, person } from "../server/call.ts";
import { isRight, task } from "./tasks.ts";

let ann: Caller;
beforeEach(async () => {
  ann = await person();
  await env.DB.prepare("DELETE FROM tasks").run();
});

test("the rows of db have them, hidden fields beside them, and orders leave out those of functions", async () => {
  const made = await db(env).tasks.create({ title: "Serve", ownerId: ann.id, priority: 1 });
  expect([made.shout, made.headline, made.words]).toEqual(["SERVE{!}", "open SERVE{!} ", ["Serve"]]);
  const changed = await db(env).tasks.update(made.id, { title: "Serve all" });
  expect([changed.size, changed.summary]).toEqual(["long", { title: "Serve all", priority: 1 }]);
  const page = await db(env).tasks.list({ filter: "score==10", orderBy: ["-half", "shout"] });
  expect(page.items.map(({ remark }) => remark)).toEqual(["urgent"]);
  expect(await db(env).people.get(ann.id, { select: ["initials", "masked", "token"] })).toEqual({
    initials: "S",
    masked: "s3…",
    token: "s3cret",
  });
  // @ts-expect-error '"headline"' is not assignable
  await expect(db(env).tasks.list({ orderBy: ["headline"] })).rejects.toMatchObject({ status: 400 });
  // @ts-expect-error 'shout' does not exist in type 'TaskRowUpdate'
  await expect(db(env).tasks.update(made.id, { shout: "X" })).rejects.toMatchObject({ status: 400 });
});

test("so have those of a user", async () => {
  const made = await task(ann, { title: "Mine" });
  const mine = db(env).as(ann).tasks;
  expect(isRight({ ...(await mine.get(made.id)) })).toBe(true);
  const [only] = (await mine.list({ orderBy: ["overdue"], select: ["headline"] })).items;
  expect(only).toEqual({ headline: "open MINE{!} " });
});
