/** Packages that emitted code imports and that its own package has to bring along. */
import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { OutputFolder } from "./write/folder.ts";

const ofReact = ["react", "@tanstack/react-query"] as const;

/**
 * A warning where a folder with React code cannot reach what that imports. The compiler does not tell: with `skipLibCheck` it takes the
 * types of what is missing for `any`.
 */
export function missingPeers({ root, label }: OutputFolder): Diagnostic[] {
  const missing = ofReact.filter((name) => !isInstalled(name, root));
  if (missing.length === 0) return [];
  const verb = missing.length === 1 ? "is" : "are";
  return [
    {
      code: "COV3015",
      severity: "warning",
      path: ["clients"],
      message: `The React code in ${label} imports ${missing.join(" and ")}, which ${verb} not installed there.`,
      fix: `Run \`npm install ${missing.join(" ")}\` in the package that holds the folder.`,
    },
  ];
}

/** Looks where Node and bundlers do. Yarn's Plug'n'Play has no such folders, and says itself what is missing. */
function isInstalled(name: string, from: string): boolean {
  if (process.versions.pnp !== undefined) return true;
  if (fs.existsSync(path.join(from, "node_modules", name))) return true;
  const parent = path.dirname(from);
  return parent !== from && isInstalled(name, parent);
}
