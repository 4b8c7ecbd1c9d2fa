// Puts the files of the API page's viewer into the package. Run by `npm run build`, after the compiler.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const from = path.dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const to = path.join(import.meta.dirname, "../../dist/generator/cli/dev/viewer");

fs.mkdirSync(to, { recursive: true });
for (const name of [
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui.css",
  "favicon-32x32.png",
  "LICENSE",
  "NOTICE",
]) {
  fs.copyFileSync(path.join(from, name), path.join(to, name));
}
