/** How the page is built: JSX, CSS and the generated client become three small files of the page's own origin. */
import path from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // The client is the generated one: outside of this folder, and part of what is built.
  build: {
    outDir: path.join(import.meta.dirname, "../../.wrangler/page"),
    emptyOutDir: true,
    modulePreload: false,
    target: "es2022",
    // "use client" is for servers that render React; here all of it runs in the browser.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
