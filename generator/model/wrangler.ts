/** The pass over what is passed through to wrangler.toml, and over its further environments. */
import type { ConfigData, Json } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { isDatabaseName } from "./options.ts";
import { quote, type Report } from "./report.ts";
import { at } from "./shape.ts";
import type { EnvironmentModel, Model } from "./types.ts";

type Settings = Readonly<Record<string, Json>>;

/** Top-level keys of wrangler.toml that covara writes, and the option of the config that sets each. */
const owned: Readonly<Record<string, string>> = {
  name: "Set `name` in the config.",
  main: "Remove it: the Worker's entry is the generated one.",
  compatibility_date: "Set `compatibilityDate` in the config.",
  env: "Declare `environments` in the config.",
};

/** Reports settings that covara writes itself, a second use of its binding, and values that TOML cannot hold. */
export function checkWrangler(settings: Settings, binding: string, path: ConfigPath, report: Report): void {
  for (const [key, value] of Object.entries(settings)) {
    const fix = Object.hasOwn(owned, key) ? owned[key] : undefined;
    if (fix !== undefined) {
      report.error("COV1505", [...path, key], `${at([...path, key])} is written by covara itself.`, { fix });
      continue;
    }
    checkToml(value, [...path, key], report);
    for (const place of bindingsIn(key, value, [...path, key])) {
      if (place.name !== binding) continue;
      const message = `${at(path)} declares a binding ${quote(binding)}, which is the name of covara's database binding.`;
      report.error("COV1505", place.path, message, {
        text: binding,
        fix: `Rename it, or the database's: \`d1({ binding: "APP_DB" })\`.`,
      });
    }
  }
}

interface BindingPlace {
  readonly name: string;
  readonly path: ConfigPath;
}

/** Names under which a section puts something into the Worker's `env`. */
function bindingsIn(key: string, value: Json, path: ConfigPath): BindingPlace[] {
  if (typeof value !== "object" || value === null) return [];
  if (key === "vars" && !Array.isArray(value))
    return Object.keys(value).map((name) => ({ name, path: [...path, name] }));
  const own: BindingPlace[] = [];
  for (const property of ["binding", "name"] as const) {
    const name = property in value ? (value as Settings)[property] : undefined;
    // Only Durable Object bindings call it `name`.
    if (typeof name === "string" && (property === "binding" || path.includes("durable_objects"))) {
      own.push({ name, path: [...path, property] });
    }
  }
  const inner = Object.entries(value).flatMap(([step, entry]: [string, Json]) =>
    bindingsIn("", entry, [...path, Array.isArray(value) ? Number(step) : step]),
  );
  return [...own, ...inner];
}

function checkToml(value: Json, path: ConfigPath, report: Report): void {
  if (value === null) {
    report.error("COV1506", path, `${at(path)} is null, which wrangler.toml cannot hold.`);
  } else if (typeof value === "object") {
    for (const [key, entry] of Object.entries(value) as [string, Json][]) {
      checkToml(entry, [...path, Array.isArray(value) ? Number(key) : key], report);
    }
  }
}

/** The further environments, in the order of the config. */
export function buildEnvironments(
  config: ConfigData,
  database: Model["database"],
  report: Report,
): EnvironmentModel[] {
  return Object.entries(config.environments ?? {}).map(([name, environment]) => {
    const path = ["environments", name];
    if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
      report.error("COV1507", path, `The environment name ${quote(name)} is not usable.`, {
        fix: "Use at most 32 lower-case letters, digits and dashes, without a dash at either end.",
      });
    } else if (config.name.length + 1 + name.length > 63) {
      const message = `The Worker of the environment \`${name}\` would have a name of more than 63 characters.`;
      report.error("COV1507", path, message, { fix: "Shorten the environment's name, or `name`." });
    }
    const { databaseName } = environment;
    if (databaseName !== undefined && !isDatabaseName(databaseName)) {
      const message = `The database name ${quote(databaseName)} is not usable.`;
      report.error("COV1503", [...path, "databaseName"], message, { text: databaseName });
    }
    checkWrangler(environment.wrangler ?? {}, database.binding, [...path, "wrangler"], report);
    return {
      name,
      databaseName: databaseName ?? `${database.name}-${name}`,
      wrangler: environment.wrangler ?? {},
    };
  });
}
