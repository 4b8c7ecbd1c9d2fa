import { d1, field } from "covara";
import { expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ConfigData, RuleData } from "../../../schema/data.ts";

/** A resource under rules. */
const config = (access: Readonly<Record<string, RuleData>>, key = "walls"): ConfigData => ({
  name: "walls",
  database: d1(),
  resources: {
    [key]: { fields: { id: field.id(), size: field.integer() }, access: () => access },
  },
});

function filesOf(access: Readonly<Record<string, RuleData>>, key?: string): ReadonlyMap<string, string> {
  const { model, diagnostics } = buildModel(config(access, key), { exists: () => true });
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return emit(model, { wranglerToml: null });
}

test("a resource that can be read has the route, before that of one row", () => {
  const routes = filesOf({ read: { type: "public" } }).get("routes/walls.ts") ?? "";
  const [aggregate, others, one] = [
    'wallsRoutes.get("/aggregate", async (c) => {\n  const read = signedInFor(readWalls());\n  return reply(c, 200, await aggregateRows(c.env.DB, c.req.raw, walls, read));\n});\n',
    'wallsRoutes.all("/aggregate", allow("GET, HEAD"));\n',
    'wallsRoutes.get("/:id"',
  ].map((text) => routes.indexOf(text));
  expect(aggregate).toBeGreaterThan(0);
  expect(others).toBeGreaterThan(aggregate ?? 0);
  expect(one).toBeGreaterThan(others ?? 0);
});

test("long names break the lines where the formatter would", () => {
  const source = (length: number): string => {
    const files = [...filesOf({ read: { type: "public" } }, "w".repeat(length))];
    return files.find(([path]) => path.startsWith("routes/"))?.[1] ?? "";
  };
  const name = (length: number): string => "w".repeat(length);
  expect(source(32)).toContain(
    `  return reply(c, 200, await aggregateRows(c.env.DB, c.req.raw, ${name(32)}, read));\n`,
  );
  expect(source(50)).toContain(
    `  return reply(\n    c,\n    200,\n    await aggregateRows(c.env.DB, c.req.raw, ${name(50)}, read),\n  );\n`,
  );
  expect(source(60)).toContain(
    `    await aggregateRows(\n      c.env.DB,\n      c.req.raw,\n      ${name(60)},\n      read,\n    ),\n  );\n`,
  );
});

test("one that cannot be read has no trace of it", () => {
  for (const text of filesOf({ create: { type: "public" } }).values()) expect(text).not.toMatch(/aggregate/i);
});
