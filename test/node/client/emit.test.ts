import { execFileSync } from "node:child_process";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { emitClient } from "../../../generator/emit/client.ts";
import { emitTypes } from "../../../generator/emit/types.ts";
import type { Model } from "../../../generator/model/types.ts";
import { createClient as createHostile } from "../../types/fixtures/client/hostile/client.ts";
import { createClient } from "../../types/fixtures/client/taskboard/client.ts";
import { everyone, field, hostile, model, onlyRooms, resource, rooms, taskboard } from "./models.ts";
import { json, serve } from "./server.ts";

/** Nobody may do anything yet. */
const closed = model(resource("audits", "Audit", [], {}));
const empty = model();

const root = path.join(import.meta.dirname, "../../..");
const fixtures = path.join(root, "test/types/fixtures/client");

describe("emitted text", () => {
  test.each<[string, Model]>([
    ["taskboard", taskboard],
    ["hostile", hostile],
    ["closed", closed],
    ["empty", empty],
    ["rooms", rooms],
    ["only-rooms", onlyRooms],
  ])("%s is as committed (`vitest -u` writes it)", async (name, application) => {
    await expect(emitClient(application)).toMatchFileSnapshot(path.join(fixtures, name, "client.ts"));
    await expect(emitTypes(application)).toMatchFileSnapshot(path.join(fixtures, name, "types.ts"));
  });

  test("what is committed is formatted and free of lint", () => {
    const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
    execFileSync(process.execPath, [biome, "check", "--error-on-warnings", fixtures], { cwd: root });
  });

  // The second knows no DOM, as in a Worker that calls another one; the third is a script.
  test.each(["tsconfig.json", "tsconfig.workers.json", "tsconfig.node.json"])(
    "it types what a frontend may and may not write under %s",
    (config) => {
      const tsc = path.join(root, "node_modules/typescript/bin/tsc");
      const run = (): string =>
        execFileSync(process.execPath, [tsc, "-p", path.join(fixtures, config)]).toString();
      expect(run()).toBe("");
    },
  );

  test("an added field adds one line, and changes at most one", () => {
    const before = emitClient(
      model(resource("notes", "Note", [field("a")], { read: everyone, create: everyone })),
    );
    const grown = [field("a"), field("b"), field("c", { kind: "json" })];
    const after = emitClient(model(resource("notes", "Note", grown, { read: everyone, create: everyone })));
    const known = new Set(before.split("\n"));
    expect(after.split("\n").filter((line) => !known.has(line))).toEqual([
      'export type NoteOrderBy = OrderBy<Exclude<keyof Note, "c">>;',
      "  b?: TextCondition;",
    ]);
  });
});

describe("emitted client", () => {
  test("has the calls that exist and no others", () => {
    const client = createClient({ baseUrl: "" });
    const calls = Object.fromEntries(Object.entries(client).map(([key, value]) => [key, Object.keys(value)]));
    const reading = ["list", "paginate", "get", "count", "aggregate"];
    const creating = ["create", "createMany"];
    const updating = ["update", "replace", "updateMany"];
    const deleting = ["delete", "deleteMany"];
    expect(calls).toEqual({
      users: [...reading, ...updating],
      todos: [...reading, ...creating, ...updating, ...deleting],
      reviews: [...reading, "search", ...creating, "upsertMany", ...updating],
      drafts: [...reading, ...deleting, "restore"],
      logs: [...reading, ...deleting],
      feedback: creating,
    });
  });

  test("works under any resource name", async () => {
    const { url, received } = await serve(() => json({ count: 7 }));
    const client = createHostile({ baseUrl: url });
    for (const call of Object.values(client)) expect(await call.count()).toBe(7);
    expect(received.map((request) => request.url)).toEqual(
      hostile.resources.map(({ route }) => `/api/${route}/count`),
    );
    expect(JSON.stringify(client)).toMatch(/^\{/);
  });

  test("a resource called then does not make the client a promise", async () => {
    const then = model(resource("then", "Then", [], { read: everyone }));
    const text = emitClient(then).replace(
      "createClient(options: ClientOptions): Client",
      "createClient(options)",
    );
    expect(text).toContain("    then: {");
    const { url } = await serve(() => json({ count: 7 }));
    const { outputFiles } = await bundle(emitClient(then));
    const source = outputFiles[0]?.text ?? "";
    const module: { createClient: typeof createClient } = await import(
      `data:text/javascript,${encodeURIComponent(source)}`
    );
    const client = await Promise.resolve(module.createClient({ baseUrl: url }));
    expect(Object.keys(client)).toEqual(["then"]);
  });
});

const bundle = (text: string) =>
  build({
    stdin: { contents: text, loader: "ts", resolveDir: root },
    alias: { "covara/client": path.join(root, "runtime/client/index.ts") },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });

describe("size", () => {
  const sizeOf = async (text: string): Promise<number> => {
    const { outputFiles } = await bundle(text);
    return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).byteLength;
  };
  const gzipped = (application: Model): Promise<number> => sizeOf(emitClient(application));

  test("a few resources take less than 6 kB gzipped (contract 7)", async () => {
    expect(await gzipped(taskboard)).toBeLessThan(6_000);
  });

  test("a further resource takes a few bytes", async () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      resource(`things${index}`, `Thing${index}`, [field("a")], {
        read: everyone,
        create: everyone,
        update: everyone,
        delete: everyone,
      }),
    );
    const growth = (await gzipped(model(...many))) - (await gzipped(model(...many.slice(0, 1))));
    expect(growth / 99).toBeLessThan(30);
  });

  test("channels take less than 1.1 kB beside live resources, and nothing where there are none", async () => {
    const live = (...names: readonly string[]): string =>
      `export { ${["connect", "living", "subscribing", ...names].join(", ")} } from "covara/client";`;
    const [without, withThem] = [
      await sizeOf(live()),
      await sizeOf(live("listening", "publishing", "attending")),
    ];
    expect(withThem - without).toBeLessThan(1_100);
    const { outputFiles } = await bundle(emitClient(taskboard));
    expect(outputFiles[0]?.text).not.toMatch(/presence|channels/);
    expect(emitClient(taskboard)).not.toMatch(/channel/i);
    // Whoever can only publish opens no streams.
    const complaints = {
      ...onlyRooms,
      channels: { list: onlyRooms.channels?.list.filter(({ key }) => key === "complaints") ?? [] },
    };
    const { outputFiles: small } = await bundle(emitClient(complaints));
    expect(small[0]?.text).not.toMatch(/event-stream|presence/);
  });

  test("a client that only reads carries no other calls", async () => {
    const { outputFiles } = await bundle(
      emitClient(model(resource("notes", "Note", [], { read: everyone }))),
    );
    const text = outputFiles[0]?.text ?? "";
    expect(text).toContain('"GET"');
    expect(text).not.toMatch(/"(POST|PUT|PATCH|DELETE)"/);
  });
});
