/** The client: what a browser loads, and how long a frontend takes to be type-checked. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { authText, configText } from "../generation/config-text.ts";
import { alternate, median, pairedRatio } from "../measure.ts";
import { root, work } from "../paths.ts";
import type { Line } from "../report.ts";
import { type BenchedResource, writeProjects } from "./projects.ts";
import { benchStore } from "./store.ts";

/** Resources of the project that is type-checked. */
const count = 100;
const rounds = 5;

/** @param dist The built package. */
export async function benchClient(dist: string): Promise<Line[]> {
  const generated = generate(dist, count);
  return [
    ...(await sizes(dist, generated)),
    ...(await typeChecks(dist, generated)),
    ...(await benchStore(path.join(dist, "runtime", "client"))),
  ];
}

/** Generates a project; returns the folder of what was generated. */
function generate(dist: string, resources: number): string {
  const folder = path.join(work, `client-${resources}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "covara.config.ts"), configText(resources));
  writeFileSync(path.join(folder, "auth.ts"), authText);
  execFileSync(process.execPath, [path.join(dist, "generator", "cli", "bin.js"), "gen"], { cwd: folder });
  return path.join(folder, "generated");
}

async function sizes(dist: string, generated: string): Promise<Line[]> {
  const module = path.join(dist, "runtime", "client", "index.js");
  const client = path.join(root, "generated", "client.ts");
  const react = path.join(root, "generated", "react.ts");
  const lines: Line[] = [];
  // What a page with a list and a form imports. The rest of the hooks stays out of what it loads.
  const ofPage = ["CovaraProvider", "useTodos", "useCreateTodo", "useUpdateTodo"];
  for (const [name, entries, aim] of [
    ["users and 1 resource, gzipped", [path.join(generate(dist, 1), "client.ts")], undefined],
    ["5 resources, gzipped", [path.join(generate(dist, 5), "client.ts")], 3_000],
    [`${count} resources, gzipped`, [path.join(generated, "client.ts")], undefined],
    ["reference application, with live, gzipped", [client], 6_000],
    ["reference application, with live and React, gzipped, without peers", [client, react], 8_000],
    ["the same with 3 hooks of React", [client, [react, ofPage]], undefined],
    ["covara/client as a whole, gzipped", [module], undefined],
  ] as const) {
    const bytes = await bundled(dist, entries);
    lines.push({
      group: "Bundle of the client",
      name,
      unit: "bytes",
      ours: gzipSync(bytes, { level: 9 }).length,
      ...(aim === undefined ? {} : { aim }),
      note: `${bytes.length} bytes minified`,
    });
  }
  return lines;
}

/** A file that is loaded: with all that it exports, or with some of that. */
type Entry = string | readonly [file: string, names: readonly string[]];

async function bundled(dist: string, entries: readonly Entry[]): Promise<Uint8Array> {
  const contents = entries
    .map((entry) => {
      const [file, names] = typeof entry === "string" ? [entry, null] : entry;
      return `export ${names === null ? "*" : `{ ${names.join(", ")} }`} from ${JSON.stringify(file)};`;
    })
    .join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    alias: {
      "covara/client": path.join(dist, "runtime", "client", "index.js"),
      "covara/react": path.join(dist, "runtime", "react", "index.js"),
    },
    external: ["react", "@tanstack/react-query"],
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", write: false },
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entries.join(" and ")}`);
  return file.contents;
}

async function typeChecks(dist: string, generated: string): Promise<Line[]> {
  const client = readFileSync(path.join(generated, "client.ts"), "utf8");
  const types = readFileSync(path.join(generated, "types.ts"), "utf8");
  const resources = [...client.matchAll(/^ {2}readonly (\w+Entries): /gm)].map(
    ([, key = ""]): BenchedResource => {
      const route = new RegExp(`^ {4}${key}: \\{\\n.*?"/api/([^"]+)"`, "ms").exec(client)?.[1] ?? "";
      const type = new RegExp(`/\\*\\* A row of ${key},.*\\nexport interface (\\w+)`).exec(types)?.[1];
      if (type === undefined) throw new Error(`There is no row of ${key}`);
      return { key, route, type };
    },
  );
  if (resources.length !== count)
    throw new Error(`The client has ${resources.length} resources, not ${count}`);
  const projects = writeProjects(generated, resources, path.join(dist, "runtime", "client", "index.d.ts"));
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const seconds = (project: string) => (): number => {
    const start = performance.now();
    execFileSync(process.execPath, [tsc, "-p", project], { stdio: ["ignore", "inherit", "inherit"] });
    return (performance.now() - start) / 1000;
  };
  const [ours = [], theirs = []] = await alternate(rounds, [
    seconds(projects.ours),
    seconds(projects.theirs),
  ]);
  return [
    {
      group: `Type-check of a frontend with ${count} resources`,
      name: "tsc, start included, against hc on the same routes",
      unit: "s",
      ours: median(ours),
      theirs: median(theirs),
      ratio: pairedRatio(ours, theirs),
      aim: 0.2,
    },
  ];
}
