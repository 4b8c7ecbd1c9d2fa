import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { isRemote, migrationArguments } from "../../generator/cli/dev/arguments.ts";
import { findWrangler } from "../../generator/cli/dev/wrangler.ts";
import { configText, covara, installPackages, project, start } from "../node/cli/harness.ts";

/** A port of 127.0.0.1 that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return address.port;
}

/** The processes below one, zombies not counted. */
function descendants(ancestor: number): number[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,ppid=,stat="], { encoding: "utf8" });
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  const below = (id: number): number[] =>
    rows
      .filter(([, parent, stat]) => Number(parent) === id && stat?.startsWith("Z") !== true)
      .flatMap(([child]) => [Number(child), ...below(Number(child))]);
  return below(ancestor);
}

/** Which of the processes still run. */
function alive(ids: readonly number[]): number[] {
  if (ids.length === 0) return [];
  const { stdout } = spawnSync("ps", ["-o", "pid=,stat=", "-p", ids.join(",")], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([id, stat]) => id !== "" && stat?.startsWith("Z") !== true)
    .map(([id]) => Number(id));
}

/** Asks until the answer is as wanted; the test's own limit ends a hopeless wait. */
async function answer(url: string, wanted: (status: number, body: string) => boolean): Promise<string> {
  for (;;) {
    try {
      const response = await fetch(url);
      const body = await response.text();
      if (wanted(response.status, body)) return body;
    } catch (error) {
      // The server is starting or restarting.
      if (!(error instanceof TypeError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const resource = `notes: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },`;

describe("covara dev (contract 1)", () => {
  test("serves, follows the config, migrates, and leaves nothing behind", async () => {
    using target = project({ "covara.config.ts": configText("oops: field.nothing()"), "package.json": "{}" });
    installPackages(target);
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    await using dev = start(["dev", "--port", String(port)], target.root);

    // It waits for a config that is right.
    await dev.printed("error COV");
    target.put("covara.config.ts", configText());
    expect(await answer(`${base}/healthz`, (status) => status === 200)).toBe('{"status":"ok"}');
    expect(dev.output()).toContain("Migrated the local database.");
    expect(await answer(`${base}/api/items`, (status) => status === 200)).toContain('"items":[]');

    // A new table: migrated and served, by the same wrangler.
    target.put("covara.config.ts", configText().replace("resources: {", `resources: { ${resource}`));
    await dev.printed("Migrated the local database.", 2);
    await answer(`${base}/api/notes`, (status) => status === 200);
    expect(dev.output().split("Ready on")).toHaveLength(2);

    const processes = descendants(dev.child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    expect(await dev.stop()).toBe(0);
    expect(alive(processes)).toEqual([]);
    await expect(fetch(`${base}/healthz`)).rejects.toThrow();
  });

  test("leaves nothing behind where it is killed", async () => {
    using target = project({ "covara.config.ts": configText(), "package.json": "{}" });
    installPackages(target);
    const port = await freePort();
    await using dev = start(["dev", "--port", String(port)], target.root);
    await answer(`http://127.0.0.1:${port}/healthz`, (status) => status === 200);
    const processes = descendants(dev.child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    dev.child.kill("SIGKILL");
    // The test's own limit ends a hopeless wait.
    while (alive(processes).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  test("withdraws a migration that the local database refuses, and goes on serving", async () => {
    const config = (title: string) =>
      configText()
        .replace("field.text().max(80)", title)
        .replace(
          "{ read: rules.public() }",
          "{ read: rules.public(), create: rules.public(), delete: rules.public() }",
        );
    const plain = config("field.text()");
    const unique = config("field.text().unique()");
    using target = project({ "covara.config.ts": plain, "package.json": "{}" });
    installPackages(target);
    const port = await freePort();
    const items = `http://127.0.0.1:${port}/api/items`;
    const post = async () => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(items, { method: "POST", headers, body: '{"title":"same"}' });
      return { status: response.status, row: (await response.json()) as { id: string } };
    };
    const files = () => fs.readdirSync(path.join(target.root, "generated/migrations"));
    const before = ["0001_init.sql", "snapshot.json"];
    {
      await using dev = start(["dev", "--port", String(port)], target.root);
      await answer(items, (status) => status === 200);
      expect([(await post()).status, (await post()).status]).toEqual([201, 201]);

      target.put("covara.config.ts", unique);
      await dev.printed("error COV3013 generated/migrations/0002_");
      expect(dev.output()).toContain("UNIQUE constraint failed");
      expect(files()).toEqual(before);
      expect((await post()).status).toBe(201);
      expect(dev.output().split("was withdrawn")).toHaveLength(2);
      expect(await dev.stop()).toBe(0);
    }
    // The same at the start: nothing is served yet, and undoing the change is enough.
    await using dev = start(["dev", "--port", String(port)], target.root);
    await dev.printed("error COV3013");
    expect(files()).toEqual(before);
    target.put("covara.config.ts", plain);
    const rows: { items: { id: string }[] } = JSON.parse(await answer(items, (status) => status === 200));
    expect(rows.items).toHaveLength(3);
    expect(files()).toEqual(before);

    // Correcting the rows and saving again is enough too.
    for (const { id } of rows.items) await fetch(`${items}/${id}`, { method: "DELETE" });
    target.put("covara.config.ts", unique);
    await dev.printed("Migrated the local database.");
    await dev.printed("Changed ");
    expect(files()).toHaveLength(3);
    // Wrangler takes a moment to load the new code.
    while ((await post()).status !== 409);
  });

  test("waits for a local database that is in use, and withdraws nothing", async () => {
    using target = project({ "covara.config.ts": configText(), "package.json": "{}" });
    installPackages(target);
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    await using dev = start(["dev", "--port", String(port)], target.root);
    await answer(`${base}/api/items`, (status) => status === 200);

    const state = path.join(target.root, "generated/.wrangler/state/v3/d1/miniflare-D1DatabaseObject");
    const file = fs.readdirSync(state).find((name) => /^[0-9a-f]+\.sqlite$/.test(name)) ?? "";
    const database = new DatabaseSync(path.join(state, file));
    try {
      database.exec("BEGIN IMMEDIATE");
      target.put("covara.config.ts", configText().replace("resources: {", `resources: { ${resource}`));
      await dev.printed("The local database is in use.");
      database.exec("COMMIT");
    } finally {
      database.close();
    }
    await dev.printed("Migrated the local database.", 2);
    await answer(`${base}/api/notes`, (status) => status === 200);
    expect(dev.output()).not.toContain("COV3013");
  });

  test("restarts wrangler for what it does not notice: a replaced wrangler.toml and .dev.vars", async () => {
    using target = project({ "covara.config.ts": configText(), "package.json": "{}" });
    installPackages(target);
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    await using dev = start(["dev", "--port", String(port)], target.root);
    await dev.printed("Ready on");
    target.put(
      "covara.config.ts",
      configText().replace("resources: {", 'wrangler: { vars: { A: "1" } },\n  resources: {'),
    );
    await dev.printed("Ready on", 2);
    target.put(".dev.vars", 'SECRET="x"\n');
    await dev.printed("Ready on", 3);
    await answer(`${base}/healthz`, (status) => status === 200);
    expect(dev.output()).toContain("env.A");
    expect(dev.output()).toContain("env.SECRET");

    const processes = descendants(dev.child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    expect(await dev.stop()).toBe(0);
    expect(alive(processes)).toEqual([]);
    await expect(fetch(`${base}/healthz`)).rejects.toThrow();
  });

  test("ends when wrangler does: 1", async () => {
    using target = project({ "covara.config.ts": configText(), "package.json": "{}" });
    installPackages(target);
    const occupied = createServer();
    await new Promise<void>((resolve) => occupied.listen(0, "127.0.0.1", resolve));
    const address = occupied.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const { code, stderr } = covara(
      ["dev", "--port", port, "--", "--strict-port-does-not-exist"],
      target.root,
    );
    occupied.close();
    expect([code, stderr.includes("wrangler dev ended with exit code 1.")]).toEqual([1, true]);
  });
});

test("a project without wrangler is noticed", () => {
  expect(findWrangler("/")).toBeNull();
});

test("migrations go to the database that wrangler dev is told to use", () => {
  expect(migrationArguments(["--env", "staging", "--live-reload", "--persist-to=x", "-e"])).toEqual([
    ...["--env", "staging", "--persist-to=x", "-e"],
  ]);
  expect([isRemote(["--remote"]), isRemote(["--port", "1"])]).toEqual([true, false]);
});
