import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { provider } from "./test/better/provider.ts";
import { issuer } from "./test/tokens/issuer.ts";

const root = import.meta.dirname;

/** Milliseconds after which a test counts as hung. It says nothing of how long one may take: machines differ, and are busy. */
const patience = 300_000;

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
    configPath: path.join(project, "covara.config.ts"),
    outDir,
    force: true,
    allowDestructive: true,
  });
  if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return path.join(outDir, "wrangler.toml");
}

/** Tests in Node: those of a folder, unless they say otherwise. */
const inNode = (
  name: string,
  options: TestProjectInlineConfiguration["test"] = {},
): TestProjectInlineConfiguration => ({
  resolve: { alias },
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: patience,
    hookTimeout: patience,
    ...options,
  },
});

/** An application that tests in workerd are about. */
interface Application {
  /** Folder of the config. Default: `project` beside the tests. */
  readonly project?: string;
  /** Where its code is. Default: a folder of its own, into which it is generated, and which tests import as `#` and their name. */
  readonly code?: string;
  readonly hasDatabase?: boolean;
  readonly bindings?: Readonly<Record<string, string>>;
  /** Answers what the Worker asks of other servers. */
  readonly outboundService?: (request: Request) => Promise<Response>;
  /** Whether each file has a workerd of its own, which takes seconds to start. What is stored is forgotten between files anyway. */
  readonly isolate?: boolean;
}

/** Tests in workerd: those of a folder. */
function inWorkerd(name: string, application: Application = {}): TestProjectInlineConfiguration {
  const folder = path.join(root, "test", name);
  const { project = path.join(folder, "project"), hasDatabase = true, isolate = false } = application;
  const { code = path.join(root, "test/.tmp", name), bindings = {}, outboundService } = application;
  const isGenerated = application.code === undefined;
  return {
    resolve: { alias: isGenerated ? { ...alias, [`#${name}`]: code } : alias },
    plugins: [
      cloudflareTest(async () => ({
        wrangler: {
          configPath: isGenerated ? await generate(project, code) : path.join(code, "wrangler.toml"),
        },
        miniflare: {
          bindings: {
            ...bindings,
            ...(hasDatabase && { TEST_MIGRATIONS: await readD1Migrations(path.join(code, "migrations")) }),
          },
          ...(outboundService && { outboundService }),
        },
      })),
    ],
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: patience,
      isolate,
      setupFiles: [hasDatabase ? "./test/workers/setup.ts" : "./test/workers/reset.ts"],
    },
  };
}

const secret = "0123456789abcdef0123456789abcdef";

export default defineConfig({
  test: {
    // Many tests wait for child processes; by default Vitest leaves one core of two idle.
    maxWorkers: 2,
    projects: [
      inNode("node", { exclude: ["**/*.slow.test.ts"] }),
      inNode("slow", { include: ["test/node/**/*.slow.test.ts"] }),
      inNode("dev"),
      inNode("browser", { globalSetup: "./test/browser/setup.ts", hookTimeout: 400_000 }),
      inWorkerd("workers", { code: path.join(root, "generated") }),
      inWorkerd("stores", { project: path.join(root, "test/kv/project"), hasDatabase: false }),
      inWorkerd("server"),
      inWorkerd("auth"),
      inWorkerd("better", { bindings: { BETTER_AUTH_SECRET: secret }, outboundService: provider }),
      // The Worker keeps the keys of an issuer in memory, and each file has an issuer of its own.
      inWorkerd("tokens", { outboundService: issuer(), isolate: true }),
      inWorkerd("keys"),
      inWorkerd("several", { bindings: { JWT_SECRET: secret } }),
      inWorkerd("callers", { bindings: { JWT_SECRET: secret } }),
      inWorkerd("tickets", { bindings: { JWT_SECRET: secret } }),
      inWorkerd("channels", { hasDatabase: false }),
      inWorkerd("computed"),
    ],
  },
});
