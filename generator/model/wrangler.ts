/** The pass over what is passed through to wrangler.toml, and over its further environments. */
import type { ConfigData, Json } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { channelBinding, channelClass } from "./channel-names.ts";
import { hasChannels } from "./channels.ts";
import { hasStores } from "./kv.ts";
import { kvBinding, kvClass } from "./kv-names.ts";
import { hasLive } from "./live.ts";
import { liveBinding, liveClass } from "./live-names.ts";
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

/** What covara puts into the Worker's `env`. */
export interface OwnBindings {
  readonly database: string;
  readonly objects: readonly OwnObject[];
}

/** A Durable Object class of covara's. */
export interface OwnObject {
  readonly binding: string;
  readonly className: string;
  /** What it is for: `key-value stores`. */
  readonly what: string;
}

/** The classes that the config makes covara emit. */
export const ownObjects = (config: ConfigData): readonly OwnObject[] => [
  ...(hasStores(config) ? [{ binding: kvBinding, className: kvClass, what: "key-value stores" }] : []),
  ...(hasLive(config) ? [{ binding: liveBinding, className: liveClass, what: "live resources" }] : []),
  ...(hasChannels(config) ? [{ binding: channelBinding, className: channelClass, what: "channels" }] : []),
];

/** Reports settings that covara writes itself, a second use of its names, and values that TOML cannot hold. */
export function checkWrangler(settings: Settings, own: OwnBindings, path: ConfigPath, report: Report): void {
  for (const [key, value] of Object.entries(settings)) {
    const fix = Object.hasOwn(owned, key) ? owned[key] : undefined;
    if (fix !== undefined) {
      report.error("COV1505", [...path, key], `${at([...path, key])} is written by covara itself.`, { fix });
      continue;
    }
    checkToml(value, [...path, key], report);
    for (const place of bindingsIn(key, value, [...path, key])) {
      const isDatabase = place.name === own.database;
      const object = own.objects.find(({ binding }) => binding === place.name);
      if (!isDatabase && object === undefined) continue;
      const what = isDatabase ? "database binding" : `binding of the ${object?.what}`;
      const message = `${at(path)} declares a binding ${quote(place.name)}, which is the name of covara's ${what}.`;
      report.error("COV1505", place.path, message, {
        text: place.name,
        fix: isDatabase ? `Rename it, or the database's: \`d1({ binding: "APP_DB" })\`.` : "Rename it.",
      });
    }
  }
  const classes = own.objects.map(({ className }) => className);
  if (classes.length > 0) checkClasses(settings, classes, path, report);
}

/** Reports what would make two classes of one of our own, or two histories of its. */
function checkClasses(
  settings: Settings,
  classes: readonly string[],
  path: ConfigPath,
  report: Report,
): void {
  for (const key of ["durable_objects", "migrations"] as const) {
    for (const name of classes) {
      const place = find(name, settings[key] ?? null, [...path, key]);
      if (place === null) continue;
      const message = `${at(path)} names the class ${quote(name)}, which is covara's own.`;
      report.error("COV1505", place, message, { text: name, fix: "Name a class of your own." });
    }
  }
  if (settings.exports === undefined) return;
  const message = `${at([...path, "exports"])} excludes the \`migrations\` that covara writes for its Durable Object.`;
  report.error("COV1505", [...path, "exports"], message, { fix: "Declare your classes with `migrations`." });
}

/** Where the name of a class stands. A class of another Worker may be called the same. */
function find(name: string, value: Json, path: ConfigPath): ConfigPath | null {
  if (value === name) return path;
  if (typeof value !== "object" || value === null || "script_name" in value) return null;
  for (const [key, entry] of Object.entries(value) as [string, Json][]) {
    const found = find(name, entry, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== null) return found;
  }
  return null;
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
  own: OwnBindings,
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
    checkWrangler(environment.wrangler ?? {}, own, [...path, "wrangler"], report);
    return {
      name,
      databaseName: databaseName ?? `${database.name}-${name}`,
      wrangler: environment.wrangler ?? {},
    };
  });
}
