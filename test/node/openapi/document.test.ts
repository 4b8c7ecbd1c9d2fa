import type { Schema } from "@cfworker/json-schema";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { Description } from "../../openapi/description.ts";
import { type Described, projects, randoms } from "./document.ts";

const all: readonly Described[] = [...(await projects()), ...randoms(15)];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** Every object of a document with its place. */
function* objects(value: unknown, place = "#"): Generator<readonly [string, Json]> {
  if (!isObject(value)) return;
  if (!Array.isArray(value)) yield [place, value];
  for (const [key, item] of Object.entries(value)) yield* objects(item, `${place}/${key}`);
}

const operations = ({ document }: Described): Json[] =>
  Object.values(document.paths as Record<string, Json>).flatMap((path) => Object.values(path) as Json[]);

describe("contract 2: openapi.json", () => {
  test("is valid OpenAPI 3.1", async () => {
    for (const { name, document } of all) {
      const validator = new Validator();
      expect([name, await validator.validate(structuredClone(document))]).toEqual([name, { valid: true }]);
      expect(validator.version).toBe("3.1");
    }
    const broken = new Validator();
    expect(
      (await broken.validate({ ...structuredClone(all[0]?.document), paths: { todos: {} } })).valid,
    ).toBe(false);
  });

  test("is there only where the config asks for it", () => {
    for (const { name, model } of all) {
      const files = emit({ ...model, openapi: null }, { wranglerToml: null });
      const traces = [...files].filter(([file, text]) => /openapi/i.test(file + text)).map(([file]) => file);
      expect([name, traces]).toEqual([name, []]);
    }
  });

  test("refers only to what it has", () => {
    for (const described of all) {
      const text = JSON.stringify(described.document);
      const description = new Description(described.document);
      const references = new Set(
        [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = ""]) => reference),
      );
      for (const $ref of references) {
        expect([described.name, $ref, description.resolve({ $ref })]).not.toContain(undefined);
      }
      const components = described.document.components as Record<string, Json>;
      for (const section of ["schemas", "parameters", "headers", "responses"]) {
        for (const name of Object.keys(components[section] ?? {})) {
          expect(references, `${described.name} ${section}`).toContain(`#/components/${section}/${name}`);
        }
      }
    }
  });

  test("names operations once", () => {
    for (const described of all) {
      const ids = operations(described).map(({ operationId }) => operationId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(2);
    }
  });

  test("has examples that are valid", () => {
    let count = 0;
    for (const { name, document } of all) {
      const description = new Description(document);
      const check = (place: string, value: unknown, schema: Schema): void => {
        count += 1;
        expect([name, place, value, description.problem(value, schema)]).toEqual([name, place, value, null]);
      };
      for (const [place, object] of objects(document)) {
        const { schema, examples, example } = object;
        if (isObject(schema)) {
          const values = isObject(examples) ? Object.values(examples).map((one) => (one as Json).value) : [];
          for (const value of [...values, ...(example === undefined ? [] : [example])])
            check(place, value, schema);
        } else if (Array.isArray(examples)) {
          for (const value of examples) check(place, value, object);
        }
      }
    }
    expect(count).toBeGreaterThan(300);
  });

  test("gives whole examples of rows and inputs where the fields allow it", () => {
    const [reference] = all;
    if (reference === undefined) throw new Error("there is no reference application");
    const { schemas } = reference.document.components as { schemas: Record<string, Json> };
    for (const name of ["Todo", "TodoCreate", "TodoNested", "TodoUpdate", "TodoReplace", "User", "Comment"]) {
      expect([name, schemas[name]?.examples]).toEqual([name, [expect.any(Object)]]);
    }
  });
});
