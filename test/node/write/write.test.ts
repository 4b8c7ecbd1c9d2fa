import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeOrder } from "../../../generator/write/order.ts";
import { contents, temporaryFolder, write } from "./harness.ts";

let root: string;
beforeEach(() => {
  root = path.join(temporaryFolder(), "generated");
});
afterEach(() => fs.rmSync(path.dirname(root), { recursive: true, force: true }));

const put = (file: string, text: string) => fs.writeFileSync(path.join(root, file), text);
const get = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const unchanged = { codes: [], messages: [], changes: [], withdrawn: [] };
const paths = () => Object.keys(contents(root));

describe("writing", () => {
  test("creates what is missing, then writes nothing", async () => {
    const files = { "app.ts": "a\n", "resources/todos.ts": "t\n" };
    expect((await write(root, files)).changes.map(({ path, action }) => `${action} ${path}`)).toEqual([
      "created app.ts",
      "created resources/todos.ts",
      "created manifest.json",
    ]);
    const times = Object.keys(contents(root)).map((file) => fs.statSync(path.join(root, file)).mtimeMs);
    expect(await write(root, files)).toEqual(unchanged);
    expect(paths().map((file) => fs.statSync(path.join(root, file)).mtimeMs)).toEqual(times);
    expect(paths()).toEqual(["app.ts", "manifest.json", "resources/todos.ts"]);
  });

  test("changes only the files whose text differs, and the manifest", async () => {
    await write(root, { "a.ts": "1\n", "b.ts": "1\n" });
    const before = fs.statSync(path.join(root, "a.ts")).ino;
    expect((await write(root, { "a.ts": "1\n", "b.ts": "2\n" })).changes).toEqual([
      { path: "b.ts", action: "updated" },
      { path: "manifest.json", action: "updated" },
    ]);
    expect(fs.statSync(path.join(root, "a.ts")).ino).toBe(before);
    expect(get("b.ts")).toBe("2\n");
  });

  test("prunes its own files and the folders they leave empty, and nothing else", async () => {
    await write(root, { "a.ts": "1\n", "resources/old.ts": "1\n" });
    put("notes.txt", "mine");
    expect((await write(root, { "a.ts": "1\n" })).changes[0]).toEqual({
      path: "resources/old.ts",
      action: "removed",
    });
    expect(paths()).toEqual(["a.ts", "manifest.json", "notes.txt"]);
    expect(fs.existsSync(path.join(root, "resources"))).toBe(false);
  });

  test("takes other line ends for no change", async () => {
    await write(root, { "a.ts": "1\n2\n" });
    put("a.ts", "1\r\n2\r\n");
    put("manifest.json", get("manifest.json").replaceAll("\n", "\r\n"));
    expect(await write(root, { "a.ts": "1\n2\n" })).toEqual(unchanged);
    expect((await write(root, { "a.ts": "3\n" })).codes).toEqual([]);
    expect(get("a.ts")).toBe("3\n");
  });

  test("writes modules after those that they import", async () => {
    const order = writeOrder(
      new Map([
        ["wrangler.toml", ""],
        ["app.ts", 'import { todos } from "./resources/todos.js";'],
        ["manifest.json", ""],
        ["resources/todos.ts", 'import type { Todo } from "../types.js";\nexport * from "../zebra.js";'],
        ["types.ts", 'import "./app.js";'],
        ["zebra.ts", ""],
        ["migrations/snapshot.json", ""],
        ["migrations/0001_init.sql", ""],
      ]),
    );
    expect(order).toEqual([
      "migrations/0001_init.sql",
      "migrations/snapshot.json",
      "types.ts",
      "zebra.ts",
      "resources/todos.ts",
      "app.ts",
      "manifest.json",
      "wrangler.toml",
    ]);
  });
});

