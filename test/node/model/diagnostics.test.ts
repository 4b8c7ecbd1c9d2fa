import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../generator/diagnostics/catalogue.ts";
import { diagnose, rendered } from "./project.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const cases = path.join(root, "test/cases/diagnostics");
const names = readdirSync(cases);

/** `UPDATE_EXPECTED=1` rewrites the expected output, to be reviewed like any other change. */
const update = process.env.UPDATE_EXPECTED === "1";

const raised = new Set<string>();

describe("diagnostics of a project (contract 1)", () => {
  test.each(names)("%s", async (name) => {
    const folder = path.join(cases, name);
    const diagnostics = await diagnose(folder);
    expect(diagnostics, "the case raises nothing").not.toEqual([]);
    expect(diagnostics.filter((diagnostic) => diagnostic.position === undefined)).toEqual([]);
    for (const diagnostic of diagnostics) raised.add(diagnostic.code);
    const expected = path.join(folder, "expected.txt");
    const text = rendered(diagnostics, folder);
    if (update) writeFileSync(expected, text);
    expect(text).toBe(readFileSync(expected, "utf8"));
  });
});

/** Codes that no broken config in a folder can raise, or not without tripping other tools, and the tests that do. */
const raisedBy: Readonly<Record<string, string>> = {
  COV1001: "test/node/load/load.test.ts",
  COV1002: "test/node/load/load.test.ts",
  COV1003: "test/node/load/load.test.ts",
  COV1004: "test/node/load/load.test.ts",
  COV1005: "test/node/load/load.test.ts",
  COV1008: "test/node/load/load.test.ts",
  COV1009: "test/node/load/load.test.ts",
  COV1422: "test/node/load/load.test.ts",
  COV1613: "test/node/emit/kv-history.test.ts",
  COV1614: "test/node/emit/kv-history.test.ts",
  COV1615: "test/node/emit/kv-history.test.ts",
  COV1905: "test/node/emit/live-history.test.ts",
  COV2105: "test/node/emit/channel-history.test.ts",
  COV2107: "test/node/emit/channel-history.test.ts",
  COV2108: "test/node/emit/channel-history.test.ts",
};

/** Folders whose tests raise the codes of a range. */
const ranges: Readonly<Record<string, readonly string[]>> = {
  COV20: ["test/node/migrations"],
  COV30: ["test/node/write", "test/node/cli"],
};

describe("the catalogue", () => {
  const codes = Object.keys(catalogue);

  test.each(codes)("%s is raised by a case or a named test", (code) => {
    const folders = ranges[code.slice(0, 5)];
    const files = folders === undefined ? [raisedBy[code] ?? ""] : folders.flatMap(testFiles);
    const named = files.some(
      (file) => file !== "" && readFileSync(path.join(root, file), "utf8").includes(code),
    );
    expect(raised.has(code) || named).toBe(true);
  });

  test.each(codes)("%s is documented with an example", (code) => {
    const readme = readFileSync(path.join(root, "generator/diagnostics/README.md"), "utf8");
    const section = readme.split(/^### /m).find((part) => part.startsWith(`${code} `)) ?? "";
    expect(section).toMatch(/^COV\d{4} .+\n\n[\s\S]*```/);
  });

  test("the documentation names no code that is gone", () => {
    const readme = readFileSync(path.join(root, "generator/diagnostics/README.md"), "utf8");
    const documented = [...readme.matchAll(/^### (COV\d{4})/gm)].map((match) => match[1]);
    expect(documented).toEqual([...codes].sort());
  });
});

function testFiles(folder: string): string[] {
  const absolute = path.join(root, folder);
  return existsSync(absolute) ? readdirSync(absolute).map((file) => `${folder}/${file}`) : [];
}
