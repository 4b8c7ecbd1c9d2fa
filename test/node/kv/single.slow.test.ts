/**
 * An application with one structure alone, for each structure: what is generated compiles strictly, needs no
 * formatter, has nothing of the others in its bundle, and works in workerd.
 */
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { run } from "../../../generator/run.ts";
import { compiles, isFormatted, strict } from "../emit/compile.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/single-${process.pid}`);

interface Case {
  /** The store's declaration. */
  readonly declared: string;
  /** Texts that are in the bundle where the structure is declared, and nowhere else: tables and commands. */
  readonly marks: readonly string[];
  /** Commands with their replies. */
  readonly calls: readonly (readonly [command: string, args: readonly unknown[], reply: unknown])[];
}

const cases: Readonly<Record<string, Case>> = {
  string: {
    declared: "kv.string()",
    marks: ["kv_string", "getrange", "msetnx"],
    calls: [
      ["set", ["a", "1"], true],
      ["append", ["a", "2"], 2],
      ["mget", ["a", "b"], ["12", null]],
    ],
  },
  counter: {
    declared: "kv.counter()",
    marks: ["kv_counter", "incrby"],
    calls: [
      ["incr", ["a"], 1],
      ["incrbyfloat", ["a", 0.5], 1.5],
      ["getdel", ["a"], 1.5],
    ],
  },
  hash: {
    declared: "kv.hash()",
    marks: ["kv_hash", "hincrby", "hgetall"],
    calls: [
      ["hset", ["a", { x: "1", y: "2" }], 2],
      ["hgetall", ["a"], { x: "1", y: "2" }],
      ["hlen", ["a"], 2],
    ],
  },
  set: {
    declared: "kv.set()",
    marks: ["kv_set", "sunionstore", "smembers"],
    calls: [
      ["sadd", ["a", "x", "y", "x"], 2],
      ["sismember", ["a", "y"], true],
      ["scard", ["a"], 2],
    ],
  },
  list: {
    declared: "kv.list()",
    marks: ["kv_list", "rpushx", "linsert"],
    calls: [
      ["rpush", ["a", "x", "y"], 2],
      ["lrange", ["a", 0, -1], ["x", "y"]],
      ["lpop", ["a"], "x"],
    ],
  },
  sortedSet: {
    declared: "kv.sortedSet()",
    marks: ["kv_zset", "zadd", "zremrangebyscore"],
    calls: [
      ["zadd", ["a", { score: 2, member: "x" }], 1],
      ["zrank", ["a", "x"], 0],
      ["zscore", ["a", "x"], 2],
    ],
  },
  session: {
    declared: `kv.session({ ttl: "1h" })`,
    marks: ["kv_session", "revokeAll"],
    calls: [
      ["read", ["nonsense"], null],
      ["list", ["ann"], []],
      ["revoke", ["nonsense"], false],
    ],
  },
  rateLimit: {
    declared: `kv.rateLimit({ requests: 2, per: "1h" })`,
    marks: ["kv_rate_limit", "retryAfter"],
    calls: [
      ["take", ["a", 2], expect.objectContaining({ allowed: true, remaining: 0 })],
      ["take", ["a"], expect.objectContaining({ allowed: false })],
    ],
  },
};

/** Calls any command of the store, for the test. */
const routes = `import { Hono } from "hono";
import type { AppEnv } from "../generated/env.js";
import { kv } from "../generated/kv.js";

export default new Hono<AppEnv>().post("/call", async (c) => {
  const [command, args]: [string, unknown[]] = await c.req.json();
  const store: object = kv(c.env).it;
  const method: unknown = Reflect.get(store, command);
  if (typeof method !== "function") return c.json({ missing: command });
  return c.json({ reply: await Reflect.apply(method, store, args) });
});
`;

