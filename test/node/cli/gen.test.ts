import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bin, configText, covara, project } from "./harness.ts";

describe("covara gen (contract 1)", () => {
  test("prints a line per changed file and the time; a second run writes nothing", () => {
    using target = project({ "covara.config.ts": configText() });
    const first = covara(["gen"], target.root);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^created {2}generated\/app\.ts$/m);
    expect(first.stdout).toMatch(/^created {2}generated\/migrations\/0001_init\.sql$/m);
    expect(first.stdout).toMatch(/^Changed \d+ files in \d+ ms\.$/m);
    const files = fs.readdirSync(path.join(target.root, "generated"), { recursive: true, encoding: "utf8" });
    const times = () => files.map((file) => fs.statSync(path.join(target.root, "generated", file)).mtimeMs);
    const before = times();
    expect(covara(["gen"], target.root).stdout).toMatch(/^Up to date: \d+ files, in \d+ ms\.\n$/);
    expect(times()).toEqual(before);
  });

  test("names files from the folder it was started in, and reaches the config's modules from --out", () => {
    using target = project({
      "apps/shop/covara.config.ts": configText()
        .replace("database:", 'auth: custom("./src/auth.ts"), database:')
        .replace("d1,", "custom, d1,"),
      "apps/shop/src/auth.ts": "export default () => null;\n",
    });
    const { code, stdout, stderr } = covara(
      ["gen", "--config", "apps/shop/covara.config.ts", "--out", "build/worker/code"],
      target.root,
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("build/worker/code/app.ts");
    expect(target.get("build/worker/code/app.ts")).toContain('"../../../apps/shop/src/auth.js"');
    target.put("apps/shop/covara.config.ts", configText("size: field.integer().owner()"));
    expect(covara(["gen", "--config", "apps/shop/covara.config.ts"], target.root).stderr).toContain(
      "apps/shop/covara.config.ts:",
    );
  });

  test("reports all errors of a config with 1, and writes nothing", () => {
    using target = project({
      "covara.config.ts": configText('a: field.ref("itms"), b: field.ref("nobody")'),
    });
    const { code, stdout, stderr } = covara(["gen"], target.root);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.match(/^covara\.config\.ts:\d+:\d+ error COV\d{4} /gm)?.length).toBeGreaterThanOrEqual(2);
    expect(target.has("generated")).toBe(false);
  });

  test("warns of React code that cannot reach what it imports: COV3015", () => {
    const config = configText().replace("resources:", "clients: { react: true },\n  resources:");
    using target = project({ "covara.config.ts": config });
    expect(covara(["gen"], target.root)).toMatchObject({ code: 0, stderr: "" });
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), "covara-"));
    onTestFinished(() => fs.rmSync(elsewhere, { recursive: true }));
    const gen = () => covara(["gen", "--out", path.join(elsewhere, "code")], target.root);
    const { code, stderr } = gen();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /warning COV3015 .* imports react and @tanstack\/react-query, which are not installed/,
    );
    fs.mkdirSync(path.join(elsewhere, "node_modules/react"), { recursive: true });
    expect(gen().stderr).toMatch(/imports @tanstack\/react-query, which is not/);
    fs.mkdirSync(path.join(elsewhere, "code/node_modules/@tanstack/react-query"), { recursive: true });
    expect(gen().stderr).toBe("");
  });

  test("counts errors and warnings", () => {
    const open =
      "access: (rules) => ({ read: rules.public(), create: rules.public(), update: rules.public() })";
    const config = (fields: string) => configText(fields).replace(/access: .*/, `${open},`);
    using target = project({
      "covara.config.ts": configText('a: field.ref("itms"), b: field.ref("nobody")'),
    });
    expect(covara(["gen"], target.root).stderr).toMatch(/\n\n2 errors\.\n$/);
    target.put("covara.config.ts", config('a: field.ref("itms")'));
    expect(covara(["gen"], target.root).stderr).toMatch(/\n\n1 error, \d warnings?\.\n$/);
  });

  test("without a config is 1 and says so", () => {
    using target = project();
    expect(covara(["gen"], target.root)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("COV1001"),
    });
  });

  test("--json prints one document, diagnostics included", () => {
    using target = project({ "covara.config.ts": configText() });
    const done = covara(["gen", "--json"], target.root);
    expect(done.stderr).toBe("");
    expect(JSON.parse(done.stdout)).toMatchObject({ command: "gen", ok: true, diagnostics: [] });
    expect(JSON.parse(done.stdout).changes).toContainEqual({ action: "created", path: "generated/app.ts" });
    target.put("covara.config.ts", configText('a: field.ref("itms")'));
    const failed = covara(["gen", "--json"], target.root);
    expect([failed.code, failed.stderr]).toEqual([1, ""]);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      ok: false,
      changes: [],
      diagnostics: [{ severity: "error", position: { file: "covara.config.ts" } }],
    });
  });

  test("stops at a hand edit before it writes anything; --force overwrites", () => {
    using target = project({ "covara.config.ts": configText() });
    covara(["gen"], target.root);
    target.put("generated/app.ts", "// mine\n");
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    const stopped = covara(["gen"], target.root);
    expect([stopped.code, stopped.stdout]).toEqual([1, ""]);
    expect(stopped.stderr).toContain("COV3001 generated/app.ts was edited");
    expect(stopped.stderr).toContain("--force");
    expect(fs.readdirSync(path.join(target.root, "generated/migrations"))).toHaveLength(2);
    expect(covara(["gen", "--force"], target.root).code).toBe(0);
    expect(target.get("generated/app.ts")).not.toContain("mine");
    expect(target.has("generated/migrations/0002_add_items_size.sql")).toBe(true);
  });

  test("keeps the ids in wrangler.toml, which are no hand edit", () => {
    using target = project({ "covara.config.ts": configText() });
    covara(["gen"], target.root);
    const toml = target
      .get("generated/wrangler.toml")
      .replace('database_name = "shop"\n', '$&database_id = "6a1c"\n');
    target.put("generated/wrangler.toml", toml);
    expect(covara(["gen", "--check"], target.root).code).toBe(0);
    target.put("covara.config.ts", configText().replace('name: "shop"', 'name: "shop2"'));
    expect(covara(["gen"], target.root).code).toBe(0);
    expect(target.get("generated/wrangler.toml")).toContain('database_id = "6a1c"');
    expect(target.get("generated/wrangler.toml")).toContain('name = "shop2"');
    target.put("generated/wrangler.toml", "<<<<<<< ours\n");
    expect(covara(["gen", "--force"], target.root).stderr).toContain("COV3012 generated/wrangler.toml:1:1");
  });

  test("--name names the migration", () => {
    using target = project({ "covara.config.ts": configText() });
    covara(["gen"], target.root);
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    expect(covara(["gen", "--name", "add_sizes"], target.root).stdout).toContain("0002_add_sizes.sql");
  });

  test("--allow-destructive is asked for before data can be lost", () => {
    using target = project({ "covara.config.ts": configText("size: field.integer().optional()") });
    covara(["gen"], target.root);
    target.put("covara.config.ts", configText());
    const stopped = covara(["gen"], target.root);
    expect([stopped.code, stopped.stderr.includes("--allow-destructive")]).toEqual([1, true]);
    expect(covara(["gen", "--allow-destructive"], target.root).code).toBe(0);
  });

  test("says what the file system refused", () => {
    using target = project({ "covara.config.ts": configText(), generated: "a file" });
    const { code, stderr } = covara(["gen"], target.root);
    expect(stderr).toContain("COV3010 generated");
    expect(code).toBe(1);
  });

  const terminal = "/usr/bin/script";
  test.skipIf(!fs.existsSync(terminal))(
    "uses colour and progress on a terminal, and no colour under NO_COLOR",
    () => {
      const slow = `await new Promise((resolve) => setTimeout(resolve, 1500));\n${configText()}`;
      using target = project({ "covara.config.ts": slow });
      const onTerminal = (env: Readonly<Record<string, string>>) =>
        spawnSync(terminal, ["-qec", `"${process.execPath}" "${bin}" gen --force`, "/dev/null"], {
          cwd: target.root,
          env: { ...process.env, TERM: "xterm", ...env },
          encoding: "utf8",
        }).stdout;
      const colored = onTerminal({ NO_COLOR: "" });
      expect(colored).toContain("\u001B[32mcreated");
      expect(colored).toContain("Reading the config …");
      target.remove("generated");
      expect(onTerminal({ NO_COLOR: "1" })).not.toContain("\u001B[32m");
    },
  );

  test("uses no colour where the output is not a terminal", () => {
    using target = project({ "covara.config.ts": configText('a: field.ref("itms")') });
    expect(covara(["gen"], target.root).stderr).not.toContain("\u001B");
  });
});

