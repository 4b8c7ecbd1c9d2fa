import { parse, type TomlTable } from "smol-toml";
import { describe, expect, test } from "vitest";
import { emitWrangler } from "../../../generator/emit/wrangler.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData, RuleData } from "../../../schema/data.ts";
import { d1, field, kv } from "../../../schema/index.ts";

function model(live: boolean, rest: Partial<ConfigData> = {}): Model {
  const access = (): { read: RuleData } => ({ read: { type: "public" } });
  const config: ConfigData = {
    name: "app",
    database: d1(),
    resources: { notes: { fields: { id: field.id() }, access, live } },
    ...rest,
  };
  const { model: built, diagnostics } = buildModel(config, { exists: () => true });
  if (built === null) throw new Error(JSON.stringify(diagnostics));
  return built;
}

const [stores, live] = ["CovaraKVDurableObject", "CovaraLiveDurableObject"];
const binding = { name: "COVARA_LIVE", class_name: live };

/** The file after each of the models in turn. */
function generations(...models: readonly Model[]): TomlTable[] {
  let text: string | null = null;
  return models.map((each) => {
    text = emitWrangler(each, text);
    return parse(text);
  });
}

describe("wrangler.toml of an application with live resources", () => {
  test("has a binding, a class and a flag, and none of them without", () => {
    const [without, with_] = generations(model(false), model(true));
    for (const key of ["durable_objects", "migrations", "compatibility_flags"]) {
      expect(without).not.toHaveProperty(key);
    }
    expect(with_).toMatchObject({
      compatibility_flags: ["enable_request_signal"],
      durable_objects: { bindings: [binding] },
      migrations: [{ tag: "v1", new_sqlite_classes: [live] }],
    });
  });

  test("adds and deletes each class by itself, and those that come or go together in one step", () => {
    const visits = { kv: { visits: kv.counter() } };
    const files = generations(
      model(false, visits),
      model(true, visits),
      model(true, visits),
      model(false, visits),
      model(true),
      model(false),
      model(true, visits),
    );
    expect(files.at(-1)?.migrations).toEqual([
      { tag: "v1", new_sqlite_classes: [stores] },
      { tag: "v2", new_sqlite_classes: [live] },
      { tag: "v3", deleted_classes: [live] },
      { tag: "v4", new_sqlite_classes: [live], deleted_classes: [stores] },
      { tag: "v5", deleted_classes: [live] },
      { tag: "v6", new_sqlite_classes: [stores, live] },
    ]);
    expect(files.map(({ durable_objects }) => (durable_objects as TomlTable | undefined)?.bindings)).toEqual([
      [{ name: "COVARA_KV", class_name: stores }],
      [{ name: "COVARA_KV", class_name: stores }, binding],
      [{ name: "COVARA_KV", class_name: stores }, binding],
      [{ name: "COVARA_KV", class_name: stores }],
      [binding],
      undefined,
      [{ name: "COVARA_KV", class_name: stores }, binding],
    ]);
  });

  test("merges the flags that the config passes through, in environments too", () => {
    const passed = { compatibility_flags: ["nodejs_compat", "enable_request_signal"] };
    const environments = { staging: {}, test: { wrangler: { compatibility_flags: ["nodejs_compat"] } } };
    const [file] = generations(model(true, { wrangler: passed, environments }));
    expect(file).toMatchObject({
      compatibility_flags: ["enable_request_signal", "nodejs_compat"],
      env: {
        staging: { durable_objects: { bindings: [binding] } },
        test: {
          compatibility_flags: ["enable_request_signal", "nodejs_compat"],
          durable_objects: { bindings: [binding] },
        },
      },
    });
    expect(file?.env).not.toHaveProperty("staging.compatibility_flags");
    const [off] = generations(model(false, { wrangler: passed, environments }));
    expect(off).toMatchObject({
      compatibility_flags: ["nodejs_compat", "enable_request_signal"],
      env: { test: { compatibility_flags: ["nodejs_compat"] } },
    });
  });
});

test("the class is deleted only where that is asked for", () => {
  const problems = (after: boolean, allowDestructive: boolean): string[] => {
    const previous = { snapshot: null, files: [], classes: [live] };
    return planMigration(model(after), previous, { allowDestructive }).diagnostics.map(({ code }) => code);
  };
  expect(problems(true, false)).toEqual([]);
  expect(problems(false, false)).toEqual(["COV1905"]);
  expect(problems(false, true)).toEqual([]);
});
