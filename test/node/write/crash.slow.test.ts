import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contents, temporaryFolder, write } from "./harness.ts";

let root: string;
beforeEach(() => {
  root = path.join(temporaryFolder(), "generated");
});
afterEach(() => fs.rmSync(path.dirname(root), { recursive: true, force: true }));

const before = { "a.ts": "1\n", "b.ts": "1\n", "old.ts": "1\n" };
const after = { "a.ts": "2\n", "b.ts": "2\n", "resources/new.ts": "2\n" };
const other = { "a.ts": "3\n", "b.ts": "1\n", "c.ts": "3\n" };
/** Journal, migration, snapshot, three modules, manifest. */
const RENAMES = 7;

/** Runs a write in a process of its own that dies before its n-th change. Tells whether it died. */
function crash(files: Readonly<Record<string, string>>, model: string, at: number, refused = false): boolean {
  const child = path.join(import.meta.dirname, "crash-child.ts");
  const { signal, status, stderr } = spawnSync(
    process.execPath,
    [child, root, JSON.stringify(files), model, String(at), ...(refused ? ["refused"] : [])],
    { encoding: "utf8" },
  );
  if (signal !== "SIGKILL" && status !== 0) throw new Error(stderr);
  return signal === "SIGKILL";
}

/** The folder that an undisturbed run would leave. */
async function undisturbed(
  steps: readonly (readonly [Readonly<Record<string, string>>, string])[],
): Promise<Record<string, string>> {
  const clean = path.join(path.dirname(root), "clean");
  for (const [files, model] of steps) await write(clean, files, { model });
  return contents(clean);
}

const points = Array.from({ length: RENAMES }, (_, index) => index);

test.each(points)("killed before rename %i, the next run completes the same output", async (at) => {
  await write(root, before, { model: "one" });
  expect(crash(after, "two", at)).toBe(true);
  expect((await write(root, after, { model: "two" })).codes).toEqual([]);
  expect(contents(root)).toEqual(
    await undisturbed([
      [before, "one"],
      [after, "two"],
    ]),
  );
});

test.each(points)(
  "killed before rename %i, a run of a third config takes nothing for a hand edit",
  async (at) => {
    await write(root, before, { model: "one" });
    expect(crash(after, "two", at)).toBe(true);
    expect(crash(other, "two", 2)).toBe(true);
    expect((await write(root, other, { model: "two" })).codes).toEqual([]);
    expect(contents(root)).toEqual(
      await undisturbed([
        [before, "one"],
        [other, "two"],
      ]),
    );
  },
);

test.each(points)("killed before rename %i, giving the change up leaves nothing of it", async (at) => {
  await write(root, before, { model: "one" });
  crash(after, "two", at);
  const snapshot = fs.readFileSync(path.join(root, "migrations/snapshot.json"), "utf8");
  expect((await write(root, before, { model: snapshot })).codes).toEqual([]);
  const steps = [[before, "one"] as const, ...(snapshot === "two" ? [[before, "two"] as const] : [])];
  expect(contents(root)).toEqual(await undisturbed(steps));
});

test("the first run of a project, killed at any point, is no obstacle", async () => {
  for (let at = 0; crash(after, "one", at); at++) {
    expect((await write(root, after, { model: "one" })).codes).toEqual([]);
    expect(contents(root)).toEqual(await undisturbed([[after, "one"]]));
    fs.rmSync(root, { recursive: true });
  }
});

test("a hand edit made after the crash is still one", async () => {
  await write(root, before, { model: "one" });
  crash(after, "two", 5);
  fs.writeFileSync(path.join(root, "a.ts"), "mine\n");
  expect((await write(root, after, { model: "two" })).codes).toEqual(["COV3001"]);
});

test.each(points)(
  "killed before rename %i, then at once again, no finished migration is lost",
  async (at) => {
    await write(root, before, { model: "one" });
    crash(after, "two", at);
    const finished = fs.readFileSync(path.join(root, "migrations/snapshot.json"), "utf8") === "two";
    for (let again = 0; again < 3; again++) expect(crash(other, "three", again)).toBe(true);
    expect((await write(root, other, { model: "three" })).codes).toEqual([]);
    expect(contents(root)).toEqual(
      await undisturbed([[before, "one"], ...(finished ? [[after, "two"] as const] : []), [other, "three"]]),
    );
  },
);

test("what a killed run planned is gone before the next migration is applied", async () => {
  await write(root, before, { model: "one" });
  crash(after, "two", 2);
  expect(fs.existsSync(path.join(root, "migrations/0002_change.sql"))).toBe(true);
  let seen: string[] = [];
  const afterMigrations = async () => {
    seen = fs.readdirSync(path.join(root, "migrations"));
    return true;
  };
  await write(root, other, { model: "three", name: "other", afterMigrations });
  expect(seen).toEqual(["0001_change.sql", "0002_other.sql", "snapshot.json"]);
});

describe("a migration that is withdrawn", () => {
  /** Journal, migration, snapshot; then the snapshot back, the migration, the journal. */
  const CHANGES = 6;

  test.each([3, 4, 5])("killed before change %i, the next run leaves nothing of it", async (at) => {
    await write(root, before, { model: "one" });
    expect(crash(after, "two", at, true)).toBe(true);
    // Until the snapshot is back, it is history.
    const model = at === 3 ? "two" : "one";
    expect((await write(root, before, { model })).codes).toEqual([]);
    expect(contents(root)).toEqual(
      await undisturbed([[before, "one"], ...(at === 3 ? [[before, "two"] as const] : [])]),
    );
  });

  test("takes just these changes", async () => {
    await write(root, before, { model: "one" });
    const clean = contents(root);
    expect(crash(after, "two", CHANGES, true)).toBe(false);
    expect(contents(root)).toEqual(clean);
  });

  test.each(points)("after a run killed before rename %i, is no obstacle to the next one", async (at) => {
    await write(root, before, { model: "one" });
    crash(after, "two", at);
    const finished = fs.readFileSync(path.join(root, "migrations/snapshot.json"), "utf8") === "two";
    let seen: string[] = [];
    const afterMigrations = async () => {
      seen = fs.readdirSync(path.join(root, "migrations"));
      return false;
    };
    await write(root, other, { model: "three", afterMigrations });
    expect(seen).toHaveLength(finished ? 4 : 3);
    expect((await write(root, other, { model: "three" })).codes).toEqual([]);
    expect(contents(root)).toEqual(
      await undisturbed([[before, "one"], ...(finished ? [[after, "two"] as const] : []), [other, "three"]]),
    );
  });
});