const config = (
  declared: string | null,
): string => `import { d1, defineConfig${declared === null ? "" : ", kv"} } from "covara";

export default defineConfig({
  name: "single",
  compatibilityDate: "2026-10-01",
  database: d1(),
  ${declared === null ? "" : `kv: { it: ${declared} },\n  routes: "./src/routes.ts",`}
});
`;

/** Every structure, in plain and in typed form. */
const everything = path.join(root, "test/kv/project");

const bundles = new Map<string, string>();

beforeAll(async () => {
  for (const [name, declared] of [
    ...Object.entries(cases).map(([key, value]) => [key, value.declared] as const),
    ["none", null] as const,
  ]) {
    const project = path.join(folder, name);
    fs.mkdirSync(path.join(project, "src"), { recursive: true });
    fs.writeFileSync(path.join(project, "covara.config.ts"), config(declared));
    if (declared !== null) fs.writeFileSync(path.join(project, "src/routes.ts"), routes);
    const { ok, diagnostics } = await run({ configPath: path.join(project, "covara.config.ts") });
    if (!ok) throw new Error(`${name}: ${diagnostics.map(({ message }) => message).join("\n")}`);
    const { outputFiles } = await build({
      entryPoints: [path.join(project, "generated/worker.ts")],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2023",
      external: ["cloudflare:workers"],
      alias: {
        "covara/runtime/kv": path.join(root, "runtime/kv/index.ts"),
        "covara/runtime": path.join(root, "runtime/http/index.ts"),
      },
    });
    bundles.set(name, outputFiles[0]?.text ?? "");
  }
});
beforeAll(async () => {
  fs.cpSync(everything, path.join(folder, "everything"), { recursive: true });
  const { ok } = await run({ configPath: path.join(folder, "everything/covara.config.ts") });
  expect(ok).toBe(true);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(cases))(
  "%s alone: the bundle has its tables and commands, and none of the others'",
  (name) => {
    const bundle = bundles.get(name) ?? "";
    for (const mark of cases[name]?.marks ?? []) expect(bundle, mark).toMatch(word(mark));
    for (const [other, { marks }] of Object.entries(cases)) {
      if (other === name) continue;
      for (const mark of marks) expect(bundle, `${mark} of ${other}`).not.toMatch(word(mark));
    }
  },
);

test("without stores nothing of them is in the bundle", () => {
  const bundle = bundles.get("none") ?? "";
  expect(bundle).toMatch(/readyz/);
  for (const mark of ["kv_keys", "COVARA_KV", "KVError", "cloudflare:workers"])
    expect(bundle).not.toContain(mark);
  expect(fs.readdirSync(path.join(folder, "none/generated"))).not.toContain("kv.ts");
});

test("what is generated for each, and for all together, compiles strictly", () => {
  const include = ["*/generated", "*/src", "*/covara.config.ts"];
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ ...strict, include }));
  compiles(folder);
});

test("what is generated for each, and for all together, needs no formatter", () => {
  // Biome skips what git ignores, so it looks at a copy elsewhere.
  const copy = path.join(root, `test/node/kv/format-${process.pid}`);
  try {
    for (const name of [...Object.keys(cases), "everything"]) {
      fs.cpSync(path.join(folder, name, "generated"), path.join(copy, name), { recursive: true });
    }
    isFormatted(copy);
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
});

describe.each(Object.entries(cases))("%s alone, in workerd", (name, { calls }) => {
  test("replies", async () => {
    const configPath = path.join(folder, name, "generated/wrangler.toml");
    const server = createTestHarness({ workers: [{ configPath }] });
    try {
      await server.listen();
      for (const [command, args, reply] of calls) {
        const answer = await server.fetch("/api/call", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify([command, args]),
        });
        expect([command, await answer.json()]).toEqual([command, { reply }]);
      }
      expect((await server.fetch("/readyz")).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});

/** A whole word: commands are properties, strings or methods. */
const word = (mark: string): RegExp => new RegExp(`\\b${mark}\\b`);
