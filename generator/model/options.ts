/** The pass over the settings of the whole application and the page limits of resources. */
import type { ConfigData, CorsData, ResourceData } from "../../schema/data.ts";
import { quote, type Report } from "./report.ts";
import type { Model, ResourceModel } from "./types.ts";
import { buildEnvironments, checkWrangler, ownObjects } from "./wrangler.ts";

/** Values of options that the config leaves out. The date is one that the wrangler covara is tested with accepts. */
export const defaults = {
  compatibilityDate: "2026-10-01",
  basePath: "/api",
  bodyLimit: 1_048_576,
  binding: "DB",
  defaultLimit: 20,
  maxLimit: 100,
  batchLimit: 100,
} as const;

/** Cloudflare refuses larger requests itself, on most plans. */
const MAX_BODY = 104_857_600;

/** The rows of a batch travel in one parameter of a statement, and D1 takes 2 MB. */
const MAX_BATCH = 1000;

/** Keyset pages of more rows than this exceed what a Worker can answer in its memory and time. */
const MAX_PAGE = 1000;

export type Settings = Pick<
  Model,
  "name" | "compatibilityDate" | "basePath" | "bodyLimit" | "database" | "cors" | "wrangler" | "environments"
>;

/** All settings outside auth and resources. */
export function buildSettings(config: ConfigData, report: Report): Settings {
  const database = {
    binding: config.database.binding ?? defaults.binding,
    name: config.database.name ?? config.name,
  };
  checkAppName(config.name, report);
  checkDatabase(config, report);
  if (config.cors !== undefined) checkCors(config.cors, report);
  const own = { database: database.binding, objects: ownObjects(config) };
  for (const { binding, what } of own.objects) {
    if (database.binding !== binding) continue;
    const message = `The binding ${quote(binding)} is that of the ${what}.`;
    report.error("COV1503", ["database", "binding"], message, { text: binding });
  }
  checkWrangler(config.wrangler ?? {}, own, ["wrangler"], report);
  return {
    name: config.name,
    compatibilityDate: compatibilityDate(config, report),
    basePath: basePath(config, report),
    bodyLimit: bodyLimit(config, report),
    database,
    cors: config.cors ?? null,
    wrangler: config.wrangler ?? {},
    environments: buildEnvironments(config, database, own, report),
  };
}

function checkAppName(name: string, report: Report): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  const possible = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  const fix = "Use at most 63 lower-case letters, digits and dashes, without a dash at either end";
  report.error("COV1503", ["name"], `The name ${quote(name)} cannot be the name of a Worker.`, {
    text: name,
    fix: possible === "" ? `${fix}.` : `${fix}: \`${possible}\`.`,
  });
}

function checkDatabase({ database }: ConfigData, report: Report): void {
  const { binding, name } = database;
  if (binding !== undefined && !/^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(binding)) {
    const fix = "Use a letter followed by letters, digits or underscores, such as `DB`.";
    report.error("COV1503", ["database", "binding"], `The binding ${quote(binding)} is not usable.`, {
      text: binding,
      fix,
    });
  }
  if (name !== undefined && !isDatabaseName(name)) {
    const fix = "Use at most 63 letters, digits, dashes and underscores, starting with a letter or digit.";
    report.error("COV1503", ["database", "name"], `The database name ${quote(name)} is not usable.`, {
      text: name,
      fix,
    });
  }
}

/** Whether Cloudflare accepts the name for a D1 database. */
export function isDatabaseName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name);
}

function compatibilityDate({ compatibilityDate: date }: ConfigData, report: Report): string {
  if (date === undefined) return defaults.compatibilityDate;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : null;
  const exists = time !== null && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
  if (!exists) {
    const fix = `Write it as \`${defaults.compatibilityDate}\`.`;
    report.error("COV1503", ["compatibilityDate"], `The compatibility date ${quote(date)} is not a date.`, {
      text: date,
      fix,
    });
  }
  return date;
}

