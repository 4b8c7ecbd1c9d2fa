import path from "node:path";
import { describe, expect, test } from "vitest";
import { readExports } from "../../../generator/load/exports.ts";
import { misspeltFix } from "../../../generator/load/misspelt.ts";
import { buildModel } from "../../../generator/model/index.ts";
import { type CommandType, commandsOf, otherMembers } from "../../../generator/model/kv-commands.ts";
import type { ModuleExports, NamedFiles } from "../../../generator/model/modules.ts";
import type { StoreModel } from "../../../generator/model/types.ts";
import * as runtime from "../../../runtime/kv/index.ts";
import type { Sender } from "../../../runtime/kv/replies.ts";
import type { StoreData } from "../../../schema/data.ts";
import { milliseconds } from "../../../schema/duration.ts";
import { d1, field, kv } from "../../../schema/index.ts";

type Stores = Readonly<Record<string, StoreData>>;

const anything: NamedFiles = { exists: () => true };

function build(stores: Stores, files: NamedFiles = anything) {
  return buildModel({ name: "app", database: d1(), resources: {}, kv: stores }, files);
}

function model(stores: Stores, files: NamedFiles = anything) {
  const { model: built, diagnostics } = build(stores, files);
  expect(diagnostics).toEqual([]);
  if (built?.kv == null) throw new Error("no stores");
  return built.kv;
}

function only(store: StoreData, files: NamedFiles = anything): StoreModel {
  const [first] = model({ carts: store }, files).stores;
  if (first === undefined) throw new Error("no store");
  return first;
}

describe("durations", () => {
  test.each([
    ["250ms", 250],
    ["60s", 60_000],
    ["5m", 300_000],
    ["12h", 43_200_000],
    ["7d", 604_800_000],
    ["0s", 0],
    ["1.5h", null],
    ["-1s", null],
    ["1w", null],
    ["60", null],
    [" 60s", null],
    ["1e3s", null],
    ["", null],
  ])("%j", (text, expected) => {
    expect(milliseconds(text)).toBe(expected);
  });
});

test.each([
  ["kv.sortedset", "Did you mean `kv.sortedSet`?"],
  ["covara.kv.rateLimiter", "Did you mean `kv.rateLimit`?"],
  ["kv.bitmapOfFlags", expect.stringContaining("The structures are `string`, `counter`")],
])("a call of %s suggests what there is", (call, fix) => {
  expect(misspeltFix(new TypeError(`${call} is not a function`))).toEqual(fix);
});

describe("stores", () => {
  test("a config without stores has no key-value model", () => {
    expect(build({}).model?.kv).toBeNull();
  });

  test("defaults", () => {
    expect(only(kv.string())).toEqual({
      key: "carts",
      type: "string",
      typeName: "Cart",
      prefix: "carts",
      object: "main",
      shards: null,
      shardBy: null,
      movedFrom: null,
      ttl: null,
      idle: null,
      max: null,
      rate: null,
      value: { type: "field", field: expect.objectContaining({ name: "value", kind: "text" }) },
      fields: null,
      functions: null,
    });
  });

  test("sessions and limits are spread over eight objects of their own", () => {
    expect(only(kv.session())).toMatchObject({ object: "carts", shards: 8, ttl: 2_592_000_000, value: null });
    expect(only(kv.rateLimit({ requests: 5, per: "1m" }))).toMatchObject({
      object: "carts",
      shards: 8,
      rate: { requests: 5, per: 60_000, burst: null },
    });
  });

  test("what they hold", () => {
    expect(only(kv.counter())).toMatchObject({ value: null, fields: null });
    expect(only(kv.set({ member: field.integer().min(1) })).value).toMatchObject({
      type: "field",
      field: { kind: "integer", min: 1 },
    });
    expect(only(kv.hash({ fields: { sku: field.text() } }))).toMatchObject({
      value: null,
      fields: [{ name: "sku", kind: "text" }],
    });
    expect(only(kv.hash({ value: field.number() })).value).toMatchObject({ field: { kind: "number" } });
    expect(only(kv.list({ value: { at: field.timestamp().optional() }, max: 3 }))).toMatchObject({
      max: 3,
      value: { type: "object", fields: [{ name: "at", nullable: true }] },
    });
  });

  test("an object may have a field called data", () => {
    expect(only(kv.string({ value: { data: field.text() } })).value).toMatchObject({
      type: "object",
      fields: [{ name: "data", kind: "text" }],
    });
  });

  test("types of what they hold have distinct names that nothing else has", () => {
    const keys = ["cart", "carts", "dates", "multis", "stores", "kv", "tagged", "class", "mainStores"];
    const stores = model(Object.fromEntries(keys.map((key) => [key, kv.string()]))).stores;
    expect(stores.map(({ typeName }) => typeName)).toEqual([
      "Cart",
      "CartValue",
      "DateValue",
      "MultiValue",
      "Store",
      "Kv",
      "TaggedValue",
      "Class",
      "MainStore",
    ]);
  });
});

