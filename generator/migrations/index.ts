/** Plans the next migration: what takes a database from the last snapshot to the model. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { channelClass } from "../model/channel-names.ts";
import { kvClass } from "../model/kv-names.ts";
import { liveClass } from "../model/live-names.ts";
import type { Model } from "../model/types.ts";
import { dictionary } from "./dictionary.ts";
import { diff } from "./diff.ts";
import { renderMigration } from "./migration-file.ts";
import { findRenames } from "./renames.ts";
import { reportCase, reportLosses, reportObstacles } from "./report.ts";
import { reportDemands, reportUnique } from "./report-rows.ts";
import { generationsOf, planRooms } from "./rooms.ts";
import type { Snapshot } from "./snapshot.ts";
import { parseSnapshot, renderSnapshot, snapshotVersion } from "./snapshot-file.ts";
import { reportRevivals } from "./soft-delete.ts";
import { reportStores, storesOf } from "./stores.ts";
import { reportStreams } from "./streams.ts";

export interface MigrationPlan {
  /** Path relative to the output folder → text. Empty where there are errors. */
  readonly files: Map<string, string>;
  /** How often the kept messages of a channel were given up, by its key; absent where they never were. */
  readonly generations: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the output folder holds. */
export interface PreviousMigrations {
  /** Text of `migrations/snapshot.json`, if there is one. */
  readonly snapshot: string | null;
  /** Names or paths of the migration files. */
  readonly files: readonly string[];
  /** Names of our Durable Object classes that Cloudflare has, or is about to get. */
  readonly classes?: readonly string[];
}

export interface MigrationOptions {
  /** Whether statements may be written that lose data, or that fail where rows lack a value. */
  readonly allowDestructive: boolean;
  /** What the new file is about, for its name; without it the name says what changes. */
  readonly name?: string;
}

const folder = "migrations";
const maxNameLength = 60;

/**
 * The new migration file, if the model differs from the snapshot, and the snapshot. Existing files are never
 * rewritten. With an error in `diagnostics`, `files` is empty and nothing may be written.
 */
export function planMigration(
  model: Model,
  previous: PreviousMigrations,
  options: MigrationOptions,
): MigrationPlan {
  const read = readPrevious(previous);
  if ("code" in read) return failed([read]);
  const label = options.name === undefined ? null : slug(options.name);
  if (label === "") return failed([unusableName(options.name ?? "")]);

  const declared = findRenames(model, read);
  const problems = [...declared.diagnostics, ...reportCase(model, read)];
  // With a rename in doubt, the rest of the difference would be about the wrong columns.
  if (problems.length > 0) return failed(problems);
  const difference = diff(model, read, declared.renames);
  const classes = previous.classes ?? [];
  const rooms = planRooms(model.channels, read.channels ?? {}, classes.includes(channelClass));
  const errors = reportObstacles(model, difference);
  if (!options.allowDestructive) {
    errors.push(...reportDemands(model, difference), ...reportLosses(model, difference));
    errors.push(...reportRevivals(model, difference));
    errors.push(...reportStores(model.kv, read.stores ?? {}, classes.includes(kvClass)));
    errors.push(...reportStreams(model.live, classes.includes(liveClass)));
    errors.push(...rooms.diagnostics);
  }
  const warnings = reportUnique(model, difference);
  if (errors.length > 0) return failed([...errors, ...warnings]);

  const files = new Map<string, string>();
  if (difference.groups.length > 0) {
    const number = String(lastNumber(previous.files) + 1).padStart(4, "0");
    const name = label ?? (previous.snapshot === null ? "init" : derivedName(difference.summary));
    files.set(`${folder}/${number}_${name}.sql`, renderMigration(difference.groups));
  }
  const { channels } = rooms;
  const snapshot = {
    ...difference.after,
    ...storesOf(model.kv),
    ...(Object.keys(channels).length === 0 ? {} : { channels }),
  };
  files.set(`${folder}/snapshot.json`, renderSnapshot(snapshot));
  return { files, generations: generationsOf(rooms), diagnostics: warnings };
}

function failed(diagnostics: readonly Diagnostic[]): MigrationPlan {
  return { files: new Map(), generations: new Map(), diagnostics };
}

/** The last state, or why it is not known. Files without a snapshot, or the reverse, are never guessed about. */
function readPrevious({ snapshot, files }: PreviousMigrations): Snapshot | Diagnostic {
  const path = `\`${folder}/snapshot.json\``;
  const migrations = files.filter((file) => file.endsWith(".sql"));
  if (snapshot === null) {
    if (migrations.length === 0) return { tables: dictionary() };
    return {
      code: "COV2001",
      severity: "error",
      message: `There are migrations, such as \`${baseName(migrations[0] ?? "")}\`, but ${path} is missing.`,
    };
  }
  const read = parseSnapshot(snapshot);
  if (!read.ok) {
    return read.reason === "newer"
      ? {
          code: "COV2003",
          severity: "error",
          message: `${path} has version ${read.version}, and this covara knows versions up to ${snapshotVersion}.`,
        }
      : { code: "COV2002", severity: "error", message: `${path} cannot be used: ${read.detail}.` };
  }
  if (migrations.length === 0) {
    return {
      code: "COV2004",
      severity: "error",
      message: `${path} is there, but the migrations it sums up are not.`,
    };
  }
  return read.snapshot;
}

function unusableName(name: string): Diagnostic {
  return {
    code: "COV2013",
    severity: "error",
    message: `${JSON.stringify(name)} holds no letter or digit that a file name could be made of.`,
  };
}

/** `Add due dates!` → `add_due_dates` */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, maxNameLength)
    .replaceAll(/^_+|_+$/g, "");
}

/** The first change, and how many more there are. */
function derivedName(summary: readonly string[]): string {
  const [first = "change"] = summary;
  return slug(first) + (summary.length > 1 ? `_and_${summary.length - 1}_more` : "");
}

/** The highest number that a file starts with; other tools and other branches may have added files. */
function lastNumber(files: readonly string[]): number {
  const numbers = files.map((file) => /^(\d+)_.*\.sql$/.exec(baseName(file))?.[1]);
  return numbers.reduce((highest, number) => Math.max(highest, Number(number ?? 0)), 0);
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
}
