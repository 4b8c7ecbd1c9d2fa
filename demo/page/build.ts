/** Builds the page, for what serves it. */
import path from "node:path";
import { build } from "vite";

const root = path.join(import.meta.dirname, "../..");

/**
 * Builds the page into a folder, which is emptied.
 *
 * @param code What `covara/client` stands for: the built package, as for its users, or the sources.
 * @throws what Vite says of code that cannot be built.
 */
export async function buildPage(outDir: string, code: "package" | "sources"): Promise<void> {
  const alias = {
    "covara/client": path.join(root, "runtime/client/index.ts"),
    "covara/react": path.join(root, "runtime/react/index.ts"),
  };
  await build({
    configFile: path.join(import.meta.dirname, "vite.config.ts"),
    configLoader: "native",
    logLevel: "warn",
    build: { outDir },
    ...(code === "sources" && { resolve: { alias } }),
  });
}
