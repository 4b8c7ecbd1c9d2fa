import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");

function sources(folder: string): string[] {
  return (
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      // `wrangler dev` leaves bundles beside its configuration.
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(".wrangler"))
      .map((file) => path.posix.join(folder, file.replaceAll(path.sep, "/")))
  );
}

/** What a file imports: package names as they are, relative paths from the root of the repository. */
function imports(file: string): string[] {
  const text = fs.readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(/^(?:(?:import|export|\}).* from|import) "([^"]+)";$/gm)].map(([, name = ""]) =>
    name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name,
  );
}

function expectImports(folder: string, allowed: RegExp): void {
  const files = sources(folder);
  expect(files.length, `${folder} has files`).toBeGreaterThan(0);
  for (const file of files) {
    for (const name of imports(file)) expect(name, `${file} imports ${name}`).toMatch(allowed);
  }
}

test("the DSL imports only itself", () => {
  expectImports("schema", /^schema\//);
});

test("the runtime of the Worker imports itself, hono's types, and its routers", () => {
  expectImports("runtime/http", /^(runtime\/(http|query)\/|hono(\/cors|\/router(\/[a-z-]+)?)?$)/);
  expectImports("runtime/query", /^runtime\/(http|query)\//);
});

test("what identifies requests imports the runtime and hono's types", () => {
  expectImports("runtime/auth", /^(runtime\/(auth|http|query|kv)\/|hono$|jose(\/|$))/);
});

test("what wires Better Auth imports the runtime, Better Auth and hono's types", () => {
  expectImports(
    "runtime/better-auth",
    /^(runtime\/(better-auth|auth|http|query)\/|better-auth(\/(adapters|api|db|minimal))?$|hono$)/,
  );
});

test("encodings import only themselves", () => {
  expectImports("runtime/encoding", /^runtime\/encoding\//);
});

test("the key-value stores import only themselves, encodings, and Node's modules in two files", () => {
  expectImports("runtime/kv", /^(runtime\/(kv|encoding)\/|node:(crypto|fs|path|sqlite)$)/);
  const nodeImports = sources("runtime/kv").filter((file) =>
    imports(file).some((name) => name.startsWith("node:")),
  );
  expect(nodeImports.sort()).toEqual(["runtime/kv/node-storage.ts", "runtime/kv/node.ts"]);
});

test("live queries import the runtime, encodings, hono's types, and what Workers have", () => {
  expectImports("runtime/live", /^(runtime\/(live|http|query|encoding)\/|hono$|cloudflare:workers$)/);
});

test("the client's runtime imports only itself", () => {
  expectImports("runtime/client", /^runtime\/client\//);
});

test("what React code is made of imports the client's types, React and TanStack Query", () => {
  expectImports(
    "runtime/react",
    /^(runtime\/react\/|runtime\/client\/index\.ts$|react$|@tanstack\/react-query$)/,
  );
});

test("generated code imports public entry points, its own files and the application's modules", () => {
  expectImports(
    "generated",
    /^(covara\/(runtime|runtime\/(auth|kv|live)|client|react)|cloudflare:workers|hono|drizzle-orm(\/sqlite-core)?|zod\/(mini|locales)|generated\/|demo\/(auth|routes|leaderboard\.kv|users\.(computed|hooks)|todos\.procedures))/,
  );
});

test("emitters do no input or output", () => {
  expectImports(
    "generator/emit",
    /^(generator\/(emit|model)\/|schema\/(data|json-shape)|runtime\/(http\/problem|query\/filter\/(ast|operators))\.ts$|node:(crypto|path)$|smol-toml$)/,
  );
});

test("the model is built without input or output", () => {
  expectImports("generator/model", /^(generator\/(model|diagnostics)\/|schema\/|(?!node:)[\w@][\w./-]*$)/);
});
