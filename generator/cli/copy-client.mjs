// Puts the sources of the client into the package: copies of it in other packages hold what they need of them. Run by
// `npm run build`, after the compiler.
import fs from "node:fs";
import path from "node:path";

const from = path.join(import.meta.dirname, "../../runtime/client");
const to = path.join(import.meta.dirname, "../../dist/runtime/client/source");

fs.mkdirSync(to, { recursive: true });
for (const name of fs.readdirSync(from).filter((each) => each.endsWith(".ts"))) {
  fs.copyFileSync(path.join(from, name), path.join(to, name));
}
