/** Migrations (20). */
import type { CatalogueEntry } from "./entry.ts";

export const migrations = {
  COV2001: {
    title: "Snapshot missing",
    cause: "The next migration is taken from the snapshot beside the migrations, and it is not there.",
    fix: "Restore `migrations/snapshot.json` from version control.",
  },
  COV2002: {
    title: "Snapshot unreadable",
    cause: "The snapshot beside the migrations was edited by hand, cut off, or merged with conflicts.",
    fix: "Restore `migrations/snapshot.json` from version control, then run `covara gen` again.",
  },
  COV2003: {
    title: "Snapshot from a newer covara",
    cause: "The snapshot beside the migrations has a format that this version does not know.",
    fix: "Update covara to the version that wrote it.",
  },
  COV2004: {
    title: "Migrations missing",
    cause: "There is a snapshot, but no migration that leads to it, so a new database could not be set up.",
    fix: "Restore the migrations from version control; to start over with an empty history, delete the snapshot too.",
  },
  COV2005: {
    title: "New required field without a value",
    cause: "Rows that exist need a value for a required field, and the config names none.",
    fix: "Give the field a `.default(…)`, which those rows get, or make it `.optional()`; where the table is empty, run `covara gen --allow-destructive`.",
  },
  COV2006: {
    title: "Field becomes required without a value",
    cause: "Rows that have no value yet need one when an optional field becomes required.",
    fix: "Give the field a `.default(…)`, which those rows get; or set it in every row, then run `covara gen --allow-destructive`.",
  },
  COV2007: {
    title: "Rename of something unknown",
    cause: "A rename names a table or field that the last migration does not have.",
    fix: "Correct the old name, or remove the rename.",
  },
  COV2008: {
    title: "Rename ambiguous",
    cause: "A rename cannot be followed, because its old name is still in use or its new name is taken.",
    fix: "Remove the rename if it has been applied, or make the change in two migrations.",
  },
  COV2009: {
    title: "Change loses data",
    cause: "The migration needs a statement after which data is gone.",
    fix: "Declare a rename if it is one, keep the data, or run `covara gen --allow-destructive`.",
  },
  COV2010: {
    title: "No conversion",
    cause: "A field changed to a kind that its values cannot be converted to without guessing.",
    fix: "Add a field of the new kind beside the old one, fill it in a migration of your own, and drop the old one later.",
  },
  COV2011: {
    title: "Primary key changed",
    cause: "SQLite cannot change the primary key of a table that exists.",
    fix: "Keep the id, under its old name; or make a new resource.",
  },
  COV2012: {
    title: "Table name differs in case",
    cause: "SQLite takes table names that differ only in case for the same name.",
    fix: "Write the table name as the last migration has it.",
  },
  COV2013: {
    title: "Migration name unusable",
    cause:
      "The name given with --name becomes part of a file name, which holds letters, digits and underscores.",
    fix: "Give a name such as `--name add_due_dates`.",
  },
  COV2014: {
    title: "Unique on rows that exist",
    cause:
      "The migration adds a unique index to a table that exists, which fails where two rows share a value.",
    fix: "Find the duplicates with the statement shown, and make them differ before the migration is applied.",
  },
  COV2015: {
    title: "Deleted rows would come back",
    cause:
      "Without `softDelete` nothing tells deleted rows from others, and their values may be taken by now.",
    fix: "Delete them for good before the migration is applied, and run `covara gen --allow-destructive`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
