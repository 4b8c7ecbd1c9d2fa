/** `wrangler.toml`: sorted and complete, so that a pull request shows exactly which binding changed. */
import { parse, stringify, type TomlTable } from "smol-toml";
import type { Json } from "../../schema/data.ts";
import { secretsOf } from "../model/auth.ts";
import { classesOf } from "../model/own-classes.ts";
import type { Model } from "../model/types.ts";
import { header } from "./source-file.ts";
import { classHistory, durableObjects } from "./wrangler-classes.ts";

/** Ids that wrangler or a person writes into the file after we made it. They stay. */
const keptIds = ["database_id", "preview_database_id"] as const;

/** @param previous The file as it is on disk, or null. Its ids are kept. */
export function emitWrangler(model: Model, previous: string | null): string {
  const known = previous === null ? {} : parse(previous);
  const classes = classesOf(model);
  const flags = ownFlags(model);
  const table: Record<string, Json> = {
    name: model.name,
    main: "worker.ts",
    compatibility_date: model.compatibilityDate,
    ...compatibilityFlags(flags, model.wrangler),
    // Wrangler's default renames every closure when it is made, at each request.
    keep_names: false,
    observability: { enabled: true },
    ...settings(model.wrangler),
    d1_databases: databases(model, model.database.name, known, model.wrangler),
    ...secrets(secretsOf(model.auth), model.wrangler),
    ...durableObjects(classes, model.wrangler),
    ...classHistory(classes, known, model.wrangler),
  };
  const environments = model.environments.map(({ name, databaseName, wrangler }) => {
    const before = section(section(known, "env"), name);
    return [
      name,
      {
        // An environment inherits the flags, unless the config gives it some.
        ...(wrangler.compatibility_flags === undefined ? {} : compatibilityFlags(flags, wrangler)),
        ...settings(wrangler),
        d1_databases: databases(model, databaseName, before, wrangler),
        ...secrets(secretsOf(model.auth), wrangler),
        ...durableObjects(classes, wrangler),
        // An environment inherits the history, unless the config gives it one.
        ...(wrangler.migrations === undefined ? {} : classHistory(classes, before, wrangler)),
      },
    ] as const;
  });
  if (environments.length > 0) table.env = Object.fromEntries(environments);
  return `# ${header}\n# Ids that wrangler adds, such as database_id, are kept.\n\n${stringify(table)}`;
}

/** What the config passes through, but for the sections that ours are merged with. */
function settings(values: Readonly<Record<string, Json>>): Record<string, Json> {
  const { compatibility_flags: _flags, durable_objects: _objects, migrations: _migrations, ...rest } = values;
  return sorted(rest);
}

/** A stream has to learn that nobody reads it any more. */
const ownFlags = ({ live, channels }: Model): readonly string[] =>
  live === null && channels === null ? [] : ["enable_request_signal"];

/** Our flags first, then those that the config passes through. */
function compatibilityFlags(
  own: readonly string[],
  { compatibility_flags: passed }: Readonly<Record<string, Json>>,
): Record<string, Json> {
  if (passed === undefined) return own.length === 0 ? {} : { compatibility_flags: own };
  return { compatibility_flags: Array.isArray(passed) ? [...new Set([...own, ...passed])] : passed };
}

/** Our secrets first, then those that the config passes through. Environments inherit none. */
function secrets(
  own: readonly string[],
  { secrets: passed }: Readonly<Record<string, Json>>,
): Record<string, Json> {
  if (own.length === 0) return {};
  const given: Readonly<Record<string, Json>> = isObject(passed) ? passed : {};
  const others = Array.isArray(given.required) ? given.required : [];
  return { secrets: { ...given, required: [...new Set([...own, ...others])] } };
}

const isObject = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const sorted = (values: Readonly<Record<string, Json>>): Record<string, Json> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

function section(table: TomlTable, key: string): TomlTable {
  const value = table[key];
  return isTable(value) ? value : {};
}

const isTable = (value: unknown): value is TomlTable =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);

/** Our database first, then those that the config passes through. */
function databases(
  model: Model,
  name: string,
  known: TomlTable,
  passed: Readonly<Record<string, Json>>,
): Json[] {
  const { binding } = model.database;
  const entries = Array.isArray(known.d1_databases) ? known.d1_databases : [];
  const before = entries.filter(isTable).find((entry) => entry.binding === binding);
  const ids = keptIds.flatMap((key) => {
    const value = before?.[key];
    return typeof value === "string" ? [[key, value] as const] : [];
  });
  const ours = { binding, database_name: name, ...Object.fromEntries(ids), migrations_dir: "migrations" };
  return [ours, ...(Array.isArray(passed.d1_databases) ? passed.d1_databases : [])];
}