describe("covara gen --check (contract 1)", () => {
  test("is 0 when all is up to date", () => {
    using target = project({ "covara.config.ts": configText() });
    covara(["gen"], target.root);
    const { code, stdout } = covara(["gen", "--check"], target.root);
    expect([code, /^Up to date: \d+ files, checked in/.test(stdout)]).toEqual([0, true]);
  });

  test("is 1 and lists what is missing, stale, edited and left over; it writes nothing", () => {
    const extra = (source: string) =>
      source.replace(
        "resources: {",
        "resources: {\n    notes: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },",
      );
    using target = project({ "covara.config.ts": extra(configText()) });
    covara(["gen"], target.root);
    target.remove("generated/env.ts");
    target.put("generated/worker.ts", "// mine\n");
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    target.put(
      "covara.config.ts",
      extra(configText("size: field.integer().optional()")).replace("notes:", "memos:"),
    );
    const dropping = covara(["gen", "--check"], target.root);
    expect(dropping.code).toBe(1);
    target.put(
      "covara.config.ts",
      extra(configText("size: field.integer().optional()")).replace(
        "notes: {",
        'memos: { renamedFrom: "notes",',
      ),
    );
    const before = fs.readdirSync(target.root, { recursive: true }).sort();
    const { code, stdout, stderr } = covara(["gen", "--check"], target.root);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("COV3007 generated/env.ts is missing");
    expect(stderr).toContain("COV3008 generated/tables.ts is stale");
    expect(stderr).toContain("COV3001 generated/worker.ts was edited");
    expect(stderr).toContain("COV3009 generated/resources/notes.ts is left over");
    expect(stderr).toMatch(/COV3007 generated\/migrations\/0002_\w+\.sql is missing/);
    expect(fs.readdirSync(target.root, { recursive: true }).sort()).toEqual(before);
  });
});
