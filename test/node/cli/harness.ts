import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const repository = path.join(import.meta.dirname, "../../..");
const temporary = path.join(repository, "test/.tmp");

/** The command line's entry, from the sources. */
export const bin = path.join(repository, "generator/cli/bin.ts");

/** A config with one resource, to which a test may add fields. */
export const configText = (fields = ""): string => `import { d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "shop",
  database: d1(),
  resources: {
    items: {
      fields: { id: field.id(), title: field.text().max(80)${fields === "" ? "" : `, ${fields}`} },
      access: (rules) => ({ read: rules.public() }),
    },
  },
});
`;

/** A project in a temporary folder. */
export interface Project extends Disposable {
  readonly root: string;
  put(file: string, text: string): void;
  get(file: string): string;
  has(file: string): boolean;
  remove(file: string): void;
}

/** A fresh project with these files; `covara` resolves to the sources. */
export function project(files: Readonly<Record<string, string>> = {}): Project {
  fs.mkdirSync(temporary, { recursive: true });
  const root = fs.mkdtempSync(path.join(temporary, "cli-"));
  const at = (file: string) => path.join(root, file);
  const result: Project = {
    root,
    put(file, text) {
      fs.mkdirSync(path.dirname(at(file)), { recursive: true });
      fs.writeFileSync(at(file), text);
    },
    get: (file) => fs.readFileSync(at(file), "utf8"),
    has: (file) => fs.existsSync(at(file)),
    remove: (file) => fs.rmSync(at(file), { recursive: true }),
    [Symbol.dispose]: () => fs.rmSync(root, { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries(files)) result.put(file, text);
  return result;
}

/** Gives a project the packages that it would install, with covara from the sources. */
export function installPackages(target: Project): void {
  const exports = {
    ".": "./schema/index.ts",
    "./runtime": "./runtime/http/index.ts",
    "./client": "./runtime/client/index.ts",
  };
  target.put("node_modules/covara/package.json", JSON.stringify({ name: "covara", type: "module", exports }));
  for (const folder of ["schema", "runtime"]) {
    fs.symlinkSync(path.join(repository, folder), path.join(target.root, "node_modules/covara", folder));
  }
  fs.symlinkSync(
    path.join(repository, "node_modules/wrangler"),
    path.join(target.root, "node_modules/wrangler"),
  );
}

const environment = { ...process.env, NO_COLOR: "" };

/** Runs covara to its end. */
export function covara(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    env: { ...environment, ...env },
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** covara while it runs. */
export interface Running extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it printed so far, on both streams. */
  output(): string;
  /** Resolves when the output contains the text as often as given; rejects when it ends before that. */
  printed(text: string, times?: number): Promise<void>;
  /** Asks it to stop and resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts covara. */
export function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
    return exited;
  };
  return {
    child,
    output: () => output,
    printed: (text, times = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (output.split(text).length <= times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void exited.then((code) =>
          reject(new Error(`covara ended with ${code} before printing "${text}":\n${output}`)),
        );
      }),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}
