import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
const folder = path.join(root, "test/types/fixtures/config");
const source = readFileSync(path.join(folder, "wrong-names.ts"), "utf8").split("\n");

/** What the compiler prints; nothing where all is well. Rejects where it could not run. */
function compile(...options: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const tsc = path.join(root, "node_modules/typescript/bin/tsc");
    execFile(process.execPath, [tsc, "--pretty", "false", ...options], { cwd: root }, (error, out) => {
      if (error !== null && out === "") reject(error);
      else resolve(out);
    });
  });
}

let output: string;
beforeAll(async () => {
  output = await compile("-p", folder);
});

/** The compiler's message that starts exactly where `text` stands in the fixture. */
function messageAt(text: string): string {
  const line = source.findIndex((one) => one.includes(text));
  expect(line, `the fixture contains ${text}`).toBeGreaterThanOrEqual(0);
  const column = (source[line] ?? "").indexOf(text);
  const [, after] = output.split(`wrong-names.ts(${line + 1},${column + 1}): `);
  expect(after, `an error at ${text} in:\n${output}`).toBeDefined();
  return (after ?? "").split("\ntest/")[0] ?? "";
}

test.each([
  ['"adnim"', '"admin" | "member"'],
  ['hasMany: "todoss"', `'"todos"'`],
  ['by: "ownrId" }', '"otherId" | "reviewerId"'],
  ['belongsTo: "usrs"', '"tags" | "users"'],
  ['by: "otherd"', '"otherId" | "reviewerId"'],
  ['"creatdAt"', '"done" | "id"'],
  ['"done")', '"id" | "moreId" | "otherId" | "ownerId" | "reviewerId" | "tagId"'],
  ["onDelet:", "'onDelete'"],
  ['"nmae"', '"name" | "state"'],
  ["labl:", "{ readonly label?: number; }"],
  ["hasMny", "Relation<"],
  ["bye", "Relation<"],
  ["signdIn", "does not exist"],
  ["bare:", "'access' is missing"],
])("%s is an error at that place that names %s", (text, names) => {
  expect(messageAt(text)).toContain(names);
});

test("a reference to a missing resource is an error at the field that lists the resources", () => {
  expect(messageAt('ownerId: field.ref("usres")')).toContain('"bare" | "tags" | "todos" | "users"');
});

test("a wrong joining resource or field is an error at the relation that names the valid one", () => {
  expect(messageAt('d: { manyToMany: "tags"')).toContain('"tagId"');
  expect(messageAt('e: { manyToMany: "tags"')).toContain('"todos"');
});

test("the valid configs compile, and each misuse of a field is an error", async () => {
  const files = ["taskboard.ts", "fields.ts", "configs.ts", "stores.ts", "channels.ts", "auth.ts"].map(
    (file) => path.join("test/types", file),
  );
  const flags =
    "--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2023 --lib es2024";
  const modules = "--module nodenext --allowImportingTsExtensions --types node --ignoreConfig";
  expect(await compile(...`${flags} ${modules}`.split(" "), ...files)).toBe("");
});
