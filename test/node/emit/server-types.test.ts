/** The types for modules of hooks and procedures, and for server code: what is wrong does not compile. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../../generator/run.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/server-types-${process.pid}`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Each line under `@ts-expect-error` must not compile, and all others must. */
const usage = `import { where } from "covara/runtime";
import { createClient } from "../generated/client.js";
import { db } from "../generated/db.js";
import type { Env, User } from "../generated/env.js";
import type { NoteHooks } from "../generated/hooks.js";
import type { NoteProcedures } from "../generated/procedures.js";

export const full: NoteHooks["beforeCreate"] = (row, { user, env, requestId, waitUntil }) => {
  waitUntil(env.DB.prepare(requestId).run());
  const slug: string | undefined = row.slug;
  return { slug: slug ?? row.title, code: user?.role ?? "", tags: [...row.tags, "x"], ownerId: row.ownerId };
};
export const nothing: NoteHooks["beforeCreate"] = () => undefined;
export const later: NoteHooks["beforeUpdate"] = async (patch, { current, id }) =>
  patch.title === undefined ? undefined : { code: current.code + id };
// @ts-expect-error no such field
export const unknownField: NoteHooks["beforeCreate"] = () => ({ sluug: "" });
// @ts-expect-error the version cannot be changed
export const version: NoteHooks["beforeUpdate"] = () => ({ version: 2 });
// @ts-expect-error of another type
export const wrong: NoteHooks["beforeCreate"] = async () => ({ title: 1 });
// @ts-expect-error no hidden fields once it is written
export const hidden: NoteHooks["afterCreate"] = (row) => row.code;
// @ts-expect-error there is no row before
export const before: NoteHooks["beforeCreate"] = (_row, { current }) => current;
// @ts-expect-error no such operation
export const guard: NoteHooks["guard"] = { read: () => where("1") };
// @ts-expect-error not a condition
export const open: NoteHooks["guard"] = { update: () => true };

export const publish: NoteProcedures["publish"] = ({ at, reason }, { row, id, user }) => {
  const text: string | null = reason;
  return { slug: row.code + id + (user?.id ?? ""), at, reason: text };
};
// @ts-expect-error a field of the output is missing
export const missing: NoteProcedures["publish"] = async ({ at }) => ({ at, reason: null });
// @ts-expect-error no input
export const takes: NoteProcedures["ping"] = (input: { x: string }) => input;
// @ts-expect-error about no row
export const sumUp: NoteProcedures["sumUp"] = ({ factor }, { row }) => ({ total: factor + row.version });

export async function server(env: Env, user: User): Promise<void> {
  const { notes, folders, events } = db(env);
  const made = await notes.create({ title: "x", ownerId: user.id });
  made.code satisfies string;
  await notes.update(made.id, { code: "", slug: "", ownerId: user.id }, { version: made.version });
  const { items } = await notes.list({ orderBy: ["-code", "title"], select: ["code"] });
  items[0]?.code satisfies string | undefined;
  (await events.createMany([{ what: "", requestId: "" }])).length satisfies number;
  (await folders.get("")).secret satisfies string | null;
  // @ts-expect-error the owner is missing
  await notes.create({ title: "x" });
  // @ts-expect-error set by the server alone
  await notes.update(made.id, { version: 3 });
  // @ts-expect-error not selected
  items[0]?.title;
  // @ts-expect-error JSON has no order
  await notes.list({ orderBy: ["tags"] });
  const own = db(env).as(user);
  const mine = await own.notes.create({ title: "x" });
  // @ts-expect-error hidden
  mine.code;
  // @ts-expect-error never taken from a user
  await own.notes.create({ title: "x", ownerId: user.id });
  // @ts-expect-error hidden
  await own.notes.list({ select: ["code"] });
  // @ts-expect-error nobody may
  await own.comments.delete("");
  // @ts-expect-error nobody may see them
  own.events;
}

export async function client(): Promise<void> {
  const { notes } = createClient({ baseUrl: "" });
  const { at, reason } = await notes.publish("id", { at: "" });
  [at, reason] satisfies (string | null)[];
  (await notes.rpc.sumUp({ factor: 1 })).total satisfies number;
  // @ts-expect-error of another type
  await notes.rpc.sumUp({ factor: "1" });
  // @ts-expect-error a field is missing
  await notes.publish("id", {});
  // @ts-expect-error takes no input
  await notes.reveal("id", { x: 1 });
  // @ts-expect-error nobody may
  await notes.rpc.onlyServer();
}
`;

test("hooks, procedures, server code and the client are typed from the config", async () => {
  fs.cpSync(path.join(root, "test/server/project"), folder, { recursive: true });
  const source = path.join(folder, "src");
  for (const file of fs.readdirSync(source)) {
    const module = path.join(source, file);
    const text = fs.readFileSync(module, "utf8").replaceAll("../../../.tmp/server/", "../generated/");
    fs.writeFileSync(module, text);
  }
  fs.writeFileSync(path.join(source, "usage.ts"), usage);
  const options = JSON.stringify({
    extends: path.join(root, "tsconfig.app.json"),
    compilerOptions: { noUnusedLocals: true },
    include: ["src", "generated", "covara.config.ts"],
  });
  fs.writeFileSync(path.join(folder, "tsconfig.json"), options);
  expect((await run({ configPath: path.join(folder, "covara.config.ts") })).ok).toBe(true);
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [tsc, "--pretty", "false", "-p", folder], { cwd: folder }, (error, out, err) =>
      resolve(error === null ? "" : out + err),
    );
  });
  expect(output).toBe("");
});
