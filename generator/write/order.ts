import path from "node:path";

const IMPORT = /\bfrom\s*"(\.[^"]*)"|\bimport\s*\(?\s*"(\.[^"]*)"/g;

/**
 * The order in which files are written: the migrations before the snapshot that depends on them, then each module after
 * those that it imports, then the rest. A watcher that sees the first changed file then finds the others in place.
 */
export function writeOrder(files: ReadonlyMap<string, string>): string[] {
  const order = new Set<string>();
  const visit = (file: string, ancestors: ReadonlySet<string>) => {
    if (order.has(file) || ancestors.has(file)) return;
    const within = new Set([...ancestors, file]);
    for (const dependency of importsOf(file, files)) visit(dependency, within);
    order.add(file);
  };
  for (const file of [...files.keys()].sort(byRank)) visit(file, new Set());
  return [...order];
}

function importsOf(file: string, files: ReadonlyMap<string, string>): string[] {
  if (!file.endsWith(".ts")) return [];
  const found: string[] = [];
  for (const match of (files.get(file) ?? "").matchAll(IMPORT)) {
    const target = path.posix
      .join(path.posix.dirname(file), match[1] ?? match[2] ?? "")
      .replace(/\.js$/, ".ts");
    if (files.has(target)) found.push(target);
  }
  return found.sort();
}

function byRank(left: string, right: string): number {
  return rank(left) - rank(right) || (left < right ? -1 : left > right ? 1 : 0);
}

function rank(file: string): number {
  if (file.endsWith(".sql")) return 0;
  if (file.startsWith("migrations/")) return 1;
  return file.endsWith(".ts") ? 2 : 3;
}
