import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Keys } from "../../../runtime/kv/keys.ts";
import { commandOf } from "../../bench/kv/case.ts";
import { cases } from "../../bench/kv/cases/index.ts";
import { root } from "../../bench/paths.ts";

const runtime = path.join(root, "runtime", "kv");
const structures = readdirSync(runtime).filter(
  (name) => name !== "value" && existsSync(path.join(runtime, name, "structure.ts")),
);

/** The names that the engine takes for commands, of a class and those it extends up to `end`. */
function commandsOf(prototype: object, end: object): string[] {
  const commands: string[] = [];
  for (let one: object | null = prototype; one !== null && one !== end; one = Object.getPrototypeOf(one)) {
    commands.push(...Object.getOwnPropertyNames(one).filter((name) => /^[a-z]+$/.test(name)));
  }
  return commands.filter((name) => name !== "constructor");
}

/** The class of a structure: what its module exports that has commands. */
async function structureOf(folder: string): Promise<object> {
  const exported: Record<string, unknown> = await import(path.join(runtime, folder, "structure.ts"));
  const classes = Object.values(exported).filter(
    (value): value is { prototype: object } => typeof value === "function" && /^class\b/.test(String(value)),
  );
  const [found] = classes;
  if (found === undefined || classes.length > 1) throw new Error(`${folder} has ${classes.length} classes.`);
  return found.prototype;
}

const storeOf = (folder: string): string =>
  folder.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const measured = (store: string): string[] =>
  cases.filter((one) => one.store === store).map((one) => commandOf(one));

test("every structure is found", () => {
  expect(structures).toEqual(
    expect.arrayContaining([
      "string",
      "counter",
      "hash",
      "set",
      "list",
      "sorted-set",
      "session",
      "rate-limit",
    ]),
  );
});

test.each(structures)("the benchmark has every command of %s", async (folder) => {
  const commands = commandsOf(await structureOf(folder), Keys.prototype).filter(
    (name) => !Object.hasOwn(Object.prototype, name),
  );
  expect(commands.length).toBeGreaterThan(2);
  expect(measured(storeOf(folder))).toEqual(expect.arrayContaining([...new Set(commands)]));
});

test("the benchmark has the commands of all structures", () => {
  expect(measured("string")).toEqual(expect.arrayContaining(commandsOf(Keys.prototype, Object.prototype)));
});

test("each case has a name of its own", () => {
  const names = cases.map(({ store, name }) => `${store}.${name}`);
  expect(new Set(names).size).toBe(names.length);
});
