import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../../generator/load/index.ts";
import type { FieldData } from "../../../schema/data.ts";
import type { JsonShape, JsonTypeData } from "../../../schema/json-shape.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "covara-json-types-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Loads a config whose only resource has these fields, after these statements. */
async function load(fields: string, statements = "") {
  write(
    "covara.config.ts",
    `import { d1, defineConfig, field } from "covara";\n${statements}
export default defineConfig({
  name: "app",
  database: d1(),
  resources: { rows: { fields: { ${fields} }, access: () => ({}) } },
});
`,
  );
  const loaded = await loadConfig(path.join(folder, "covara.config.ts"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const data = Object.entries(loaded.config.resources.rows?.fields ?? {}).map(([name, { data }]) => [
    name,
    data,
  ]);
  return { data: Object.fromEntries(data) as Record<string, FieldData>, inputs: loaded.inputs };
}

/** What the type argument is read as. */
async function read(type: string, statements = ""): Promise<JsonTypeData | undefined> {
  return (await load(`x: field.json<${type}>()`, statements)).data.x?.shape;
}

const string: JsonShape = { type: "string" };
const number: JsonShape = { type: "number" };
const literal = (value: string | number | boolean): JsonShape => ({ type: "literal", value });
const array = (items: JsonShape): JsonShape => ({ type: "array", items });
const union = (...shapes: JsonShape[]): JsonShape => ({ type: "union", shapes });
const object = (members: Record<string, JsonShape>): JsonShape => ({
  type: "object",
  members: Object.entries(members).map(([name, shape]) => ({ name, shape })),
});

describe("the type argument of json<T>()", () => {
  test.each<[string, JsonShape]>([
    ["string", string],
    ["number", number],
    ["boolean", { type: "boolean" }],
    ["true | false", { type: "boolean" }],
    [`"a"`, literal("a")],
    ["`a`", literal("a")],
    ["-1.5", literal(-1.5)],
    ["0x10", literal(16)],
    ["true", literal(true)],
    ["(string)", string],
    ["string[]", array(string)],
    ["Array<string>", array(string)],
    ["readonly string[]", { type: "array", items: string, readonly: true }],
    ["ReadonlyArray<string>", { type: "array", items: string, readonly: true }],
    ["[string, size: number]", { type: "tuple", items: [string, number] }],
    ["[]", { type: "tuple", items: [] }],
    [`"a" | 1 | null | ("b" | "a")`, union(literal("a"), literal(1), { type: "null" }, literal("b"))],
    [`"a" | string | 1`, union(string, literal(1))],
    ["Record<string, number>", { type: "record", values: number }],
    ["{ [key: string]: number }", { type: "record", values: number }],
    ["{}", object({})],
    ["{ a: string; 'b-c': number, é: string }", object({ a: string, "b-c": number, é: string })],
    ["{ 3: string }", object({ 3: string })],
    ["unknown[]", array({ type: "json" })],
    ["Record<string, JsonValue>", { type: "record", values: { type: "json" } }],
    [
      "{ readonly a?: string | undefined; b?: number[] }",
      {
        type: "object",
        members: [
          { name: "a", shape: string, optional: true, readonly: true },
          { name: "b", shape: array(number), optional: true },
        ],
      },
    ],
  ])("%s", async (type, shape) => {
    expect(await read(type)).toEqual({ shape, named: {}, problems: [] });
  });

  test.each(["unknown", "Json", "string | unknown"])("%s says nothing", async (type) => {
    const { data } = await load(`x: field.json<${type}>()`, 'import type { Json } from "covara";');
    expect(data.x).toEqual({ kind: "json" });
  });

  test("no argument says nothing", async () => {
    expect((await load("x: field.json()")).data.x).toEqual({ kind: "json" });
  });

  test("interfaces keep their names, their comments and what they extend", async () => {
    const type = await read(
      "Child[]",
      `/** What all have. */
interface Base {
  /** The id. */ id: string; size: string }
type Sized = { size: number };
// Not a doc comment.
interface Child extends Base, Sized {
  /**
   * Who made it,
   * if anyone did.
   */
  by?: Child | null;
}`,
    );
    expect(type).toEqual({
      shape: array({ type: "reference", name: "covara.config.ts#Child" }),
      named: {
        "covara.config.ts#Child": {
          name: "Child",
          shape: {
            type: "object",
            members: [
              { name: "id", shape: string, doc: "The id." },
              { name: "size", shape: number },
              {
                name: "by",
                shape: union({ type: "reference", name: "covara.config.ts#Child" }, { type: "null" }),
                optional: true,
                doc: "Who made it,\nif anyone did.",
              },
            ],
          },
        },
      },
      problems: [],
    });
  });

  test("types come from other files, by any name and over re-exports, and the watcher hears of the files", async () => {
    write("types/a.ts", "export type A = { b: B };\ntype B = string[];\n");
    write("types/c.ts", 'export { A as Renamed } from "./a.js";\nexport * from "./d.ts";\n');
    write("types/d.ts", "export default interface Main { d: D }\nexport interface D { n: 1 }\n");
    const { data, inputs } = await load(
      "x: field.json<[R, D, Main, Gone]>()",
      `import type { Renamed as R, D } from "./types/c.ts";
import Main from "./types/d";
import { type Gone } from "./types/gone.js";`.replace("import Main", "import type Main"),
    );
    const reference = (name: string): JsonShape => ({ type: "reference", name });
    expect(data.x?.shape).toMatchObject({
      shape: {
        type: "tuple",
        items: [
          reference("types/a.ts#A"),
          reference("types/d.ts#D"),
          reference("types/d.ts#Main"),
          { type: "json" },
        ],
      },
      named: {
        "types/a.ts#A": { name: "A", shape: object({ b: reference("types/a.ts#B") }) },
        "types/a.ts#B": { name: "B", shape: array(string) },
        "types/d.ts#D": { name: "D", shape: object({ n: literal(1) }) },
        "types/d.ts#Main": { name: "Main", shape: object({ d: reference("types/d.ts#D") }) },
      },
      problems: [{ reason: "unknown name", position: { file: "covara.config.ts" } }],
    });
    const names = inputs.map((input) => path.relative(folder, input).replaceAll(path.sep, "/"));
    expect([...names].sort()).toEqual(
      ["covara.config.ts", "types/a.ts", "types/c.ts", "types/d.ts", "types/gone.ts"].sort(),
    );
  });

  test("the shape goes with the field through helpers, constants, spreads and other names", async () => {
    write(
      "fields.ts",
      'import { field as f } from "covara";\nexport const meta = { m: f.json<"m">().optional() };\n',
    );
    const { data } = await load(
      "a: helper(), b: kinds[1], ...meta, c: json<'c'>(), d: field.json/* d */<'d'>()",
      `import { meta } from "./fields.ts";
const helper = () => field.json<"a">().hidden().optional();
const kinds = [field.text(), field.json<"b">().default("b")];
const { json } = field;`,
    );
    const found = Object.entries(data).map(([name, { shape }]) => [name, shape?.shape]);
    expect(found).toEqual(["a", "b", "m", "c", "d"].map((name) => [name, literal(name)]));
  });

  test("a name that the file uses is left to it", async () => {
    const { data } = await load('a: field.json<"a">().default($0)', 'const $0 = "a";');
    expect(data.a).toMatchObject({ default: "a", shape: { shape: literal("a") } });
  });

  test("text that looks like a call stays as it is", async () => {
    const { data } = await load('a: field.json<"a">(), b: field.text().default("field.json<string>()")');
    expect(data.b?.default).toBe("field.json<string>()");
  });

  test("errors later in the line and below keep their positions", async () => {
    const line = `}>(), b: field.json<string[]>(), c: field.json<"é" | "ö">(), d: JSON.parse("{") };`;
    write(
      "covara.config.ts",
      `import { field } from "covara";\nexport default { a: field.json<{\n  a: string;\n${line}\n`,
    );
    const loaded = await loadConfig(path.join(folder, "covara.config.ts"));
    const position = { file: "covara.config.ts", line: 4, column: line.indexOf("parse") + 1 };
    expect(loaded).toMatchObject({ ok: false, diagnostics: [{ code: "COV1004", position }] });
  });
});
