import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../../generator/cli/options.ts";
import { bin, configText, covara, project } from "./harness.ts";

describe("a command line", () => {
  test("is a command with options, in any order", () => {
    const { command, flags, values } = parseCommandLine([
      "gen",
      "--out=build/x",
      "--force",
      "--config",
      "a.ts",
    ]);
    expect([command, [...flags], Object.fromEntries(values)]).toEqual([
      "gen",
      ["force"],
      { out: "build/x", config: "a.ts" },
    ]);
    expect(parseCommandLine(["--verbose", "gen"]).command).toBe("gen");
  });

  test("passes on what follows -- to wrangler", () => {
    const { rest, positionals } = parseCommandLine(["dev", "--port", "80", "--", "--env", "staging", "-h"]);
    expect([rest, positionals]).toEqual([["--env", "staging", "-h"], []]);
  });

  test.each([
    [["gne"], 'There is no command "gne". Did you mean `covara gen`?'],
    [["deploy-everything"], "Commands: init, gen, explain, dev."],
    [["gen", "--chekc"], "Did you mean --check?"],
    [["gen", "--allow-destructiv"], "Did you mean --allow-destructive?"],
    [["gen", "-x"], "`covara gen` has no option -x."],
    [["gen", "--no-json"], "no option --no-json"],
    [["gen", "--out"], "--out needs a value: --out <folder>."],
    [["gen", "--out", "--force"], "--out needs a value"],
    [["gen", "--check=yes"], "--check takes no value."],
    [["gen", "now"], 'There is no use for the argument "now".'],
    [["gen", "--", "x"], "`--` is of use only with `covara dev`."],
    [["gen", "--check", "--watch"], "exclude each other"],
    [["gen", "--check", "--force"], "does not go with --check"],
    [["gen", "--watch", "--allow-destructive"], "does not go with --watch"],
    [["gen", "--name", "Add Field"], "--name takes lower-case letters"],
    [["gen", "--out", "covara.config.ts"], "--out must name a folder, and covara.config.ts is a file."],
    [["gen", "--out", "."], "this one holds the config"],
    [["gen", "--out", ".."], "this one holds the config"],
    [["init", "a", "b"], 'There is no use for the argument "b".'],
    [["dev", "--port", "http"], "--port takes a number"],
    [["constructor"], 'There is no command "constructor".'],
    [["gen", "--constructor"], "no option --constructor"],
  ])("%j is wrong usage: 2, and says why (contract 1)", (args, message) => {
    using target = project({ "covara.config.ts": configText() });
    const { code, stdout, stderr } = covara(args, target.root);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, ""]);
    expect(fs.readdirSync(target.root)).toEqual(["covara.config.ts"]);
  });

  test("help and version go to standard output: 0", () => {
    using target = project();
    for (const args of [["--help"], ["gen", "--help"], ["dev", "-h"], ["init", "--help"]]) {
      const { code, stdout, stderr } = covara(args, target.root);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Usage: covara");
    }
    const { version } = JSON.parse(fs.readFileSync(path.join(bin, "../../../package.json"), "utf8"));
    expect(covara(["--version"], target.root).stdout).toBe(`${version}\n`);
    expect(covara([], target.root)).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("a fault in covara (contract 1)", () => {
  const broken = {
    NODE_OPTIONS: "--import=data:text/javascript,performance.now=()=>{throw%20new%20Error('broken')}",
  };

  test("is 3, says so, and keeps the stack for --verbose", () => {
    using target = project({ "covara.config.ts": configText() });
    const quiet = covara(["gen"], target.root, broken);
    expect(quiet.code).toBe(3);
    expect(quiet.stderr).toContain("This is a fault in covara, not in your project: broken");
    expect(quiet.stderr).not.toContain("    at ");
    const verbose = covara(["gen", "--verbose"], target.root, broken);
    expect([verbose.code, verbose.stderr.includes("    at ")]).toEqual([3, true]);
    const json = covara(["gen", "--json"], target.root, broken);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { message: "broken" } });
  });
});

describe("an old Node", () => {
  const oldNode = "/usr/bin/node";
  const version = spawnSync(oldNode, ["--version"], { encoding: "utf8" }).stdout ?? "";

  test.skipIf(!/^v(?:1\d|20)\./.test(version))("is told what to do, before anything else is loaded", () => {
    using target = project({ "package.json": '{ "type": "module" }' });
    target.put("bin.js", transformSync(fs.readFileSync(bin, "utf8"), { loader: "ts" }).code);
    target.put("main.ts", "this is not read");
    const { status, stdout, stderr } = spawnSync(oldNode, ["bin.js", "gen"], {
      cwd: target.root,
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("covara needs Node 22.12 or newer, and this is Node");
    expect(stderr).toContain("npm install -D node@24");
    expect(stderr).not.toContain("    at ");
  });
});
