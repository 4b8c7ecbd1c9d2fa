// Puts the sources of the client and of its React code into the package: copies in other packages hold them. Run by
// `npm run build`, after the compiler.
import fs from "node:fs";
import path from "node:path";

for (const part of ["client", "react"]) {
  const from = path.join(import.meta.dirname, "../../runtime", part);
  const to = path.join(import.meta.dirname, "../../dist/runtime", part, "source");
  fs.cpSync(from, to, { recursive: true });
}
