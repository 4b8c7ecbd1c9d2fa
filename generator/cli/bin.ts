#!/usr/bin/env node
// Imports nothing before the check: on an old Node, loading the rest would end in an error that explains nothing.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `covara needs Node 22.12 or newer, and this is Node ${process.versions.node}.\nInstall a newer Node from https://nodejs.org, or give this project its own with\n\n  npm install -D node@24\n\nwhich npm scripts and npx then use. If it is there already, it was installed with --ignore-scripts:\nrun \`npm rebuild node\`.`,
  );
  process.exitCode = 1;
} else {
  // Keeps compiled modules on disk between runs, and does nothing where it cannot.
  import("node:module")
    .then(({ enableCompileCache }) => enableCompileCache())
    .then(() => import("./main.ts"))
    .then(
      async ({ main }) => {
        process.exitCode = await main(process.argv.slice(2));
      },
      (error: unknown) => {
        console.error(
          "covara could not start, which is a fault in covara or in how it was installed:",
          error,
        );
        process.exitCode = 3;
      },
    );
}
