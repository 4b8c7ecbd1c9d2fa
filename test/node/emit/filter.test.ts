import { d1, field } from "covara";
import { expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ConfigData } from "../../../schema/data.ts";

const members = ["slate", "red"] as const;

/** A resource with an enum that everybody may do one thing with. */
const config = (operation: "read" | "create"): ConfigData => ({
  name: "walls",
  database: d1(),
  operators: "./src/operators.ts",
  resources: {
    walls: {
      fields: { id: field.id(), color: field.enum(members) },
      access: () => ({ [operation]: { type: "public" } }),
    },
  },
});

function routesOf(operation: "read" | "create"): string {
  const { model, diagnostics } = buildModel(config(operation), { exists: () => true });
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return emit(model, { wranglerToml: null }).get("resources/walls.ts") ?? "";
}

test("a resource that can be listed has what its filters need", () => {
  const text = routesOf("read");
  expect(text).toContain('import operators from "../../src/operators.js";');
  expect(text).toContain('    color: { sql: "color", kind: "text", values: ["slate", "red"] },');
  expect(text).toContain("  operators,\n");
});

test("one that cannot be listed has no trace of them", () => {
  const text = routesOf("create");
  expect(text).toContain('    color: { sql: "color", kind: "text" },');
  expect(text).not.toMatch(/operators|values: \["slate"/);
});