describe("hand edits (contract 1)", () => {
  test("stop the run before anything is written, unless forced", async () => {
    await write(root, { "a.ts": "1\n", "b.ts": "1\n" });
    put("a.ts", "mine\n");
    const stopped = await write(root, { "a.ts": "2\n", "b.ts": "2\n" });
    expect(stopped.codes).toEqual(["COV3001"]);
    expect(stopped.messages[0]).toContain("generated/a.ts");
    expect([get("a.ts"), get("b.ts")]).toEqual(["mine\n", "1\n"]);
    expect((await write(root, { "a.ts": "2\n", "b.ts": "2\n" }, { force: true })).codes).toEqual([]);
    expect([get("a.ts"), get("b.ts")]).toEqual(["2\n", "2\n"]);
  });

  test("are noticed even where the config has not changed", async () => {
    await write(root, { "a.ts": "1\n" });
    put("a.ts", "mine\n");
    expect((await write(root, { "a.ts": "1\n" })).codes).toEqual(["COV3001"]);
  });

  test("are none where the file holds what would be written anyway", async () => {
    await write(root, { "a.ts": "1\n" });
    put("a.ts", "2\n");
    expect((await write(root, { "a.ts": "2\n" })).codes).toEqual([]);
    expect((await write(root, { "a.ts": "3\n" })).codes).toEqual([]);
  });

  test("keep a file that is no longer generated, by force too", async () => {
    await write(root, { "a.ts": "1\n", "b.ts": "1\n" });
    put("b.ts", "mine\n");
    expect((await write(root, { "a.ts": "1\n" })).codes).toEqual(["COV3001"]);
    expect((await write(root, { "a.ts": "1\n" }, { force: true })).codes).toEqual(["COV3011"]);
    expect(get("b.ts")).toBe("mine\n");
    expect(await write(root, { "a.ts": "1\n" })).toEqual(unchanged);
  });

  test("a file that covara did not write is in the way", async () => {
    fs.mkdirSync(root);
    put("a.ts", "mine\n");
    expect((await write(root, { "a.ts": "1\n" })).codes).toEqual(["COV3002"]);
    expect(get("a.ts")).toBe("mine\n");
    expect((await write(root, { "a.ts": "1\n" }, { force: true })).codes).toEqual([]);
    expect(get("a.ts")).toBe("1\n");
  });

  test("ids in wrangler.toml are none, and other lines are", async () => {
    const toml = (id: string, name: string) => `name = "${name}"\n[[d1_databases]]\nbinding = "DB"\n${id}`;
    await write(root, { "wrangler.toml": toml("", "x") });
    const id = 'database_id = "6a1c"\npreview_database_id = "7b2d"\n';
    put("wrangler.toml", toml(id, "x"));
    expect(await write(root, { "wrangler.toml": toml(id, "x") })).toEqual(unchanged);
    expect((await write(root, { "wrangler.toml": toml(id, "y") })).codes).toEqual([]);
    expect(get("wrangler.toml")).toBe(toml(id, "y"));
    put("wrangler.toml", toml(id, "z"));
    expect((await write(root, { "wrangler.toml": toml(id, "y") })).codes).toEqual(["COV3001"]);
  });
});

describe("the manifest", () => {
  test("is sorted, and adopts equal files when it was lost", async () => {
    await write(root, { "b.ts": "1\n", "a.ts": "1\n" });
    const text = get("manifest.json");
    expect(Object.keys(JSON.parse(text).files)).toEqual(["a.ts", "b.ts"]);
    fs.rmSync(path.join(root, "manifest.json"));
    expect((await write(root, { "a.ts": "1\n", "b.ts": "1\n" })).codes).toEqual([]);
    expect(get("manifest.json")).toBe(text);
  });

  test.each([
    ["a merge conflict", "<<<<<<< ours\n{}\n"],
    ["a path out of the folder", '{"files":{"../victim.txt":"00"}}'],
    ["an absolute path", '{"files":{"/etc/passwd":"00"}}'],
    ["another shape", "[]"],
  ])("with %s stops the run", async (_name, text) => {
    const victim = path.join(path.dirname(root), "victim.txt");
    fs.writeFileSync(victim, "precious");
    await write(root, { "a.ts": "1\n" });
    put("manifest.json", text);
    expect((await write(root, { "a.ts": "2\n" })).codes).toContain("COV3006");
    expect(get("a.ts")).toBe("1\n");
    expect((await write(root, { "a.ts": "2\n" }, { force: true })).codes).toEqual([]);
    expect(get("a.ts")).toBe("2\n");
    expect(fs.readFileSync(victim, "utf8")).toBe("precious");
  });
});

