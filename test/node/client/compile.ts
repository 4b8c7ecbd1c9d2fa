/** Holds copies of the client, and what uses them, to the compiler and the formatter. */
import { execFileSync } from "node:child_process";
import path from "node:path";

const root = path.join(import.meta.dirname, "../../..");

const strict = [
  ...[
    "--strict",
    "--noEmit",
    "--noUnusedLocals",
    "--noUncheckedIndexedAccess",
    "--exactOptionalPropertyTypes",
  ],
  ...["--isolatedModules", "--erasableSyntaxOnly", "--verbatimModuleSyntax", "--ignoreConfig"],
  ...["--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--types", ""],
];

/** Compiles a file by itself, as strictly as anybody may. @param file Relative to the folder. */
export function compile(folder: string, file: string): void {
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, ...strict, file], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** What the formatter makes of a client. */
export function formatted(text: string): string {
  const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "format", "--stdin-file-path=client.ts"];
  return execFileSync(process.execPath, args, { cwd: root, input: text, encoding: "utf8" });
}
