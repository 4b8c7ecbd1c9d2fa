import { d1, field, kv } from "covara";
import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { FieldData, StoreData, StoreOptionsData, StoreType } from "../../../schema/data.ts";

/** What is emitted for one store; its place in the snapshot has tests of its own. */
function output(store: StoreData | null): string {
  const exports = [{ name: "submit", kind: "function", parameters: 2 } as const];
  const { model, diagnostics } = buildModel(
    { name: "walk", database: d1(), resources: {}, kv: store === null ? {} : { item: store } },
    { exists: () => true, exportsOf: () => ({ ok: true, exports }) },
  );
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return [...emit(model, { wranglerToml: null })].map(([path, text]) => `== ${path}\n${text}`).join("\n");
}

type Make = (options: object) => StoreData;

const makers: Readonly<Record<StoreType, Make>> = {
  string: kv.string,
  counter: kv.counter,
  hash: kv.hash,
  set: kv.set,
  list: kv.list,
  sortedSet: kv.sortedSet,
  session: kv.session,
  rateLimit: (options) => kv.rateLimit({ requests: 5, per: "1m", ...options }),
};

const keyed = {
  prefix: "other",
  name: "other",
  shards: 4,
  ttl: "60s",
  shardBy: "tag",
  reshardFrom: 8,
  functions: "./item.kv.ts",
} as const;
const placement = { prefix: "other", name: "other", shards: 4 };
const value = field.integer();

/** A value of each option that is not its default. */
const options: { readonly [Type in StoreType]: Required<StoreOptionsData[Type]> } = {
  string: { ...keyed, value },
  counter: keyed,
  hash: { ...keyed, value, fields: { name: value } },
  set: { ...keyed, member: value },
  list: { ...keyed, value, max: 9 },
  sortedSet: { ...keyed, member: value },
  session: { ...placement, data: { name: value }, ttl: "60s", idle: "5s" },
  rateLimit: { ...placement, requests: 9, per: "1h", burst: 3 },
};

const types = Object.keys(makers) as StoreType[];

describe("every option of a store changes the output", () => {
  const walk = types.flatMap((type) =>
    Object.entries(options[type]).map(([option, given]) => [type, option, given] as const),
  );

  test.each(walk)("%s: %s", (type, option, given) => {
    const make = makers[type];
    expect(output(make({ [option]: given }))).not.toBe(output(make({})));
  });

  test("and so does the type", () => {
    const outputs = [null, ...types.map((type) => makers[type]({}))].map(output);
    expect(new Set(outputs).size).toBe(outputs.length);
  });
});

describe("every way of describing a value changes the output", () => {
  const values: Record<string, { readonly data: FieldData }> = {
    text: field.text(),
    min: field.text().min(1),
    max: field.text().max(9),
    email: field.text().email(),
    url: field.text().url(),
    regex: field.text().regex(/^a/),
    trim: field.text().trim(),
    integer: field.integer(),
    least: field.integer().min(1),
    number: field.number(),
    most: field.number().max(9),
    boolean: field.boolean(),
    enum: field.enum(["a", "b"]),
    other: field.enum(["a", "c"]),
    json: field.json(),
    timestamp: field.timestamp(),
  };

  test.each(["string", "hash", "list"] as const)("of a %s", (type) => {
    const outputs = Object.values(values).map((one) => output(makers[type]({ value: one })));
    expect(new Set(outputs).size).toBe(outputs.length);
  });

  test.each(["set", "sortedSet"] as const)("of a %s", (type) => {
    const outputs = Object.values(values).map((one) => output(makers[type]({ member: one })));
    expect(new Set(outputs).size).toBe(outputs.length);
  });

  test("inside an object, a hash and a session", () => {
    const all = Object.values(values);
    const objects = all.map((one) => output(kv.string({ value: { one } } as object)));
    const hashes = all.map((one) => output(kv.hash({ fields: { one } } as object)));
    const sessions = all.map((one) => output(kv.session({ data: { one } } as object)));
    for (const outputs of [objects, hashes, sessions]) expect(new Set(outputs).size).toBe(outputs.length);
    expect(output(kv.string({ value: { one: field.text().optional() } }))).not.toBe(objects[0]);
  });
});

test("nothing is left of a structure that is not declared", () => {
  const text = output(kv.counter());
  expect(text).toContain("CounterCommands");
  expect(text).not.toMatch(
    /StringCommands|HashCommands|SetCommands|ListCommands|Session|RateLimit|zod\/mini|Functions/,
  );
  expect(text).not.toContain("Moving");
  expect(output(null)).not.toMatch(/kv|COVARA|DurableObject|durable_objects/);
});

test.each<[string, StoreData]>([
  ["main", kv.counter()],
  ["games", kv.counter({ name: "games" })],
  ["item/4/0", kv.counter({ shards: 4 })],
  ["item/8/0", kv.session()],
  ["item", kv.counter({ shardBy: "tag" })],
])("readyz asks the object %s", (name, store) => {
  expect(output(store)).toContain(`ready(c, c.env.DB, c.env.COVARA_KV.getByName("${name}"))`);
});
