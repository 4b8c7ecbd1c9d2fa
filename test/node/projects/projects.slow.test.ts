/**
 * Whole projects, from config to answers over HTTP: what they give is generated, checked by the compiler and the
 * formatter, migrated, served by workerd, and every route of every resource is used.
 */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness, type TestHarness } from "wrangler";
import { hasRoutes } from "../../../generator/emit/rule.ts";
import { generate } from "../../../generator/generate.ts";
import { loadConfig } from "../../../generator/load/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { check, run } from "../../../generator/run.ts";
import { Agreement } from "../../openapi/agreement.ts";
import { compiles, isFormatted, strict } from "../emit/compile.ts";
import { describeModel } from "../openapi/document.ts";
import { exercise } from "./exercise.ts";

const root = path.join(import.meta.dirname, "../../..");
const cases = path.join(root, "test/cases/projects");

describe.each(fs.readdirSync(cases))("project %s", (name) => {
  const folder = path.join(root, "test/.tmp", `project-${name}-${process.pid}`);
  const configPath = path.join(folder, "covara.config.ts");
  let model: Model;

  beforeAll(async () => {
    fs.cpSync(path.join(cases, name), folder, { recursive: true });
    const loaded = await loadConfig(configPath);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    const built = buildModel(loaded.config, { exists: (file) => fs.existsSync(path.join(folder, file)) });
    if (built.model === null) throw new Error(JSON.stringify(built.diagnostics));
    model = built.model;
    const result = await run({ configPath });
    expect(result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test("a second run writes nothing, and a check agrees", async () => {
    expect((await run({ configPath })).changes).toEqual([]);
    expect((await check({ configPath })).ok).toBe(true);
  });

  test("the same input gives the same bytes", async () => {
    const [a, b] = [await generate({ configPath }), await generate({ configPath })];
    expect(a.result?.output.files).toEqual(b.result?.output.files);
    expect(a.result?.output.files.size).toBeGreaterThan(10);
  });

  test("modules of hooks and procedures that are missing are started, once", async () => {
    const hooks = path.join(folder, "src/index.hooks.ts");
    const procedures = path.join(folder, "src/procedures/index.ts");
    expect(fs.readFileSync(procedures, "utf8")).toMatch(
      /^import type \{ IndexProcedures \} from "\.\.\/\.\.\/generated\/procedures\.js";$/m,
    );
    // The examples in the comments are code that compiles, too.
    const text = fs.readFileSync(hooks, "utf8").replace("export {};\n", "");
    fs.writeFileSync(hooks, text.replaceAll(/^\/\/ (?=import \{|import type|export const)/gm, ""));
    const { changes } = await run({ configPath });
    expect(changes.map((change) => change.path)).not.toContain("../src/index.hooks.ts");
    expect(fs.readFileSync(path.join(folder, "generated/resources/index.ts"), "utf8")).toContain(
      "bindHooks(context, { beforeCreate, beforeUpdate, afterUpdate",
    );
  });

  test("the output compiles strictly", () => {
    const include = ["generated", "src", "covara.config.ts"];
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ ...strict, include }));
    compiles(folder);
  });

  test("the output needs no formatter", () => {
    // Biome skips what git ignores, so it looks at a copy elsewhere.
    const copy = path.join(root, `test/node/projects/format-${name}-${process.pid}`);
    fs.cpSync(path.join(folder, "generated"), copy, { recursive: true });
    try {
      isFormatted(copy);
    } finally {
      fs.rmSync(copy, { recursive: true, force: true });
    }
  });

  describe("served by workerd", () => {
    let server: TestHarness;
    beforeAll(async () => {
      server = createTestHarness({ workers: [{ configPath: path.join(folder, "generated/wrangler.toml") }] });
      await server.listen();
      await server.getWorker().applyD1Migrations(model.database.binding);
    });
    afterAll(() => server.close());

    test("every route of every resource works", async () => {
      const agreement = new Agreement(describeModel(name, model).document, "X-Test-User");
      const used = await exercise(model, async (request, init) => {
        const answer = await server.fetch(request, init);
        const { status } = answer;
        const text = await answer.text();
        const headers = new Headers([...answer.headers]);
        const sent = { path: request, ...init, headers: new Headers(init.headers), body: init.body };
        expect([request, agreement.check({ ...sent, answer: { status, headers, text } })]).toEqual([
          request,
          [],
        ]);
        return { status, headers, text: async () => text };
      });
      expect(used).toEqual(
        [
          ...model.resources.filter(hasRoutes).map(({ key }) => key),
          ...["belongsTo", "hasMany", "hasOne", "manyToMany", "search"],
        ].sort(),
      );
    });

    test("URLs are kept as they are sent, and only those that a page may link to are taken", async () => {
      let made = 0;
      const create = (homepage: string) =>
        server.fetch(`${model.basePath}/people`, {
          method: "POST",
          headers: { "X-Test-User": `${crypto.randomUUID()} vet`, "Content-Type": "application/json" },
          body: JSON.stringify({ email: `url${made++}@example.com`, homepage }),
        });
      for (const url of ["https://x.example/a?b=c#d", "HTTP://EXAMPLE.com:80/%20"]) {
        const answer = await create(url);
        expect([answer.status, await answer.json()]).toMatchObject([201, { homepage: url }]);
      }
      for (const url of [
        " https://x.y",
        "https://x\n.y",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "x.y",
        "",
      ]) {
        expect([url, (await create(url)).status]).toEqual([url, 400]);
      }
    });

    test("JSON values are held to their types, and errors name the place", async () => {
      const headers = { "X-Test-User": `${crypto.randomUUID()} vet`, "Content-Type": "application/json" };
      const send = async (method: string, path: string, body: object) => {
        const init = { method, headers, body: JSON.stringify(body) };
        const answer = await server.fetch(`${model.basePath}/${path}`, init);
        const json = (await answer.json()) as { id: string; errors?: readonly { field: string }[] };
        return { status: answer.status, json, places: json.errors?.map(({ field }) => field) };
      };
      const pet = await send("POST", "pets", { chip: { code: "7" } });
      const create = (values: object) => send("POST", "visits", { petId: pet.json.id, ...values });
      const leaf = { kind: "finding", note: null, tags: [], position: [0, -1.5], related: [] };
      const outlook = { kind: "outlook", note: "", odds: { ok: 0.5 }, after: [leaf] };
      const main = {
        ...leaf,
        temperature: 38.5,
        tags: ["urgent", 3],
        related: [leaf, { ...leaf, outlook: null }],
        outlook: { ...outlook, "odd name": { deep: { deeper: [null, { any: "thing" }] } } },
      };
      const values = { main, entries: [outlook, main], plan: { kind: "diet", without: ["salt"] } };
      const made = await create(values);
      expect(made).toMatchObject({ status: 201, json: values });
      const read = await server.fetch(`${model.basePath}/visits/${made.json.id}`, { headers });
      expect(await read.json()).toMatchObject(values);

      const wrong: readonly (readonly [object, ...string[]])[] = [
        [{ main: [] }, "main"],
        [{ main: { ...leaf, note: 1 } }, "main.note"],
        [{ main: { ...leaf, temperature: "38" } }, "main.temperature"],
        [{ main: { ...leaf, temperature: null } }, "main.temperature"],
        [{ main: { ...leaf, tags: ["urgent", 3, "mild"] } }, "main.tags[2]"],
        [{ main: { ...leaf, position: [1] } }, "main.position"],
        [{ main: { ...leaf, position: [1, "2"] } }, "main.position[1]"],
        [
          { main: { ...leaf, related: [leaf, { ...leaf, related: [{ ...leaf, more: 1 }] }] } },
          "main.related[1].related[0].more",
        ],
        [{ main: { ...leaf, outlook: { ...outlook, odds: { ok: "high" } } } }, "main.outlook.odds.ok"],
        [
          { main: { ...leaf, outlook: { ...outlook, "odd name": { deep: {} } } } },
          "main.outlook.odd name.deep.deeper",
        ],
        [{ main: { kind: "finding" } }, "main.note", "main.tags", "main.position", "main.related"],
        [{ entries: [outlook, { ...outlook, kind: "other" }] }, "entries[1].kind"],
        [{ entries: [{ ...outlook, after: [{ ...leaf, note: true }] }] }, "entries[0].after[0].note"],
        [{ plan: { kind: "rest" } }, "plan.days"],
        [{ plan: { kind: "none", days: 1 } }, "plan.days"],
        [{ plan: null }, "plan"],
      ];
      for (const [body, ...places] of wrong) {
        expect([body, (await create(body)).places]).toEqual([body, places]);
        const patched = await send("PATCH", `visits/${made.json.id}`, body);
        expect([body, patched.status, patched.places]).toEqual([body, 400, places]);
      }
      const odd = `{"main":${JSON.stringify({ ...leaf, outlook }).replace(`{"ok":0.5}`, `{"__proto__":1}`)}}`;
      const refused = await server.fetch(`${model.basePath}/visits/${made.json.id}`, {
        method: "PATCH",
        headers,
        body: odd,
      });
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { errors: [{ field: "main.outlook.odds" }] },
      ]);
    });

    test("JSON without a type may be anything, and comes back as it was sent", async () => {
      const headers = { "X-Test-User": `${crypto.randomUUID()} vet`, "Content-Type": "application/json" };
      const value = `{"__proto__":{"a":1},"constructor":[null],"":{"__proto__":2}}`;
      const body = `{"key":"k","value":${value}}`;
      const made = await server.fetch(`${model.basePath}/env`, { method: "POST", headers, body });
      const text = await made.text();
      expect([made.status, text]).toEqual([201, expect.stringContaining(`"value":${value}`)]);
      const { id } = JSON.parse(text) as { id: string };
      const read = await server.fetch(`${model.basePath}/env/${id}`, { headers });
      expect(await read.text()).toContain(`"value":${value}`);
    });

    test("values of deleted rows are free, and who may never see such rows may not ask for them", async () => {
      const send = async (role: string | null, method: string, route: string, body?: object) => {
        const headers: Record<string, string> = { "Content-Type": "application/json" };
        if (role !== null) headers["X-Test-User"] = `${caller} ${role}`;
        const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
        const answer = await server.fetch(`${model.basePath}/${route}`, init);
        const text = await answer.text();
        return { status: answer.status, json: (text === "" ? {} : JSON.parse(text)) as { id: string } };
      };
      const caller = crypto.randomUUID();
      const person = await send("vet", "POST", "people", { email: "deleted@example.com" });
      const card = { personId: person.json.id };
      const first = await send("keeper", "POST", "records", card);
      expect((await send("keeper", "POST", "records", card)).status).toBe(409);
      expect((await send("keeper", "DELETE", `records/${first.json.id}`)).status).toBe(204);
      const second = await send("keeper", "POST", "records", card);
      expect(second.status).toBe(201);

      // A keeper never sees deleted rows, and a vet does.
      const query = `records?withDeleted=true&filter=personId==${person.json.id}&orderBy=deletedAt`;
      expect((await send(null, "GET", query)).status).toBe(401);
      expect(await send("keeper", "GET", query)).toMatchObject({ status: 403, json: { code: "FORBIDDEN" } });
      expect((await send("keeper", "GET", `records/${first.json.id}?withDeleted=true`)).status).toBe(403);
      expect((await send("keeper", "GET", "records/count?withDeleted=true")).status).toBe(403);
      expect(await send("vet", "GET", query)).toMatchObject({
        status: 200,
        json: { items: [first.json, { ...second.json, deletedAt: null }] },
      });

      expect((await send("keeper", "POST", `records/${first.json.id}/restore`)).status).toBe(404);
      expect(await send("vet", "POST", `records/${first.json.id}/restore`)).toMatchObject({
        status: 409,
        json: { code: "CONFLICT", errors: [{ field: "personId", code: "taken" }] },
      });
      expect((await send("vet", "DELETE", `records/${second.json.id}`)).status).toBe(204);
      expect(await send("vet", "POST", `records/${first.json.id}/restore`)).toEqual({
        status: 200,
        json: first.json,
      });
      expect((await send("vet", "POST", `records/${second.json.id}/restore`)).status).toBe(409);

      // Without a rule there is no such parameter, and no way back.
      const pet = await send("vet", "POST", "pets", {});
      expect((await send("vet", "DELETE", `pets/${pet.json.id}`)).status).toBe(204);
      expect((await send("vet", "GET", `pets/${pet.json.id}`)).status).toBe(404);
      expect(await send("vet", "GET", "pets?withDeleted=true")).toMatchObject({
        status: 400,
        json: { code: "UNKNOWN_PARAMETER" },
      });
      expect((await send("vet", "POST", `pets/${pet.json.id}/restore`)).status).toBe(404);
      expect((await send("vet", "POST", "visits", { petId: pet.json.id })).status).toBe(400);
      expect((await send(null, "GET", "prices?withDeleted=true&orderBy=-deletedAt")).status).toBe(200);
    });

    test("only the origins of the config may call from a browser", async () => {
      const origin = model.cors?.origins[0] ?? "";
      const preflight = {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
      };
      const allowed = await server.fetch(`${model.basePath}/pets`, preflight);
      expect([allowed.status, allowed.headers.get("Access-Control-Allow-Origin")]).toEqual([204, origin]);
      const other = { ...preflight, headers: { ...preflight.headers, Origin: "https://evil.example.com" } };
      const refused = await server.fetch(`${model.basePath}/pets`, other);
      expect(refused.headers.get("Access-Control-Allow-Origin")).toBeNull();
      for (const answer of [allowed, refused]) {
        expect(answer.headers.get("X-Request-Id")).toMatch(/^[\w-]{1,64}$/);
        expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
      }
      const plain = await server.fetch(`${model.basePath}/pets`, { method: "OPTIONS" });
      expect([plain.status, plain.headers.get("Allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
      expect((await server.fetch(`${model.basePath}/nothing`, { method: "OPTIONS" })).status).toBe(404);
      const simple = await server.fetch(`${model.basePath}/pets`, { headers: { Origin: origin } });
      expect([simple.status, simple.headers.get("Access-Control-Allow-Origin")]).toEqual([200, origin]);
    });
  });
});
