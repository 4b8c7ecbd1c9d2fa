import { parse, type TomlTable } from "smol-toml";
import { describe, expect, test } from "vitest";
import { emitWrangler } from "../../../generator/emit/wrangler.ts";
import { hasClass } from "../../../generator/emit/wrangler-classes.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData, Json, RuleData, StoreData } from "../../../schema/data.ts";
import { custom, d1, field, kv } from "../../../schema/index.ts";

type Stores = Readonly<Record<string, StoreData>>;

function model(stores: Stores, rest: Partial<ConfigData> = {}): Model {
  const { model: built, diagnostics } = buildModel(
    { name: "app", database: d1(), resources: {}, kv: stores, ...rest },
    { exists: () => true },
  );
  if (built === null) throw new Error(JSON.stringify(diagnostics));
  return built;
}

const some: Stores = { visits: kv.counter() };
const own = { name: "COVARA_KV", class_name: "CovaraKVDurableObject" };
const added = (tag: string) => ({ tag, new_sqlite_classes: ["CovaraKVDurableObject"] });
const removed = (tag: string) => ({ tag, deleted_classes: ["CovaraKVDurableObject"] });

describe("the history of classes in wrangler.toml", () => {
  const wrangler = (passed: Readonly<Record<string, Json>>) => ({ wrangler: passed });

  /** The file after each of the configs in turn. */
  function generations(...models: readonly Model[]): TomlTable[] {
    let text: string | null = null;
    return models.map((each) => {
      text = emitWrangler(each, text);
      return parse(text);
    });
  }

  test("a config without stores has neither bindings nor history", () => {
    const [file] = generations(model({}));
    expect(file).not.toHaveProperty("durable_objects");
    expect(file).not.toHaveProperty("migrations");
  });

  test("the class is added once, removed, and added again", () => {
    const files = generations(model(some), model(some), model({}), model({}), model(some));
    expect(files.map(({ migrations }) => migrations)).toEqual([
      [added("v1")],
      [added("v1")],
      [added("v1"), removed("v2")],
      [added("v1"), removed("v2")],
      [added("v1"), removed("v2"), added("v3")],
    ]);
    expect(files.map((file) => hasClass(file, { className: own.class_name }))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(files[0]?.durable_objects).toEqual({ bindings: [own] });
    expect(files[2]).not.toHaveProperty("durable_objects");
  });

  test("the same config gives the same bytes", () => {
    const first = emitWrangler(model(some), null);
    expect(emitWrangler(model(some), first)).toBe(first);
  });

  test("what the config passes through is merged, and stays the config's", () => {
    const bindings = [{ name: "ROOM", class_name: "Room", script_name: "rooms" }];
    const room = { tag: "room", new_sqlite_classes: ["Room"] };
    const renamed = { tag: "hall", renamed_classes: [{ from: "Room", to: "Hall" }] };
    const passed = (migrations: Json[]) => wrangler({ durable_objects: { bindings }, migrations });
    const files = generations(
      model({}, passed([room])),
      model(some, passed([room])),
      model(some, passed([{ ...room, new_sqlite_classes: ["Room", "Hall"] }, renamed])),
      model(some, passed([renamed])),
    );
    expect(files.map(({ migrations }) => migrations)).toEqual([
      [room],
      [room, added("v2")],
      [{ ...room, new_sqlite_classes: ["Room", "Hall"] }, added("v2"), renamed],
      [added("v2"), renamed],
    ]);
    expect(files[1]?.durable_objects).toEqual({ bindings: [own, ...bindings] });
  });

  test("a tag that the config uses is not used again", () => {
    const theirs = { tag: "v2", new_classes: ["Room"] };
    const [file] = generations(model(some, wrangler({ migrations: [theirs] })));
    expect(file?.migrations).toEqual([theirs, added("v3")]);
  });

  test("environments have the binding, and a history only where the config gives them one", () => {
    const theirs = { tag: "room", new_sqlite_classes: ["Room"] };
    const [file] = generations(
      model(some, { environments: { staging: {}, test: { wrangler: { migrations: [theirs] } } } }),
    );
    expect(file?.env).toMatchObject({
      staging: { durable_objects: { bindings: [own] } },
      test: { durable_objects: { bindings: [own] }, migrations: [theirs, added("v2")] },
    });
    expect(file?.env).not.toHaveProperty("staging.migrations");
  });
});

describe("the history of stores in the snapshot", () => {
  const file = "migrations/0001_init.sql";

  function snapshotOf(stores: Stores, rest: Partial<ConfigData> = {}): string {
    const { files } = planMigration(
      model(stores, rest),
      { snapshot: null, files: [] },
      { allowDestructive: false },
    );
    return files.get("migrations/snapshot.json") ?? "";
  }

  function plan(before: Stores, after: Stores, allowDestructive = false) {
    return planMigration(model(after), { snapshot: snapshotOf(before), files: [file] }, { allowDestructive });
  }

  /** Codes and fixes of what is wrong with the change. */
  function problems(before: Stores, after: Stores) {
    const allowed = plan(before, after, true);
    expect(allowed.diagnostics, "--allow-destructive").toEqual([]);
    expect(allowed.files.get("migrations/snapshot.json")).toBe(snapshotOf(after));
    const { diagnostics, files } = plan(before, after);
    expect(files.size === 0).toBe(diagnostics.length > 0);
    return diagnostics.map(({ code, path, fix = "" }) => [code, path?.join("."), fix]);
  }

  test("is written in one line for each store, and only where there are stores", () => {
    expect(snapshotOf({})).toMatch(/"version": 1\n/);
    const text = snapshotOf({ visits: kv.counter(), scores: kv.sortedSet({ shards: 4 }) });
    expect(text).toMatch(/"version": 2\n/);
    expect(text).toContain('"visits": { "object": "main", "prefix": "visits", "type": "counter" }');
    expect(text).toContain(
      '"scores": { "object": "scores", "prefix": "scores", "shards": 4, "type": "sortedSet" }',
    );
  });

  test.each([
    ["a type", '"type": "counter"', '"type": "heap"'],
    ["an object", '"object": "main"', '"object": null'],
    ["the stores", '"stores": {', '"stores": [], "before": {'],
  ])("is checked: %s", (_, from, to) => {
    const text = snapshotOf(some);
    expect(text).toContain(from);
    const { diagnostics } = planMigration(
      model(some),
      { snapshot: text.replace(from, to), files: [file] },
      { allowDestructive: false },
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["COV2002"]);
  });

  test("stores may come, and change in what does not move their data", () => {
    expect(problems({}, some)).toEqual([]);
    expect(problems(some, { ...some, likes: kv.counter() })).toEqual([]);
    expect(problems(some, { visits: kv.counter({ ttl: "1d", prefix: "visits", name: "main" }) })).toEqual([]);
    expect(problems({ api: kv.rateLimit({ requests: 1, per: "1m" }), ...some }, some)).toEqual([]);
  });

  test("a store that goes, moves or changes its structure needs consent", () => {
    const pair = { ...some, likes: kv.set() };
    expect(problems(pair, some)).toEqual([["COV1613", "kv", ""]]);
    expect(problems(pair, { ...some, hearts: kv.set() })).toEqual([
      [
        "COV1613",
        "kv.hearts",
        'If `hearts` is its new name, write `prefix: "likes"` there; else run `covara gen --allow-destructive`.',
      ],
    ]);
    expect(problems(pair, { ...some, hearts: kv.set({ prefix: "likes" }) })).toEqual([]);
    expect(problems(pair, { ...some, likes: kv.set({ prefix: "l" }) })).toEqual([
      ["COV1613", "kv.likes", 'Write `prefix: "likes"`.'],
    ]);
    expect(problems(pair, { ...some, likes: kv.set({ name: "other" }) })).toEqual([
      ["COV1613", "kv.likes", 'Write `name: "main"`.'],
    ]);
    expect(problems(pair, { ...some, likes: kv.list() })).toEqual([
      ["COV1613", "kv.likes", expect.stringContaining("another `prefix`")],
    ]);
  });

  test("a changed number of shards has to say where the data is", () => {
    const sharded = (shards: number, reshardFrom?: number) => ({
      visits: kv.counter({ shards, ...(reshardFrom === undefined ? {} : { reshardFrom }) }),
    });
    const moving = ": the keys then move when their objects are first used.";
    expect(problems(sharded(4), sharded(8))).toEqual([
      ["COV1614", "kv.visits", `Write \`reshardFrom: 4\`${moving}`],
    ]);
    expect(problems(sharded(4), sharded(8, 2))).toEqual([["COV1614", "kv.visits", expect.any(String)]]);
    expect(problems(sharded(4), sharded(8, 4))).toEqual([]);
    expect(problems(sharded(8, 4), sharded(8))).toEqual([]);
    expect(problems(some, sharded(4))).toEqual([
      ["COV1614", "kv.visits", `Write \`reshardFrom: 1\`${moving}`],
    ]);
    expect(problems(some, sharded(4, 1))).toEqual([]);
    // The same number of objects, but of another name.
    expect(problems({ visits: kv.counter({ name: "hits" }) }, sharded(4, 1))).toEqual([
      ["COV1614", "kv.visits", `Write \`name: "hits", reshardFrom: 1\`${moving}`],
    ]);
    expect(problems(sharded(4), { visits: kv.counter({ reshardFrom: 4 }) })).toEqual([]);
    expect(problems({ visits: kv.counter({ name: "hits" }) }, sharded(4))).toEqual([
      ["COV1614", "kv.visits", `Write \`name: "hits", reshardFrom: 1\`${moving}`],
    ]);
    expect(
      problems(
        { visits: kv.counter({ name: "hits" }) },
        {
          visits: kv.counter({ name: "hits", shards: 4, reshardFrom: 1 }),
        },
      ),
    ).toEqual([]);
    expect(problems(some, { visits: kv.counter({ shardBy: "tag" }) })).toEqual([
      ["COV1614", "kv.visits", expect.any(String)],
    ]);
    expect(problems({ login: kv.session() }, { login: kv.session({ shards: 4 }) })).toMatchObject([
      ["COV1614", "kv.login", expect.stringContaining("sign in again")],
    ]);
  });

  test("without stores all data would be deleted, whichever file still knows of it", () => {
    expect(problems(some, {})).toEqual([["COV1615", "", ""]]);
    const { diagnostics } = planMigration(
      model({}),
      { snapshot: snapshotOf({}), files: [file], classes: [own.class_name] },
      { allowDestructive: false },
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["COV1615"]);
  });

  test("nobody misses counts of limits and tickets that nobody has used", () => {
    const access = ({ signedIn }: { signedIn(): RuleData }) => ({ read: signedIn() });
    const config = (live: boolean, limited: boolean): Partial<ConfigData> => ({
      auth: custom("./auth.ts"),
      resources: {
        todos: {
          fields: { id: field.id() },
          access: access as never,
          ...(live ? { live: true } : {}),
          ...(limited ? { rateLimit: { requests: 5, per: "1m", by: "address" } } : {}),
        },
      },
    });
    const codes = (stores: Stores, before: Partial<ConfigData>, after: Partial<ConfigData>, left = stores) =>
      planMigration(
        model(left, after),
        { snapshot: snapshotOf(stores, before), files: [file], classes: [own.class_name] },
        { allowDestructive: false },
      ).diagnostics.map(({ code }) => code);
    expect(model({}, config(true, true)).kv?.stores.map(({ key }) => key)).toContain("liveTickets");
    expect(codes({}, config(true, false), config(false, false))).toEqual([]);
    expect(codes({}, config(true, true), config(false, false))).toEqual([]);
    expect(codes(some, config(true, true), config(false, false))).toEqual([]);
    expect(codes(some, config(true, true), config(false, false), {})).toEqual(["COV1615"]);
  });
});
