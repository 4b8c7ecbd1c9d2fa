import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { provider } from "./test/better/provider.ts";
import { issuer } from "./test/tokens/issuer.ts";

const root = import.meta.dirname;

/** Milliseconds after which a test counts as hung. It says nothing of how long one may take: machines differ, and are busy. */
const patience = 300_000;

/**
 * For tests in workerd: each file in one of its own takes seconds to start. What they store is forgotten between files, see
 * `test/workers/setup.ts`.
 */
const inWorkerd = { testTimeout: patience, isolate: false, setupFiles: ["./test/workers/reset.ts"] };

/** Where the code for `test/kv/project` is generated. */
const storesFolder = path.join(root, "test/.tmp/stores");

/** Where the code for `test/server/project` is generated. */
const serverFolder = path.join(root, "test/.tmp/server");

/** Where the code for `test/computed/project` is generated. */
const computedFolder = path.join(root, "test/.tmp/computed");

/** Where the code for `test/auth/project` is generated. */
const authFolder = path.join(root, "test/.tmp/auth");

/** Where the code for `test/better/project` is generated. */
const betterFolder = path.join(root, "test/.tmp/better");

/** Where the code for `test/tokens/project` is generated. */
const tokensFolder = path.join(root, "test/.tmp/tokens");

/** Where the code for `test/keys/project` is generated. */
const keysFolder = path.join(root, "test/.tmp/keys");

/** Where the code for `test/several/project` is generated. */
const severalFolder = path.join(root, "test/.tmp/several");

/** Where the code for `test/callers/project` is generated. */
const callersFolder = path.join(root, "test/.tmp/callers");

/** Where the code for `test/tickets/project` is generated. */
const ticketsFolder = path.join(root, "test/.tmp/tickets");

/** Where the code for `test/channels/project` is generated. */
const channelsFolder = path.join(root, "test/.tmp/channels");

const generated = new Map<string, Promise<string>>();

/** Generates the code of a project once, when its tests are about to run. Returns the path of its `wrangler.toml`. */
function generate(project: string, outDir: string): Promise<string> {
  const made = generated.get(outDir) ?? generateAnew(project, outDir);
  generated.set(outDir, made);
  return made;
}

async function generateAnew(project: string, outDir: string): Promise<string> {
  const { run } = await import("./generator/run.ts");
  const { ok, diagnostics } = await run({
    configPath: path.join(root, project, "covara.config.ts"),
    outDir,
    force: true,
    allowDestructive: true,
  });
  if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return path.join(outDir, "wrangler.toml");
}

/** Tests run the sources; what users import by name is mapped to them. */
const alias = {
  "covara/runtime/better-auth": path.join(root, "runtime/better-auth/index.ts"),
  "covara/runtime/auth": path.join(root, "runtime/auth/index.ts"),
  "covara/runtime/kv/node": path.join(root, "runtime/kv/node.ts"),
  "covara/runtime/kv": path.join(root, "runtime/kv/index.ts"),
  "covara/runtime/live": path.join(root, "runtime/live/index.ts"),
  "covara/runtime": path.join(root, "runtime/http/index.ts"),
  "covara/client": path.join(root, "runtime/client/index.ts"),
  "covara/react": path.join(root, "runtime/react/index.ts"),
  covara: path.join(root, "schema/index.ts"),
};

export default defineConfig({
  test: {
    // Many tests wait for child processes; by default Vitest leaves one core of two idle.
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "node",
          include: ["test/node/**/*.test.ts"],
          exclude: ["**/*.slow.test.ts"],
          testTimeout: patience,
          hookTimeout: patience,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "slow",
          include: ["test/node/**/*.slow.test.ts"],
          testTimeout: patience,
          hookTimeout: patience,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "dev",
          include: ["test/dev/**/*.test.ts"],
          testTimeout: patience,
          hookTimeout: patience,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: "./test/browser/setup.ts",
          testTimeout: patience,
          hookTimeout: 400_000,
        },
      },
      {
        resolve: { alias },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./generated/wrangler.toml" },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations(path.join(root, "generated/migrations")) },
            },
          })),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#generated": storesFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/kv/project", storesFolder) },
          })),
        ],
        test: { name: "stores", include: ["test/stores/**/*.test.ts"], ...inWorkerd },
      },
      {
        resolve: { alias: { ...alias, "#server": serverFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/server/project", serverFolder) },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations(path.join(serverFolder, "migrations")) },
            },
          })),
        ],
        test: {
          name: "server",
          include: ["test/server/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#auth": authFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/auth/project", authFolder) },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations(path.join(authFolder, "migrations")) },
            },
          })),
        ],
        test: {
          name: "auth",
          include: ["test/auth/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#better": betterFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/better/project", betterFolder) },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(path.join(betterFolder, "migrations")),
                BETTER_AUTH_SECRET: "0123456789abcdef0123456789abcdef",
              },
              outboundService: provider,
            },
          })),
        ],
        test: {
          name: "better",
          include: ["test/better/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#tokens": tokensFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/tokens/project", tokensFolder) },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations(path.join(tokensFolder, "migrations")) },
              outboundService: issuer(),
            },
          })),
        ],
        test: {
          name: "tokens",
          include: ["test/tokens/**/*.test.ts"],
          ...inWorkerd,
          // The Worker keeps the keys of an issuer in memory, and each file has an issuer of its own.
          isolate: true,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#keys": keysFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/keys/project", keysFolder) },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations(path.join(keysFolder, "migrations")) },
            },
          })),
        ],
        test: {
          name: "keys",
          include: ["test/keys/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#several": severalFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/several/project", severalFolder) },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(path.join(severalFolder, "migrations")),
                JWT_SECRET: "0123456789abcdef0123456789abcdef",
              },
            },
          })),
        ],
        test: {
          name: "several",
          include: ["test/several/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#callers": callersFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/callers/project", callersFolder) },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(path.join(callersFolder, "migrations")),
                JWT_SECRET: "0123456789abcdef0123456789abcdef",
              },
            },
          })),
        ],
        test: {
          name: "callers",
          include: ["test/callers/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#tickets": ticketsFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/tickets/project", ticketsFolder) },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(path.join(ticketsFolder, "migrations")),
                JWT_SECRET: "0123456789abcdef0123456789abcdef",
              },
            },
          })),
        ],
        test: {
          name: "tickets",
          include: ["test/tickets/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
      {
        resolve: { alias: { ...alias, "#channels": channelsFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/channels/project", channelsFolder) },
          })),
        ],
        test: { name: "channels", include: ["test/channels/**/*.test.ts"], ...inWorkerd },
      },
      {
        resolve: { alias: { ...alias, "#computed": computedFolder } },
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: await generate("test/computed/project", computedFolder) },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations(path.join(computedFolder, "migrations")) },
            },
          })),
        ],
        test: {
          name: "computed",
          include: ["test/computed/**/*.test.ts"],
          ...inWorkerd,
          setupFiles: ["./test/workers/setup.ts"],
        },
      },
    ],
  },
});
