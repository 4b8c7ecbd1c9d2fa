import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { completePackageJson, packageParts } from "../../../generator/cli/templates/package-json.ts";
import { covara, installPackages, project } from "./harness.ts";

const files = [
  ".gitattributes",
  ".github/workflows/check.yml",
  ".gitignore",
  "README.md",
  "covara.config.ts",
  "package.json",
  "scripts/add-user.mjs",
  "src/auth.ts",
  "tsconfig.json",
];

function list(root: string): string[] {
  return fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

test("covara init writes a project that generates and type-checks (contract 1)", () => {
  using target = project();
  const { code, stdout, stderr } = covara(["init", "My Notes"], target.root);
  expect([code, stderr]).toEqual([0, ""]);
  const root = path.join(target.root, "My Notes");
  expect(list(root)).toEqual(files);
  for (const file of files) expect(stdout).toContain(`created  My Notes/${file}\n`);
  expect(stdout).toContain("cd My Notes");
  const manifest = JSON.parse(target.get("My Notes/package.json"));
  const own = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "../../../package.json"), "utf8"));
  expect(manifest.name).toBe("my-notes");
  expect(manifest.dependencies.hono).toBe(own.devDependencies.hono);
  expect(manifest.devDependencies.wrangler).toBe(own.devDependencies.wrangler);

  const gen = covara(["gen"], root);
  expect([gen.code, gen.stderr]).toEqual([0, ""]);
  expect(covara(["gen", "--check"], root).code).toBe(0);
  const inside = {
    ...target,
    root,
    put: (file: string, text: string) => target.put(`My Notes/${file}`, text),
  };
  installPackages(inside);
  const tsc = path.join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");
  // The sources of covara stand in for its build, and they import each other with `.ts`.
  const types = spawnSync(process.execPath, [tsc, "-p", root, "--allowImportingTsExtensions"], {
    encoding: "utf8",
  });
  expect([types.stdout, types.status]).toEqual(["", 0]);
});

test("covara init never overwrites a file: 1, names it, and writes nothing (contract 1)", () => {
  using target = project({ "README.md": "mine", "src/auth.ts": "mine" });
  const { code, stdout, stderr } = covara(["init"], target.root);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("README.md");
  expect(stderr).toContain("src/auth.ts");
  expect(list(target.root)).toEqual(["README.md", "src/auth.ts"]);
  const json = covara(["init", "--json"], target.root);
  expect(JSON.parse(json.stdout)).toMatchObject({ command: "init", ok: false });
});

test("covara init completes the package.json that `npm install covara` made, and says with what", () => {
  const before = `{
    "dependencies": { "covara": "file:../covara.tgz", "wrangler": "4.0.0" },
    "scripts": { "dev": "mine" }
}`;
  using target = project({ "package.json": before });
  const { code, stdout } = covara(["init"], target.root);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^completed {2}package\.json \(added scripts\.gen, scripts\.check/m);
  const after = JSON.parse(target.get("package.json"));
  expect(after.dependencies).toMatchObject({ covara: "file:../covara.tgz", wrangler: "4.0.0" });
  expect(after.devDependencies).not.toHaveProperty("wrangler");
  expect(after.scripts.dev).toBe("mine");
  expect(target.get("package.json")).toMatch(/^\{\n {4}"dependencies"/);
});

test("covara init does not touch a package.json that it cannot read", () => {
  using target = project({ "package.json": "{" });
  expect(covara(["init"], target.root)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("not a JSON object"),
  });
  expect(list(target.root)).toEqual(["package.json"]);
  expect(covara(["init", "package.json"], target.root)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is not a folder"),
  });
});

test("completing a package.json twice adds nothing the second time", () => {
  const own = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "../../../package.json"), "utf8"));
  const once = completePackageJson('{"scripts":"odd"}', packageParts(own));
  expect(once?.added.some((key) => key.startsWith("scripts"))).toBe(false);
  const text = once?.text ?? "";
  expect(completePackageJson(text, packageParts(own))).toEqual({ text, added: [] });
});
