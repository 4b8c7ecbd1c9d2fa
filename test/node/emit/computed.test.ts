import { d1, field } from "covara";
import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { emitStarters } from "../../../generator/emit/starters.ts";
import { buildModel, type NamedFiles } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData } from "../../../schema/data.ts";

const config: ConfigData = {
  name: "app",
  database: d1(),
  openapi: true,
  resources: {
    tasks: {
      fields: {
        id: field.id(),
        title: field.text(),
        version: field.version(),
        shout: field.text().computed("upper({title})"),
        score: field.integer().computed("length({title})"),
        parts: field.json<string[]>().computed(),
        mood: field.text().computed(),
      },
      computed: "./src/tasks.computed.ts",
      access: () => ({ read: { type: "public" }, create: { type: "public" } }),
    },
  },
};

function modelOf(files: NamedFiles): Model {
  const { model, diagnostics } = buildModel(config, files);
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
}

describe("computed fields", () => {
  const files = emit(modelOf({ exists: () => true }), { wranglerToml: null });

  test("are ordered by in the client only where the database computes them", () => {
    expect(files.get("client.ts")).toContain(
      `export type TaskOrderBy = OrderBy<Exclude<keyof Task, "parts" | "mood">>;`,
    );
  });

  test("are in the OpenAPI document: shown, selected and, by the database's, filtered; not set", () => {
    const document = JSON.parse(files.get("openapi.json") ?? "") as {
      paths: Record<string, Record<string, { responses: object }>>;
      components: {
        schemas: Record<string, { properties: object; required?: string[] }>;
        parameters: Record<string, { description: string; schema: { items: { enum: string[] } } }>;
      };
    };
    const { schemas, parameters } = document.components;
    const all = ["id", "title", "version", "shout", "score", "parts", "mood"];
    expect(Object.keys(schemas.Task?.properties ?? {})).toEqual(all);
    expect(schemas.Task?.required).toEqual(all);
    expect(Object.keys(schemas.TaskCreate?.properties ?? {})).toEqual(["title"]);
    const named = (ending: string) => Object.entries(parameters).find(([name]) => name.endsWith(ending))?.[1];
    expect(named("Select")?.schema.items.enum).toEqual(all);
    expect(named("OrderBy")?.schema.items.enum.filter((name) => /^\w+$/.test(name))).toEqual(
      all.filter((name) => !["parts", "mood"].includes(name)),
    );
    expect(named("Filter")?.description).toMatch(/`shout`/);
    expect(named("Filter")?.description).not.toMatch(/`mood`|`parts`/);
    expect(Object.keys(document.paths["/api/tasks/{id}"]?.get?.responses ?? {})).not.toContain("304");
  });

  test("have a module to start with, where it is missing", () => {
    const starters = emitStarters(modelOf({ exists: () => false }), "generated");
    expect([...starters.keys()]).toEqual(["src/tasks.computed.ts"]);
    expect(
      starters.get("src/tasks.computed.ts"),
    ).toBe(`// Computed fields of tasks. This file is yours: \`covara gen\` started it.

import type { TaskComputed } from "../generated/computed.js";

export const parts: TaskComputed["parts"] = (_row) => {
  throw new Error("tasks.parts is not written yet.");
};

export const mood: TaskComputed["mood"] = (_row) => {
  throw new Error("tasks.mood is not written yet.");
};
`);
  });
});
