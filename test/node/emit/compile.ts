/** Holds emitted code to the compiler and the formatter. */
import { execFileSync } from "node:child_process";
import path from "node:path";

const root = path.join(import.meta.dirname, "../../..");

/** The `tsconfig.json` of a folder with emitted code: that of the reference application, and nothing unused. */
export const strict = {
  extends: path.join(root, "tsconfig.app.json"),
  compilerOptions: { noUnusedLocals: true, noUnusedParameters: true },
  include: ["."],
};

/** The `tsconfig.json` of a frontend with copies of the client. */
export const frontend = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2024", "dom", "dom.iterable"],
    module: "preserve",
    moduleResolution: "bundler",
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    skipLibCheck: true,
    types: [],
  },
  include: ["."],
};

/** @throws {Error} with what the compiler says. @param project Folder with a `tsconfig.json`. */
export const compiles = (project: string): void => run("tsc", ["-p", project]);

/** @throws {Error} with what the formatter would write instead. */
export const isFormatted = (...folders: readonly string[]): void =>
  run("biome", ["check", "--linter-enabled=false", "--colors=off", "--max-diagnostics=10", ...folders]);

function run(name: string, args: readonly string[]): void {
  try {
    execFileSync(path.join(root, "node_modules/.bin", name), args, {
      cwd: root,
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${name}\n${(stdout + stderr).slice(0, 6000)}`);
  }
}
