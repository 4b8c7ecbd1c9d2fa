/**
 * Writes beside each document that is named, `x.json`, the types that openapi-typescript makes of it, `x.ts`. It builds them with the API of
 * TypeScript up to version 6, which version 7 does not have; ts-morph brings one along.
 */
import fs from "node:fs";
import { registerHooks } from "node:module";

const typescript = `import { ts } from ${JSON.stringify(import.meta.resolve("ts-morph"))}; export default ts;`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "typescript"
      ? { url: `data:text/javascript,${encodeURIComponent(typescript)}`, shortCircuit: true }
      : next(specifier, context),
});

const { astToString, default: openapiTS } = await import("openapi-typescript");
for (const file of process.argv.slice(2)) {
  // Otherwise it takes a field with a default for one that requests must give.
  const types = await openapiTS(fs.readFileSync(file, "utf8"), { defaultNonNullable: false });
  fs.writeFileSync(file.replace(/\.json$/, ".ts"), astToString(types));
}
