/** Copies of the client: files of other packages, which import nothing and obey the rules of all output. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { emitClientCopy } from "../../../generator/emit/client-copy.ts";
import { clientRuntime } from "../../../generator/load/client-runtime.ts";
import { check, type RunResult, run } from "../../../generator/run.ts";
import { type Project, project } from "../cli/harness.ts";
import { compile, formatted } from "./compile.ts";
import { everyone, field, hostile, model, resource, taskboard } from "./models.ts";
import { json, serve } from "./server.ts";

const config = (clients: string): string => `import { d1, defineConfig, field, kv } from "covara";

interface Secret { of: "the server" }
interface Label { text: string; color?: Color }
interface Color { hex: string }

export default defineConfig({
  name: "shop",
  database: d1(),
  resources: {
    items: {
      fields: { id: field.id(), title: field.text().max(80), labels: field.json<Label[]>(), shopId: field.ref("shops").optional() },
      access: (rules) => ({ read: rules.public() }),
    },
    shops: {
      fields: { id: field.id(), name: field.text() },
      relations: { items: { hasMany: "items" } },
      access: (rules) => ({ read: rules.public() }),
    },
  },
  kv: { secrets: kv.string({ value: kv.json<Secret>() }) },
  ${clients}
});
`;

const at = (target: Project, file = "api/covara.config.ts"): string => path.join(target.root, file);
const generating = (target: Project, force = false): Promise<RunResult> =>
  run({ configPath: at(target), force, cwd: target.root });
const checking = (target: Project): Promise<RunResult> => check({ configPath: at(target), cwd: target.root });
const codes = ({ diagnostics }: RunResult) => diagnostics.map(({ code, message }) => `${code} ${message}`);
const changed = ({ changes }: RunResult) =>
  changes
    .filter((change) => change.path.startsWith("../"))
    .map((change) => `${change.action} ${change.path}`);

describe("a copy of the client", () => {
  test("stands alone, works, and has only what it is given", async () => {
    using target = project({
      "api/covara.config.ts": config(
        `clients: [{ out: "../web/api" }, { out: "../kiosk", only: ["items"] }],`,
      ),
    });
    const first = await generating(target);
    expect(codes(first)).toEqual([]);
    expect(changed(first)).toEqual([
      "created ../../web/api/client.ts",
      "created ../../web/api/manifest.json",
      "created ../../kiosk/client.ts",
      "created ../../kiosk/manifest.json",
    ]);
    for (const file of ["web/api/client.ts", "kiosk/client.ts"]) {
      const text = target.get(file);
      expect(text).not.toMatch(/\bfrom "|import\(|Secret/);
      expect(text).toContain("interface Color");
      compile(target.root, file);
      expect(formatted(text)).toBe(text);
    }
    // Nothing there can be written.
    expect(target.get("web/api/client.ts")).not.toMatch(/"(?:POST|PUT|PATCH|DELETE)",/);
    expect(target.get("kiosk/client.ts")).not.toMatch(/shops|Shop\b/);
    expect(target.get("web/api/client.ts")).toContain("/api/shops");

    const { url, received } = await serve(() =>
      json({ items: [{ id: "1" }], nextCursor: null, hasMore: false }),
    );
    const { createClient, CovaraError } = await import(pathToFileURL(at(target, "kiosk/client.ts")).href);
    const client = createClient({ baseUrl: url });
    expect(await client.items.list({ where: { title: 'a"' } })).toMatchObject({ items: [{ id: "1" }] });
    expect(Object.keys(client)).toEqual(["items"]);
    expect(received[0]?.url).toBe("/api/items?filter=title%3D%3D%22a%5C%22%22");
    await expect(client.items.get("x")).rejects.toBeInstanceOf(CovaraError);

    const again = await generating(target);
    expect([again.ok, again.changes]).toEqual([true, []]);
    expect((await checking(target)).ok).toBe(true);
  });

  test("is stale, edited, missing and left over as other output is", async () => {
    using target = project({ "api/covara.config.ts": config(`clients: [{ out: "../web/api" }],`) });
    await generating(target);
    target.put("web/api/own.ts", "export {};\n");

    target.remove("web/api/client.ts");
    expect(codes(await checking(target))).toEqual(["COV3007 web/api/client.ts is missing."]);
    expect(changed(await generating(target))).toEqual(["created ../../web/api/client.ts"]);

    target.put("web/api/client.ts", `${target.get("web/api/client.ts")}// mine\n`);
    expect(codes(await checking(target))).toEqual([
      "COV3001 web/api/client.ts was edited after covara wrote it.",
    ]);
    const refused = await generating(target);
    expect([refused.ok, codes(refused)]).toEqual([
      false,
      ["COV3001 web/api/client.ts was edited after covara wrote it."],
    ]);
    expect(target.get("web/api/client.ts")).toContain("// mine");
    expect((await generating(target, true)).ok).toBe(true);
    expect(target.get("web/api/client.ts")).not.toContain("// mine");

    target.put("api/covara.config.ts", config(`clients: [{ out: "../web/api", omit: ["shops"] }],`));
    expect(codes(await checking(target))).toContain(
      "COV3008 web/api/client.ts is stale: the config gives another text.",
    );
    await generating(target);

    target.put("api/covara.config.ts", config(`clients: [{ out: "../web/next" }],`));
    expect(codes(await checking(target))).toContain(
      "COV3009 web/api/client.ts is left over: the config no longer gives it.",
    );
    expect(changed(await generating(target))).toEqual([
      "removed ../../web/api/client.ts",
      "removed ../../web/api/manifest.json",
      "created ../../web/next/client.ts",
      "created ../../web/next/manifest.json",
    ]);
    expect([target.has("web/api/own.ts"), target.has("web/api/client.ts")]).toEqual([true, false]);

    target.put("api/covara.config.ts", config(""));
    await generating(target);
    expect(target.has("web/next")).toBe(false);
    expect(target.get("api/generated/manifest.json")).not.toContain("folders");
    expect((await checking(target)).ok).toBe(true);
  });

  test("overwrites nothing that is not its own", async () => {
    using target = project({
      "api/covara.config.ts": config(`clients: [{ out: "../web" }],`),
      "web/client.ts": "export const mine = 1;\n",
    });
    expect(codes(await generating(target))).toEqual([
      "COV3002 web/client.ts is in the way: covara did not write it.",
    ]);
    expect(target.has("api/generated")).toBe(false);
    target.remove("web/client.ts");
    target.put("web/manifest.json", '{"name":"A web app"}\n');
    expect(codes(await generating(target))).toEqual([expect.stringContaining("COV3006 web/manifest.json")]);
    using inside = project({ "api/covara.config.ts": config(`clients: [{ out: "generated" }],`) });
    expect(codes(await generating(inside))).toEqual([expect.stringContaining("COV1503")]);
  });

  test("compiles whatever the resources are called", async () => {
    const runtime = await clientRuntime();
    const names = runtime.flatMap((statement) => statement.names);
    // They become one file.
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    using target = project();
    const typeNames = names.filter((name) => /^[A-Z]/.test(name));
    const rivals = model(
      ...typeNames.map((name, index) =>
        resource(`r${index}`, name, [field("then")], { read: everyone, create: everyone }),
      ),
    );
    for (const [name, application] of Object.entries({ taskboard, hostile, rivals })) {
      const resources = application.resources
        .filter(({ typeName }) => typeName !== "Client")
        .map(({ key }) => key);
      target.put(
        `${name}.ts`,
        emitClientCopy(
          application,
          {
            folder: "",
            resources,
            channels: [],
            react: false,
            dates: name === "taskboard" ? "Date" : "string",
          },
          runtime,
        ),
      );
      compile(target.root, `${name}.ts`);
    }
  });
});