describe("placement (contract 6.9)", () => {
  test.each<[StoreData, Partial<StoreModel>]>([
    [kv.counter({ prefix: "p", name: "n" }), { prefix: "p", object: "n", shards: null }],
    [kv.counter({ shards: 4 }), { object: "carts", shards: 4 }],
    [kv.counter({ shards: 1 }), { object: "carts", shards: null }],
    [kv.counter({ shardBy: "tag" }), { object: "carts", shards: null, shardBy: "tag" }],
    [kv.counter({ shards: 4, name: "games" }), { object: "games", shards: 4 }],
    [
      kv.counter({ shards: 4, reshardFrom: 1 }),
      { object: "carts", movedFrom: { object: "main", shards: null } },
    ],
    [
      kv.counter({ shards: 8, reshardFrom: 4 }),
      { object: "carts", movedFrom: { object: "carts", shards: 4 } },
    ],
    [kv.counter({ reshardFrom: 4 }), { object: "main", movedFrom: { object: "carts", shards: 4 } }],
  ])("%j", (store, expected) => {
    expect(only(store)).toMatchObject(expected);
  });

  test("stores of one object are a group; sessions and limits are in none", () => {
    const { objects } = model({
      a: kv.string(),
      b: kv.set({ name: "games" }),
      c: kv.list(),
      d: kv.counter({ shards: 4 }),
      e: kv.session(),
      f: kv.hash({ name: "1st-floor" }),
    });
    expect(objects).toEqual([
      { name: "main", typeName: "Main", stores: ["a", "c"] },
      { name: "games", typeName: "Games", stores: ["b"] },
      { name: "d", typeName: "D", stores: ["d"] },
      { name: "1st-floor", typeName: "Object1stFloor", stores: ["f"] },
    ]);
  });

  test("equal prefixes in different objects are no clash", () => {
    const { stores } = model({ a: kv.string({ name: "x" }), b: kv.string({ prefix: "a", name: "y" }) });
    expect(stores.map(({ prefix }) => prefix)).toEqual(["a", "a"]);
  });
});

describe("functions (contract 6.10)", () => {
  const exporting = (exports: ModuleExports): NamedFiles => ({
    exists: () => true,
    exportsOf: () => exports,
  });

  test("are the exports of the module", () => {
    const files = exporting({ ok: true, exports: [{ name: "submit", kind: "unknown", parameters: null }] });
    expect(only(kv.set({ functions: "./src/../sets.kv.ts", shards: 2 }), files).functions).toEqual({
      module: "sets.kv.ts",
      exports: ["submit"],
    });
  });

  test("a module that cannot be read is an error that says why", () => {
    const { diagnostics } = build(
      { a: kv.set({ functions: "./a.ts" }) },
      exporting({ ok: false, reason: "Oops, line 3" }),
    );
    expect(diagnostics).toMatchObject([
      { code: "COV1608", message: 'The functions module "./a.ts" cannot be read: Oops, line 3.' },
    ]);
  });

  const place = { prefix: "p", object: "o" };

  test.each<[CommandType, runtime.Definition]>([
    ["string", runtime.string(place)],
    ["counter", runtime.counter(place)],
    ["hash", runtime.hash(place)],
    ["set", runtime.set(place)],
    ["list", runtime.list(place)],
    ["sortedSet", runtime.sortedSet(place)],
  ])("cannot have the name of any member of a %s", (type, definition) => {
    // Making the commands sends nothing.
    const store: object = definition.bind({} as Sender<"promise">);
    const members = new Set(Object.keys(store));
    for (let level = store; level !== Object.prototype; level = Object.getPrototypeOf(level))
      for (const name of Object.getOwnPropertyNames(level)) members.add(name);
    const commands = commandsOf(type);
    expect(commands.filter((name) => !members.has(name))).toEqual([]);
    const others = [...members].filter((name) => !commands.includes(name));
    expect([...otherMembers, "constructor"]).toEqual(expect.arrayContaining(others));
  });

  test("exports are told apart by their declarations", async () => {
    const folder = path.resolve(import.meta.dirname, "../../cases/diagnostics/kv-functions");
    const { exports, inputs } = await readExports(path.join(folder, "leaderboard.kv.ts"));
    expect(
      exports.ok && exports.exports.map(({ name, kind, parameters }) => [name, kind, parameters]),
    ).toEqual([
      ["Ranking", "class", null],
      ["constructor", "function", 0],
      ["default", "unknown", null],
      ["each", "generator function", 0],
      ["encode", "function", 0],
      ["expire", "function", 0],
      ["later", "async function", 0],
      ["limit", "value", null],
      ["load", "async function", 0],
      ["passedOn", "value", null],
      ["submit", "function", 0],
      ["wrapped", "unknown", null],
      ["zadd", "function", 0],
    ]);
    expect(inputs.map((file) => path.basename(file)).sort()).toEqual([
      "leaderboard.kv.ts",
      "passed-on.ts",
      "wrapped.ts",
    ]);
  });
});
