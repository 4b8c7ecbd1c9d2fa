import type { OwnPackage } from "../own-package.ts";

type Section = Readonly<Record<string, string | boolean>>;

/** The parts of a package.json that a project needs. */
export interface PackageParts {
  readonly scripts: Section;
  readonly dependencies: Section;
  readonly devDependencies: Section;
  /** The packages whose install scripts may run. */
  readonly allowScripts: Section;
}

/** What a project's package.json must hold, with the versions that covara is tested with. */
export function packageParts(own: OwnPackage): PackageParts {
  const tested = (names: readonly string[]): Section =>
    Object.fromEntries(
      names.map((name) => {
        const version = own.devDependencies[name];
        if (version === undefined) throw new Error(`covara's package.json names no version of ${name}.`);
        return [name, version];
      }),
    );
  return {
    scripts: {
      dev: "covara dev",
      gen: "covara gen",
      check: "covara gen --check && tsc",
      "add-user": "node scripts/add-user.mjs",
      deploy:
        "wrangler d1 migrations apply DB --remote -c generated/wrangler.toml && wrangler deploy -c generated/wrangler.toml",
    },
    dependencies: { covara: `^${own.version}`, ...tested(["drizzle-orm", "hono", "zod"]) },
    devDependencies: tested(["@cloudflare/workers-types", "node", "typescript", "wrangler"]),
    allowScripts: { esbuild: true, node: true, workerd: true },
  };
}

/** The package.json of a new project. */
export function newPackageJson(name: string, parts: PackageParts): string {
  return `${JSON.stringify({ name, version: "0.0.0", private: true, type: "module", ...parts }, null, 2)}\n`;
}

/**
 * Adds to an existing package.json what is missing, and changes nothing that it holds. A dependency of either kind
 * counts for both.
 *
 * @returns The text, and the keys that were added, such as `scripts.dev`; null where it is not a JSON object.
 */
export function completePackageJson(
  text: string,
  parts: PackageParts,
): { readonly text: string; readonly added: readonly string[] } | null {
  const content = parseObject(text);
  if (content === null) return null;
  const installed = { ...section(content, "dependencies"), ...section(content, "devDependencies") };
  const added: string[] = [];
  for (const [key, wanted] of Object.entries(parts)) {
    const present = section(content, key);
    const known = key.endsWith("ependencies") ? installed : present;
    // A section of another shape is the owner's affair.
    if (content[key] !== undefined && !isObject(content[key])) continue;
    const missing = Object.entries(wanted).filter(([name]) => !Object.hasOwn(known, name));
    if (missing.length === 0) continue;
    content[key] = { ...present, ...Object.fromEntries(missing) };
    added.push(...missing.map(([name]) => `${key}.${name}`));
  }
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? 2;
  const end = text.endsWith("\n") ? "\n" : "";
  return { text: added.length === 0 ? text : `${JSON.stringify(content, null, indent)}${end}`, added };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function section(content: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const value = content[key];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
