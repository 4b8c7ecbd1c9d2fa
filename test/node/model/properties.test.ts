import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../generator/diagnostics/catalogue.ts";
import { buildModel } from "../../../generator/model/index.ts";
import { reservedIdentifiers, reservedTypes } from "../../../generator/model/reserved.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { hostileConfig, wildConfig } from "./random-config.ts";

const build = (config: unknown) => buildModel(config as ConfigData, { exists: () => true });

describe("buildModel, whatever the config holds", () => {
  test("gives a model or errors, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(wildConfig, hostileConfig, fc.anything()), (config) => {
        const { model, diagnostics } = build(config);
        const failed = diagnostics.some((diagnostic) => diagnostic.severity === "error");
        expect(model === null).toBe(failed);
        for (const { code, message, path } of diagnostics) {
          expect(catalogue).toHaveProperty(code);
          expect(message).toMatch(/^\S[\s\S]*\.$/);
          expect(path).toBeDefined();
        }
        if (model !== null) checkNames(model);
      }),
      { numRuns: 1500 },
    );
  });

  test("names in a model are distinct and usable, however hostile", () => {
    let models = 0;
    fc.assert(
      fc.property(hostileConfig, (config) => {
        const { model } = build(config);
        if (model === null) return;
        models++;
        checkNames(model);
      }),
      { numRuns: 1500 },
    );
    expect(models, "the property is about models").toBeGreaterThan(200);
  });

  test("the same config gives the same model and the same diagnostics", () => {
    fc.assert(
      fc.property(wildConfig, (config) => {
        expect(build(config)).toEqual(build(config));
      }),
      { numRuns: 200 },
    );
  });
});

function checkNames(model: Model): void {
  const { resources } = model;
  distinct(resources.map((resource) => resource.file.toLowerCase()));
  distinct(resources.map((resource) => resource.route.toLowerCase()));
  distinct([
    ...resources.map((resource) => resource.table.toLowerCase()),
    ...resources.flatMap((resource) => resource.indexes.map((index) => index.name.toLowerCase())),
  ]);
  const types = resources.map((resource) => resource.typeName);
  distinct(
    types.flatMap((type) => [type, `${type}Create`, `${type}Update`, `${type}Replace`, `${type}OrderBy`]),
  );
  const values = resources.flatMap(({ identifier, valueName }) => [
    identifier,
    `${identifier}Routes`,
    `${identifier}Relations`,
    valueName,
  ]);
  distinct(values);
  for (const type of types) {
    expect(type).toMatch(/^[A-Z][A-Za-z0-9]*$/);
    expect(reservedTypes).not.toContain(type);
  }
  for (const value of values) {
    expect(value).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
    expect(reservedIdentifiers).not.toContain(value);
    expect(() => new Function(`"use strict"; const ${value} = 1;`)).not.toThrow();
  }
  if (model.kv !== null) checkStores(model.kv);
  for (const resource of resources) {
    distinct(resource.fields.map((field) => field.column));
    distinct([
      ...resource.fields.map((field) => field.name),
      ...resource.relations.map((relation) => relation.name),
    ]);
    expect(resource.fields.filter((field) => field.kind === "id").map((field) => field.name)).toEqual(["id"]);
    expect(resource.table).not.toMatch(/^(sqlite_|d1_|_cf_|_covara)/i);
  }
}

function checkStores({ stores, objects }: NonNullable<Model["kv"]>): void {
  distinct(stores.map(({ key }) => key));
  distinct(stores.map(({ object, prefix }) => `${object}/${prefix}`));
  distinct(stores.map(({ typeName }) => typeName));
  distinct(objects.map(({ typeName }) => typeName));
  for (const name of [...stores, ...objects].map(({ typeName }) => typeName))
    expect(name).toMatch(/^[A-Z][A-Za-z0-9]*$/);
  for (const store of stores) {
    expect(["multi", "pipeline", "then", "__proto__", ""]).not.toContain(store.key);
    expect(store.shards === null || store.shards > 1).toBe(true);
    expect(store.shards === null || store.shardBy === null).toBe(true);
  }
  expect(objects.flatMap((object) => object.stores).sort()).toEqual(
    stores
      .filter(({ type }) => type !== "session" && type !== "rateLimit")
      .map(({ key }) => key)
      .sort(),
  );
}

function distinct(names: readonly string[]): void {
  expect([...names].sort()).toEqual([...new Set(names)].sort());
}
