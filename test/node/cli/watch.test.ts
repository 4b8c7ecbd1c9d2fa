import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RunOptions, type RunResult, run } from "../../../generator/run.ts";
import { type Watcher, watch } from "../../../generator/watch/index.ts";
import { singleFlight } from "../../../generator/watch/single-flight.ts";
import { configText, type Project, project, start } from "./harness.ts";

describe("watch", () => {
  let target: Project;
  let results: RunResult[];
  let faults: unknown[];
  let notify: () => void;
  let watcher: Watcher | null;
  let options: Partial<RunOptions>;
  beforeEach(() => {
    target = project({ "covara.config.ts": configText() });
    results = [];
    faults = [];
    notify = () => {};
    watcher = null;
    options = {};
  });
  afterEach(async () => {
    await watcher?.[Symbol.asyncDispose]();
    target[Symbol.dispose]();
    expect(faults).toEqual([]);
  });

  const begin = async () => {
    // A file saved in the same moment in which watching begins is read twice, to be sure.
    const past = new Date(Date.now() - 1000);
    if (target.has("covara.config.ts")) fs.utimesSync(path.join(target.root, "covara.config.ts"), past, past);
    watcher = watch({ configPath: path.join(target.root, "covara.config.ts"), ...options }, (event) => {
      if (event.type === "run") results.push(event.result);
      else faults.push(event.error);
      notify();
    });
    await watcher.firstRun;
  };
  /** The first run, from now on or already, that is as wanted. */
  const until = (wanted: (result: RunResult) => boolean) =>
    new Promise<RunResult>((resolve) => {
      notify = () => {
        const found = results.find(wanted);
        if (found !== undefined) resolve(found);
      };
      notify();
    });
  const changes = (file: string) => (result: RunResult) =>
    result.changes.some((change) => change.path === file);
  const types = () => target.get("generated/types.ts");

  test("generates again when a module of hooks changes, and settles once it has started one", async () => {
    target.put(
      "covara.config.ts",
      configText().replace("access:", 'hooks: "./src/items.hooks.ts",\n      access:'),
    );
    await begin();
    expect(target.has("src/items.hooks.ts")).toBe(true);
    target.put("src/items.hooks.ts", "export const afterDelete = () => {};\n");
    await until((result) => result !== results[0] && changes("resources/items.ts")(result));
    expect(target.get("generated/resources/items.ts")).toContain("afterDelete");
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("generates at once, and again when the config changes", async () => {
    await begin();
    expect(results[0]?.ok).toBe(true);
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    await until(changes("migrations/0002_add_items_size.sql"));
    expect(types()).toContain("size");
  });

  test("follows what the config imports, also when it is saved by renaming", async () => {
    const fields = (names: readonly string[]) =>
      `import { field } from "covara";\nexport const more = { ${names.map((name) => `${name}: field.text().optional()`).join(", ")} };\n`;
    target.put("fields.ts", fields([]));
    target.put("covara.config.ts", `import { more } from "./fields.js";\n${configText("...more")}`);
    await begin();
    const names: string[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      names.push(name);
      target.put("fields.tmp", fields(names));
      fs.renameSync(path.join(target.root, "fields.tmp"), path.join(target.root, "fields.ts"));
      await until(changes(`migrations/000${names.length + 1}_add_items_${name}.sql`));
    }
  });

  test("keeps the last good output while the config has errors, and recovers", async () => {
    await begin();
    const good = types();
    target.put("covara.config.ts", configText('size: field.ref("nothing")'));
    const failed = await until(({ ok }) => !ok);
    expect([failed.changes, types()]).toEqual([[], good]);
    target.put("covara.config.ts", "this is not TypeScript (");
    await until(({ diagnostics }) => diagnostics.some(({ code }) => code === "COV1002"));
    results = [];
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    await until(changes("types.ts"));
    expect(types()).not.toBe(good);
  });

  test("notices when a missing import appears, wherever it lies", async () => {
    target.put("covara.config.ts", `import { size } from "./shared/fields/size.js";\n${configText("size")}`);
    await begin();
    expect(results[0]?.diagnostics.map(({ code }) => code)).toEqual(["COV1003"]);
    target.put(
      "shared/fields/size.ts",
      'import { field } from "covara";\nexport const size = field.integer().optional();\n',
    );
    await until(({ ok }) => ok);
    expect(types()).toContain("size");
  });

  test("notices when a named module appears and goes, and a config too", async () => {
    target.put(
      "covara.config.ts",
      configText()
        .replace("database:", 'auth: custom("./src/auth.ts"),\n  database:')
        .replace("d1,", "custom, d1,"),
    );
    await begin();
    expect(results[0]?.diagnostics.map(({ code }) => code)).toEqual(["COV1006"]);
    target.put("src/auth.ts", "export default () => null;\n");
    await until(({ ok }) => ok);
    results = [];
    target.remove("src/auth.ts");
    await until(({ ok }) => !ok);
    results = [];
    target.remove("covara.config.ts");
    await until(({ diagnostics }) => diagnostics.some(({ code }) => code === "COV1001"));
    results = [];
    target.put("covara.config.ts", configText());
    await until(({ ok }) => ok);
  });

  test("does not run again because of its own output or of files that the config does not use", async () => {
    await begin();
    target.put("notes.txt", "x");
    target.put("generated/notes.txt", "x");
    target.put("covara.config.ts", `${configText()}// end\n`);
    await until(() => results.length >= 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(results.map((result) => result.changes.length > 0)).toEqual([true, false]);
  });

  test("runs once for a change that writes a migration, and again when somebody else changes one", async () => {
    await begin();
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    const migration = "migrations/0002_add_items_size.sql";
    await until(changes(migration));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(results).toHaveLength(2);

    const text = target.get(`generated/${migration}`);
    target.put(`generated/${migration}`, `${text}-- mine\n`);
    await until(({ diagnostics }) => diagnostics.some(({ code }) => code === "COV3004"));
    results = [];
    target.put(`generated/${migration}`, text);
    await until(({ ok }) => ok);
    results = [];
    target.put("generated/migrations/0003_backfill.sql", "-- mine\n");
    await until(({ ok }) => ok);
  });

  test("notices a migration that somebody adds during a run", async () => {
    let writing = () => {};
    options = {
      afterMigrations: async () => {
        writing();
        return true;
      },
    };
    await begin();
    writing = () => target.put("generated/migrations/0003_backfill.sql", "-- mine\n");
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    await until(() => results.length === 3);
    expect(results.map(({ changes }) => changes.length > 0)).toEqual([true, true, false]);
  });

  test("keeps the last good output where a migration is withdrawn, and plans anew at the next change", async () => {
    let stays = true;
    let announced = 0;
    options = {
      afterMigrations: async () => {
        announced++;
        return stays;
      },
    };
    await begin();
    const files = () => fs.readdirSync(path.join(target.root, "generated/migrations"));
    const good = [types(), target.get("generated/manifest.json"), files()];
    stays = false;
    target.put("covara.config.ts", configText("size: field.integer().optional()"));
    const { diagnostics, changes: written } = await until(({ ok }) => !ok);
    expect([diagnostics.map(({ code }) => code), written]).toEqual([["COV3013"], []]);
    expect(diagnostics[0]?.message).toContain("generated/migrations/0002_add_items_size.sql");
    expect([types(), target.get("generated/manifest.json"), files()]).toEqual(good);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([results.length, announced]).toEqual([2, 2]);
    stays = true;
    target.put("covara.config.ts", configText("weight: field.integer().optional()"));
    await until(changes("migrations/0002_add_items_weight.sql"));
    expect(files()).toEqual(["0001_init.sql", "0002_add_items_weight.sql", "snapshot.json"]);
  });

  test("does not run in circles while the config has errors", async () => {
    target.put("covara.config.ts", configText('size: field.ref("nothing")'));
    await begin();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(results).toHaveLength(1);
  });
});

test("a new migration is announced when it is history, and before the code that relies on it changes", async () => {
  using target = project({ "covara.config.ts": configText() });
  const configPath = path.join(target.root, "covara.config.ts");
  const seen: string[] = [];
  const afterMigrations = async () => {
    const snapshot = target.get("generated/migrations/snapshot.json").includes("size");
    const code = target.has("generated/types.ts") && target.get("generated/types.ts").includes("size");
    seen.push(`snapshot ${snapshot}, code ${code}`);
    return true;
  };
  await run({ configPath, afterMigrations });
  target.put("covara.config.ts", configText("size: field.integer().optional()"));
  await run({ configPath, afterMigrations });
  await run({ configPath, afterMigrations });
  expect(seen).toEqual(["snapshot false, code false", "snapshot true, code false"]);
  expect(target.get("generated/types.ts")).toContain("size");
});

describe("single flight", () => {
  test("runs once at a time, and once more for all requests that came meanwhile", async () => {
    let running = 0;
    let runs = 0;
    let most = 0;
    const flight = singleFlight(1, async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      runs++;
    });
    const first = flight.request();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const later = [flight.request(), flight.request(), flight.request()];
    await first;
    expect(runs).toBe(1);
    await Promise.all(later);
    expect([runs, most]).toEqual([2, 1]);
    await flight.stop();
    await flight.request();
    expect(runs).toBe(2);
  });
});

test("says that all is well again where a mistake is taken back, which changes no file", async () => {
  using target = project({ "covara.config.ts": configText() });
  await using covara = start(["gen", "--watch"], target.root);
  await covara.printed("Watching for changes");
  target.put("covara.config.ts", configText("size: field.integer().min(2).max(1)"));
  await covara.printed("1 error.");
  expect(covara.output()).not.toContain("Up to date");
  target.put("covara.config.ts", configText());
  await covara.printed("Up to date: ");
});

test("covara gen --watch runs until it is stopped: 0", async () => {
  using target = project({ "covara.config.ts": configText() });
  await using covara = start(["gen", "--watch"], target.root);
  await covara.printed("Watching for changes");
  target.put("covara.config.ts", configText("size: field.integer().optional()"));
  await covara.printed("0002_add_items_size.sql");
  expect(await covara.stop()).toBe(0);
});
