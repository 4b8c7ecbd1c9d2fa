import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.ts";
import { loadConfig, projectFiles } from "../../../generator/load/index.ts";
import { locate } from "../../../generator/load/positions.ts";
import { buildModel } from "../../../generator/model/index.ts";
import { betterAuth, custom, d1 } from "../../../schema/index.ts";

const root = path.resolve(import.meta.dirname, "../../..");

let folder = "";
beforeEach(() => {
  // Outside the package, so that `covara` cannot be found in any node_modules.
  folder = mkdtempSync(path.join(os.tmpdir(), "covara-load-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const minimal =
  'import { d1, defineConfig } from "covara";\nexport default defineConfig({ name: "app", database: d1(), resources: {} });\n';

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The problems of a config with this text, as `code line:column message`. */
async function problems(text: string): Promise<string[]> {
  const file = write("covara.config.ts", text);
  const result = await loadConfig(file);
  return result.ok ? [] : locate(result.diagnostics, file).map(line);
}

/** The same in a process of its own: vitest imports modules in its own way, which forgives missing exports. */
function problemsInNode(text: string): string[] {
  return diagnosticsInNode(text).map(line);
}

function diagnosticsInNode(text: string): Diagnostic[] {
  const file = write("covara.config.ts", text);
  const child = write("child.ts", "");
  writeFileSync(
    child,
    `import { loadConfig } from ${JSON.stringify(path.join(root, "generator/load/index.ts"))};
import { locate } from ${JSON.stringify(path.join(root, "generator/load/positions.ts"))};
const result = await loadConfig(${JSON.stringify(file)});
process.stdout.write(JSON.stringify(result.ok ? [] : locate(result.diagnostics, ${JSON.stringify(file)})));
`,
  );
  const output = execFileSync(process.execPath, [child], { encoding: "utf8" });
  return JSON.parse(output) as Diagnostic[];
}

function line({ code, position, message }: Diagnostic): string {
  return `${code} ${position === undefined ? "-" : `${position.file}:${position.line}:${position.column}`} ${message}`;
}

describe("loadConfig", () => {
  test("runs a config in a folder without node_modules and leaves nothing behind", async () => {
    const result = await loadConfig(write("covara.config.ts", minimal));
    expect(result).toMatchObject({ ok: true, config: { name: "app", database: { type: "d1" } } });
    expect(readdirSync(folder)).toEqual(["covara.config.ts"]);
  });

  test("names every file that the config imports or names", async () => {
    write("shared.ts", 'export const name: string = "app";\n');
    const file = write(
      "covara.config.ts",
      'import { custom, d1, defineConfig } from "covara";\nimport { name } from "./shared.ts";\n' +
        'export default defineConfig({ name, database: d1(), auth: custom("./src/auth.ts"), resources: {} });\n',
    );
    const { inputs } = await loadConfig(file);
    expect(inputs).toEqual(
      ["covara.config.ts", "shared.ts", "src/auth.ts"].map((name) => path.join(folder, name)),
    );
  });

  test("sees a change of an imported file", async () => {
    const file = write(
      "covara.config.ts",
      minimal.replace('"app"', "name").replace("\n", '\nimport { name } from "./name.ts";\n'),
    );
    for (const name of ["first", "second"]) {
      write("name.ts", `export const name = "${name}";\n`);
      expect(await loadConfig(file)).toMatchObject({ ok: true, config: { name } });
    }
  });

  test("loads many at the same time", async () => {
    const file = write("covara.config.ts", minimal);
    const results = await Promise.all(Array.from({ length: 5 }, () => loadConfig(file)));
    expect(results.map((result) => result.ok)).toEqual([true, true, true, true, true]);
    expect(readdirSync(folder)).toEqual(["covara.config.ts"]);
  });

  test("COV1001: there is no config", async () => {
    const file = path.join(folder, "covara.config.ts");
    expect(await loadConfig(file)).toEqual({
      ok: false,
      inputs: [file],
      diagnostics: [{ code: "COV1001", severity: "error", message: `There is no file ${file}.` }],
    });
  });

  test("COV1002: syntax errors have esbuild's position, counted in characters", async () => {
    expect(await problems('const é = "ü"; const = 1;\n')).toEqual([
      'COV1002 covara.config.ts:1:22 Expected identifier but found "=".',
    ]);
  });

  test("COV1003: imports that do not resolve", async () => {
    expect(await problems('import "./missing.ts";\nimport "no-such-package";\nexport default {};\n')).toEqual(
      [
        'COV1003 covara.config.ts:1:8 There is no "./missing.ts" to import.',
        'COV1003 covara.config.ts:2:8 There is no "no-such-package" to import.',
      ],
    );
    expect(readdirSync(folder)).toEqual(["covara.config.ts"]);
  });

  test("a file that is not there yet is watched for", async () => {
    const file = write("covara.config.ts", 'import "./missing.ts";\nexport default {};\n');
    expect((await loadConfig(file)).inputs).toEqual([file, path.join(folder, "missing.ts")]);
  });

  test("COV1003: a name that covara does not export", () => {
    expect(problemsInNode('import { feild } from "covara";\nexport default feild;\n')).toEqual([
      'COV1003 covara.config.ts:1:10 "covara" exports no `feild`.',
    ]);
  });

  test("COV1004: positions are the same where no test runner loads the modules", () => {
    write("helper.ts", 'export function fail(): never {\n  throw new TypeError("no such thing");\n}\n');
    expect(problemsInNode('import { fail } from "./helper.ts";\nexport default fail();\n')).toEqual([
      "COV1004 helper.ts:2:9 Running the config failed: TypeError: no such thing.",
    ]);
    const text =
      'import { field } from "covara";\nexport default {\n  x: field.timestamp().default(new Date(Number.NaN)),\n};\n';
    expect(problemsInNode(text)).toEqual([
      "COV1004 covara.config.ts:3:24 Running the config failed: RangeError: Invalid time value.",
    ]);
  });

  test("COV1004: an exception has the position of the statement, in imported files too", async () => {
    write("helper.ts", 'export function fail(): never {\n  throw new TypeError("no such thing");\n}\n');
    expect(await problems('import { fail } from "./helper.ts";\nexport default fail();\n')).toEqual([
      "COV1004 helper.ts:2:9 Running the config failed: TypeError: no such thing.",
    ]);
    expect(readdirSync(folder).sort()).toEqual(["covara.config.ts", "helper.ts"]);
  });

  test("COV1004: an error in covara's own code is placed where the config called it", async () => {
    const text =
      'import { field } from "covara";\nexport default {\n  x: field.timestamp().default(new Date(Number.NaN)),\n};\n';
    expect(await problems(text)).toEqual([
      "COV1004 covara.config.ts:3:24 Running the config failed: RangeError: Invalid time value.",
    ]);
  });

  test.each([
    ["field.txt()", "Did you mean `field.text`?"],
    ["field.intger()", "Did you mean `field.integer`?"],
    ["field.text().mim(1)", "Did you mean `min`?"],
    ["field.text().min(1).optionl()", "Did you mean `optional`?"],
    ['field.ref("users").ownr()', "Did you mean `owner`?"],
    ["covara.field.txt()", "Did you mean `field.text`?"],
    ["covara.field.text().trm()", "Did you mean `trim`?"],
    ["f.txt()", "Did you mean `text`?"],
    ["title.mim(1)", "Did you mean `min`?"],
    [
      "field.boolean().max(1)",
      "The methods of `field.boolean` are `computed`, `default`, `hidden`, `optional`, `readOnly`, `renamedFrom`.",
    ],
    [
      "field.varchar()",
      "The kinds of field are `id`, `text`, `integer`, `number`, `boolean`, `enum`, `json`, `timestamp`, `ref`, `version`.",
    ],
    ["title.frobnicate()", undefined],
    ["covara.nothing.min()", undefined],
  ])("COV1004: what %s may have meant", (call, fix) => {
    const text = `import * as covara from "covara";
import { field } from "covara";
const f = field;
const title = f.text();
export default {
  x: ${call},
};
`;
    expect(diagnosticsInNode(text).map(({ code, fix, position }) => [code, fix, position?.line])).toEqual([
      ["COV1004", fix, 6],
    ]);
  });

  test("COV1004: something else than an error is thrown", async () => {
    expect(await problems('throw "stop";\n')).toEqual(["COV1004 - Running the config failed: stop."]);
  });

  test.each([
    ["export const config = {};", "The config has no default export."],
    ["export default () => ({});", "The config's default export is a function."],
    ["export default Promise.resolve({});", "The config's default export is a promise."],
    ["export default null;", "The config's default export is null."],
    ["export default {};", "The config's default export is an object without `name` and `resources`."],
  ])("COV1005: %s", async (text, message) => {
    expect(await problems(text)).toEqual([expect.stringMatching(/^COV1005 covara\.config\.ts:1:\d+ /)]);
    expect((await problems(text))[0]).toContain(message);
  });

  test("COV1008: the folder vanishes or cannot be written", async () => {
    // A name that is too long for a sibling file stands for every reason to refuse writing, and works for root too.
    const deep = path.join(folder, ...Array.from({ length: 15 }, () => "d".repeat(250)));
    const { evaluate } = await import("../../../generator/load/evaluate.ts");
    const result = await evaluate("export default 1;", path.join(deep, "covara.config.ts"), []);
    expect(result).toMatchObject({ ok: false, diagnostic: { code: "COV1008" } });
  });

  test("COV1009: a repeated key would lose a resource", async () => {
    expect(await problems('export default {\n  name: "a",\n  name: "b",\n};\n')).toEqual([
      'COV1009 covara.config.ts:3:3 Duplicate key "name" in object literal.',
    ]);
  });

  test("packages in node_modules are resolved from the folder of the config", async () => {
    mkdirSync(path.join(folder, "node_modules/names"), { recursive: true });
    write(
      "node_modules/names/package.json",
      '{ "name": "names", "type": "module", "exports": "./index.js" }',
    );
    write("node_modules/names/index.js", 'export const name = "from-package";');
    const file = write(
      "covara.config.ts",
      `import { name } from "names";\n${minimal.replace('"app"', "name")}`,
    );
    expect(await loadConfig(file)).toMatchObject({
      ok: true,
      config: { name: "from-package" },
      inputs: [file],
    });
  });
});

describe("projectFiles", () => {
  test.each([
    ["export default () => null;", true],
    ["const a = 1; export { a as default };", true],
    ["export { default } from './other.ts';", true],
    ["export const auth = () => null;", false],
    ["export default <T,>(value: T): T => value;", true],
    ["this is no module", true],
  ])("hasDefaultExport of %s", async (text, expected) => {
    write("auth.ts", text);
    const config = { name: "x", database: d1(), auth: custom("./auth.ts"), resources: {} };
    const files = await projectFiles(folder, config);
    expect(files.exists("auth.ts")).toBe(true);
    expect(files.hasDefaultExport("auth.ts")).toBe(expected);
  });

  test("a package is installed where the config can import it, and COV1422 tells where it is not", async () => {
    write("better-auth.ts", "export default () => ({});");
    const auth = betterAuth({ users: "users", options: "./better-auth.ts" });
    const config = { name: "x", database: d1(), auth, resources: {} };
    const codes = async () =>
      buildModel(config, await projectFiles(folder, config)).diagnostics.map(({ code }) => code);
    expect(await codes()).toContain("COV1422");
    const installed = path.join(folder, "node_modules/better-auth");
    mkdirSync(installed, { recursive: true });
    writeFileSync(
      path.join(installed, "package.json"),
      JSON.stringify({ name: "better-auth", exports: { ".": { types: "./a.d.mts", default: "./a.mjs" } } }),
    );
    writeFileSync(path.join(installed, "a.mjs"), "");
    expect(await codes()).not.toContain("COV1422");
    expect((await projectFiles(folder, config)).inputs).toContain(path.join(folder, "better-auth.ts"));
  });
});
