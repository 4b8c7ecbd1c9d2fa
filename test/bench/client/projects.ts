/** Two frontends that do the same calls on the same routes: with the generated client, and with `hc` of Hono. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A resource as the generated client calls it. */
export interface BenchedResource {
  /** The client's property: `projects0Entries`. */
  readonly key: string;
  /** Path segment: `projects0-entries`. */
  readonly route: string;
  /** Type of a row, after which those of inputs are named. */
  readonly type: string;
}

/** The routes of one resource as they are written by hand, typed by the same types of rows and inputs. */
const routesText = ({ key, type }: BenchedResource): string => `
const ${key} = new Hono()
  .get("/", query<ListQuery>(), (c) => c.json({} as Page<types.${type}>))
  .get("/count", query<{ filter?: string }>(), (c) => c.json({ count: 0 }))
  .get("/aggregate", query<{ filter?: string; count?: string }>(), (c) => c.json({ groups: [] as { count: number }[] }))
  .get("/:id", query<{ select?: string }>(), (c) => c.json({} as types.${type}))
  .post("/", json<types.${type}Create>(), (c) => c.json({} as types.${type}, 201))
  .post("/batch", json<{ items: types.${type}Create[] }>(), (c) => c.json({} as { items: types.${type}[] }, 201))
  .patch("/batch", query<{ filter: string }>(), json<types.${type}Update>(), (c) => c.json({ count: 0 }))
  .delete("/batch", query<{ filter: string }>(), (c) => c.json({ count: 0 }))
  .patch("/:id", json<types.${type}Update>(), (c) => c.json({} as types.${type}))
  .put("/:id", json<types.${type}Replace>(), (c) => c.json({} as types.${type}))
  .delete("/:id", (c) => c.body(null, 204));
`;

const serverText = (resources: readonly BenchedResource[]): string => `import { Hono } from "hono";
import { validator } from "hono/validator";
import type * as types from "./types.js";

interface Page<Row> { items: Row[]; nextCursor: string | null; hasMore: boolean }
type ListQuery = { filter?: string; orderBy?: string; limit?: string; cursor?: string };
const query = <Query>() => validator("query", (value) => value as Query);
const json = <Body>() => validator("json", (value) => value as Body);
${resources.map(routesText).join("")}
const app = new Hono()
${resources.map(({ key, route }) => `  .route("/api/${route}", ${key})`).join("\n")};

export type App = typeof app;
`;

/** Some calls of every resource. */
const hcText = (resources: readonly BenchedResource[]): string => `import { hc } from "hono/client";
import type { App } from "./server.js";

const { api } = hc<App>("");
${resources
  .map(
    ({ route }) => `export async function use_${route.replaceAll("-", "_")}(): Promise<string> {
  const calls = api["${route}"];
  const page = await (await calls.$get({ query: { filter: "done==false" } })).json();
  const made = await (await calls.$post({ json: { title: "x" } })).json();
  await calls[":id"].$patch({ param: { id: made.id }, json: { done: true } });
  return page.items[0]?.title ?? made.title;
}
`,
  )
  .join("")}`;

const clientText = (
  resources: readonly BenchedResource[],
): string => `import { createClient } from "./client.js";

const client = createClient({ baseUrl: "" });
${resources
  .map(
    ({ key }) => `export async function use_${key}(): Promise<string> {
  const page = await client.${key}.list({ where: { done: false } });
  const made = await client.${key}.create({ title: "x" });
  await client.${key}.update(made.id, { done: true });
  return page.items[0]?.title ?? made.title;
}
`,
  )
  .join("")}`;

const config = (paths: Readonly<Record<string, readonly string[]>>, file: string): string =>
  JSON.stringify({
    compilerOptions: {
      ...{ target: "es2022", lib: ["es2022", "dom"], module: "esnext", moduleResolution: "bundler" },
      ...{ strict: true, skipLibCheck: true, noEmit: true, types: [], paths },
    },
    files: [file],
  });

/**
 * Writes both frontends beside the generated client.
 *
 * @param clientTypes The declarations that `covara/client` stands for.
 * @returns the configurations of the two.
 */
export function writeProjects(
  generated: string,
  resources: readonly BenchedResource[],
  clientTypes: string,
): { readonly ours: string; readonly theirs: string } {
  const write = (file: string, text: string): string => {
    const place = path.join(generated, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    return place;
  };
  write("server.ts", serverText(resources));
  write("hc-usage.ts", hcText(resources));
  write("client-usage.ts", clientText(resources));
  return {
    ours: write("tsconfig.client.json", config({ "covara/client": [clientTypes] }, "client-usage.ts")),
    theirs: write("tsconfig.hc.json", config({}, "hc-usage.ts")),
  };
}