function basePath({ basePath: path }: ConfigData, report: Report): string {
  if (path === undefined) return defaults.basePath;
  if (!/^(\/[A-Za-z0-9_~.-]+)+$/.test(path) || /\/\.{1,2}(\/|$)/.test(path)) {
    const inner = path.replace(/[^A-Za-z0-9_/-]/g, "").replace(/^\/+|\/+$/g, "");
    const fix = `Start it with a slash, without one at the end: \`/${inner.replace(/\/+/g, "/") || "api"}\`.`;
    report.error("COV1503", ["basePath"], `The base path ${quote(path)} is not usable.`, { text: path, fix });
  } else if (
    ["/healthz", "/readyz", "/openapi.json", "/__covara"].some(
      (own) => path === own || path.startsWith(`${own}/`),
    )
  ) {
    report.error("COV1503", ["basePath"], `The base path ${quote(path)} is a route of covara's own.`, {
      text: path,
    });
  }
  return path;
}

function bodyLimit({ bodyLimit: bytes }: ConfigData, report: Report): number {
  if (bytes === undefined) return defaults.bodyLimit;
  if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > MAX_BODY) {
    const fix = `Give a whole number of bytes from 1 to ${MAX_BODY}.`;
    report.error("COV1503", ["bodyLimit"], `The body limit ${bytes} is not usable.`, { fix });
  }
  return bytes;
}

function checkCors({ origins, credentials }: CorsData, report: Report): void {
  if (origins.length === 0) {
    const fix = "List the origins, or remove `cors`.";
    report.error("COV1504", ["cors", "origins"], "`cors.origins` is empty, so CORS would be on for nobody.", {
      fix,
    });
  }
  origins.forEach((origin, index) => {
    const path = ["cors", "origins", index];
    const parsed = URL.canParse(origin) ? new URL(origin).origin : null;
    if (origin === "*") {
      const why = credentials ? ", and browsers refuse it together with credentials" : "";
      report.error("COV1504", path, `The origin "*" stands for every site${why}.`, {
        text: origin,
        fix: "List the origins that may call the API.",
      });
    } else if (parsed !== origin || !/^https?:/.test(origin)) {
      const fix = parsed === null || parsed === "null" ? {} : { fix: `Write \`${parsed}\`.` };
      report.error("COV1504", path, `${quote(origin)} is not an origin.`, { text: origin, ...fix });
    } else if (origins.indexOf(origin) !== index) {
      report.error("COV1504", path, `The origin ${quote(origin)} is listed twice.`, {
        text: origin,
        fix: "Remove one.",
      });
    }
  });
}

/** How many rows a batch of the resource writes, and whether its writes have to name a version. */
export function writeOptions(
  key: string,
  { batchLimit = defaults.batchLimit, requireIfMatch = false, fields }: ResourceData,
  report: Report,
): Pick<ResourceModel, "batchLimit" | "requireIfMatch"> {
  if (!Number.isSafeInteger(batchLimit) || batchLimit < 1 || batchLimit > MAX_BATCH) {
    const fix = `Give a whole number from 1 to ${MAX_BATCH}.`;
    report.error(
      "COV1503",
      ["resources", key, "batchLimit"],
      `The batchLimit of \`${key}\` is ${batchLimit}.`,
      { fix },
    );
  }
  if (requireIfMatch && !Object.values(fields).some(({ data }) => data.kind === "version")) {
    const message = `\`${key}\` requires If-Match, but its rows have no version to compare.`;
    report.error("COV1503", ["resources", key, "requireIfMatch"], message, {
      fix: "Add a field: `version: field.version()`.",
    });
  }
  return { batchLimit, requireIfMatch };
}

/** Page limits of a resource. A lower `maxLimit` lowers the default of `defaultLimit` with it. */
export function pageLimits(
  key: string,
  resource: ResourceData,
  report: Report,
): { readonly defaultLimit: number; readonly maxLimit: number } {
  const maxLimit = resource.maxLimit ?? defaults.maxLimit;
  const defaultLimit = resource.defaultLimit ?? Math.min(defaults.defaultLimit, maxLimit);
  for (const option of ["defaultLimit", "maxLimit"] as const) {
    const limit = resource[option];
    if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) continue;
    const fix = `Give a whole number from 1 to ${MAX_PAGE}.`;
    report.error("COV1503", ["resources", key, option], `The ${option} of \`${key}\` is ${limit}.`, { fix });
  }
  if (defaultLimit > maxLimit) {
    const message = `The defaultLimit of \`${key}\`, ${defaultLimit}, is above its maxLimit, ${maxLimit}.`;
    report.error("COV1503", ["resources", key, "defaultLimit"], message, {
      fix: "Lower it, or raise `maxLimit`.",
    });
  }
  return { defaultLimit, maxLimit };
}