describe("paths", () => {
  test.each(["../out.ts", "a/../../out.ts", "/out.ts", "a\\..\\out.ts", "C:/out.ts", "a//b.ts"])(
    "%s is refused",
    async (file) => {
      expect((await write(root, { [file]: "x" }, { force: true })).codes).toEqual(["COV3003"]);
      expect(fs.existsSync(path.join(path.dirname(root), "out.ts"))).toBe(false);
    },
  );

  test("links are never followed", async () => {
    const outside = path.join(path.dirname(root), "outside");
    fs.mkdirSync(outside);
    fs.mkdirSync(root);
    fs.writeFileSync(path.join(outside, "todos.ts"), "precious");
    fs.symlinkSync(outside, path.join(root, "resources"));
    fs.symlinkSync(path.join(outside, "todos.ts"), path.join(root, "a.ts"));
    const { codes, messages } = await write(
      root,
      { "a.ts": "1\n", "resources/todos.ts": "1\n" },
      { force: true },
    );
    expect(codes).toEqual(["COV3003", "COV3003"]);
    expect(messages.every((message) => message.includes("symbolic link"))).toBe(true);
    expect(fs.readFileSync(path.join(outside, "todos.ts"), "utf8")).toBe("precious");
  });

  test("a folder in a file's place is named", async () => {
    fs.mkdirSync(path.join(root, "a.ts"), { recursive: true });
    expect((await write(root, { "a.ts": "1\n" }, { force: true })).codes).toEqual(["COV3003"]);
  });
});

describe("migrations are history", () => {
  const first = "migrations/0001_change.sql";

  test("they stay when the model changes", async () => {
    await write(root, {}, { model: "one" });
    await write(root, {}, { model: "two" });
    expect(Object.keys(JSON.parse(get("manifest.json")).files)).toEqual([
      first,
      "migrations/0002_change.sql",
      "migrations/snapshot.json",
    ]);
    expect(get(first)).toBe("-- one\n");
    expect((await write(root, {}, { model: "two" })).changes).toEqual([]);
  });

  test("an edited one stops the run; force accepts it as it is", async () => {
    await write(root, {}, { model: "one" });
    put(first, "-- mine\n");
    expect((await write(root, {}, { model: "one" })).codes).toEqual(["COV3004"]);
    expect((await write(root, {}, { model: "one", force: true })).codes).toEqual([]);
    expect(get(first)).toBe("-- mine\n");
    expect(await write(root, {}, { model: "one" })).toEqual(unchanged);
  });

  test("a missing one stops the run, by force too; without any the history starts over", async () => {
    await write(root, {}, { model: "one" });
    await write(root, {}, { model: "two" });
    fs.rmSync(path.join(root, first));
    expect((await write(root, {}, { model: "two" })).codes).toEqual(["COV3005"]);
    expect((await write(root, {}, { model: "two", force: true })).codes).toEqual(["COV3005"]);
    fs.rmSync(path.join(root, "migrations"), { recursive: true });
    expect((await write(root, {}, { model: "two" })).codes).toEqual([]);
    expect(paths()).toEqual(["manifest.json", first, "migrations/snapshot.json"]);
  });

  test("one that somebody added is kept and counted, and not ours", async () => {
    await write(root, {}, { model: "one" });
    put("migrations/0002_backfill.sql", "-- mine\n");
    await write(root, {}, { model: "two" });
    put("migrations/0002_backfill.sql", "-- mine, edited\n");
    expect((await write(root, {}, { model: "two" })).codes).toEqual([]);
    expect(paths()).toContain("migrations/0003_change.sql");
    expect(get("manifest.json")).not.toContain("backfill");
  });

  describe("one that cannot stay is withdrawn", () => {
    const refuse = { afterMigrations: async () => false };

    test("and the folder is as before, so that the same change is planned anew", async () => {
      await write(root, { "a.ts": "1\n" }, { model: "one" });
      const before = contents(root);
      expect(await write(root, { "a.ts": "2\n" }, { model: "two", ...refuse })).toEqual({
        ...unchanged,
        withdrawn: ["migrations/0002_change.sql"],
      });
      expect(contents(root)).toEqual(before);
      await write(root, { "a.ts": "2\n" }, { model: "three" });
      expect(get("migrations/0002_change.sql")).toBe("-- three\n");
    });

    test("the first one too", async () => {
      await write(root, { "a.ts": "1\n" }, { model: "one", ...refuse });
      expect(contents(root)).toEqual({});
    });

    test("but not one that was there before, by whomever", async () => {
      await write(root, {}, { model: "one" });
      put("migrations/0002_backfill.sql", "-- mine\n");
      const before = contents(root);
      await write(root, {}, { model: "two", ...refuse });
      expect(contents(root)).toEqual(before);
    });
  });
});
