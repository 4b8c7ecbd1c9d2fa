/** Hooks, procedures and server code in what is emitted: every option changes it, and what is off leaves no trace. */
import fs from "node:fs";
import path from "node:path";
import { d1, field } from "covara";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ModuleExports } from "../../../generator/model/modules.ts";
import type { ProcedureData, ProceduresData, ResourceData } from "../../../schema/data.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/server-code-${process.pid}`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const everybody = { type: "public" } as const;

/** The files of an application with one resource. @param exported What its modules export. */
function files(resource: Partial<ResourceData>, exported: readonly string[] = []): Map<string, string> {
  const exports: ModuleExports = {
    ok: true,
    exports: exported.map((name) =>
      name === "guard"
        ? { name, kind: "value", parameters: null, keys: ["update"] }
        : { name, kind: "function", parameters: 0 },
    ),
  };
  const rules = { read: everybody, create: everybody, update: everybody, delete: everybody };
  const { model, diagnostics } = buildModel(
    {
      name: "app",
      database: d1(),
      resources: {
        items: {
          fields: { id: field.id(), name: field.text(), secret: field.text().optional().hidden() },
          access: () => ({ ...rules, ...(resource.procedures && { procedures: { act: everybody } }) }),
          ...resource,
        },
      },
    },
    { exists: () => true, exportsOf: () => exports },
  );
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return emit(model, { wranglerToml: null });
}

const text = (all: ReadonlyMap<string, string>): string =>
  [...all].map(([file, content]) => `== ${file}\n${content}`).join("\n");

describe("every option changes the output", () => {
  const procedures = (more: Partial<ProceduresData>) =>
    text(files({ procedures: { module: "./p.ts", ...more } }, ["act"]));

  test("of procedures", () => {
    const walk: Record<keyof ProceduresData, string> = {
      module: text(files({ procedures: { module: "./q.ts", rpc: { act: {} } } }, ["act"])),
      row: procedures({ row: { act: {} } }),
      rpc: procedures({ rpc: { act: {} } }),
    };
    expect(new Set(Object.values(walk)).size).toBe(3);
  });

  test("of one procedure", () => {
    const fields = { x: field.text() };
    const walk: Record<keyof ProcedureData, string> = {
      input: procedures({ rpc: { act: { input: fields } } }),
      output: procedures({ rpc: { act: { output: fields } } }),
    };
    const others = [
      procedures({ rpc: { act: {} } }),
      procedures({ rpc: { act: { input: fields, output: fields } } }),
    ];
    expect(new Set([...Object.values(walk), ...others]).size).toBe(4);
  });

  test("of hooks: what the module exports", () => {
    const names = [
      "beforeCreate",
      "beforeUpdate",
      "beforeDelete",
      "afterCreate",
      "afterUpdate",
      "afterDelete",
      "guard",
    ];
    const outputs = names.map((name) => text(files({ hooks: "./h.ts" }, [name])));
    expect(new Set([text(files({ hooks: "./h.ts" })), ...outputs]).size).toBe(names.length + 1);
    for (const [index, name] of names.entries()) {
      const others = names.filter((other) => other !== name);
      const own = files({ hooks: "./h.ts" }, [name]).get("resources/items.ts") ?? "";
      expect(own).toContain(`bindHooks(context, { ${names[index]} })`);
      for (const other of others) expect(own).not.toContain(other);
    }
  });

  test("only the writes that hooks run around know of them", () => {
    const routes = (name: string) => files({ hooks: "./h.ts" }, [name]).get("routes/items.ts") ?? "";
    expect(routes("afterDelete")).toMatch(/hookedDeleteRow\(/);
    expect(routes("afterDelete")).not.toMatch(/hooked(Update|Insert|Upsert)/);
    expect(routes("beforeUpdate")).toMatch(/hookedUpdateRows\(/);
    expect(routes("beforeUpdate")).not.toMatch(/hooked(Delete|Insert)/);
    expect(routes("guard")).not.toMatch(/hooked(Delete|Insert)/);
  });
});

describe("what is off leaves no trace", () => {
  test("in the emitted files", () => {
    const plain = files({});
    for (const [file, content] of plain) {
      if (file === "db.ts" || file === "rows.ts") continue;
      expect(content, file).not.toMatch(/hook|procedure|serverContext|unveiled|\bdb\(/i);
    }
    const both = files({ hooks: "./h.ts", procedures: { module: "./p.ts", rpc: { act: {} } } }, ["act"]);
    const added = [...both.keys()].filter((file) => !plain.has(file));
    expect(added).toEqual(["hooks.ts", "procedures.ts"]);
  });

  test("in the Worker", async () => {
    /** Texts that are in the bundle where a feature is in use, and nowhere else. */
    const marks = {
      hooks: "instead of an object of fields",
      procedures: "than it declares",
      db: "Nobody may",
    };
    const found = async (name: string, all: ReadonlyMap<string, string>, entry: string) => {
      const project = path.join(folder, name);
      const write = (file: string, content: string): void => {
        fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
        fs.writeFileSync(path.join(project, file), content);
      };
      for (const [file, content] of all) write(`generated/${file}`, content);
      write("h.ts", "export const beforeCreate = () => ({});\n");
      write("p.ts", "export const act = () => ({ x: '' });\n");
      write("entry.ts", entry);
      const result = await build({
        entryPoints: [path.join(project, "entry.ts")],
        bundle: true,
        write: false,
        format: "esm",
        external: ["cloudflare:workers"],
        alias: { "covara/runtime": path.join(root, "runtime/http/index.ts") },
        logLevel: "silent",
      });
      const bundle = result.outputFiles[0]?.text ?? "";
      return Object.entries(marks).flatMap(([feature, mark]) => (bundle.includes(mark) ? [feature] : []));
    };
    const worker = `export { default } from "./generated/worker.js";\n`;
    expect(await found("plain", files({}), worker)).toEqual([]);
    expect(await found("hooks", files({ hooks: "./h.ts" }, ["beforeCreate"]), worker)).toEqual(["hooks"]);
    const act = { procedures: { module: "./p.ts", rpc: { act: { output: { x: field.text() } } } } };
    expect(await found("procedures", files(act, ["act"]), worker)).toEqual(["procedures"]);
    const server = `export { db } from "./generated/db.js";\n${worker}`;
    expect(await found("db", files({}), server)).toContain("db");
  });
});
