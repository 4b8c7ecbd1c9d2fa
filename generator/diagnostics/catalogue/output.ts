/** The output folder (30). */
import type { CatalogueEntry } from "./entry.ts";

export const output = {
  COV3001: {
    title: "Generated file edited",
    cause: "The file's content is neither what covara last wrote nor what it would write now.",
    fix: "Move the change to the config or to a module of your own, then run `covara gen --force`.",
  },
  COV3002: {
    title: "File in the way",
    cause: "A file lies where an output file belongs, and the manifest does not list it as generated.",
    fix: "Move it elsewhere, or choose another folder with `--out`; `covara gen --force` overwrites it.",
  },
  COV3003: {
    title: "Path not writable safely",
    cause:
      "Output goes to plain files inside the output folder; links and other kinds of entries are left alone.",
    fix: "Remove what is in the way, or choose another folder with `--out`.",
  },
  COV3004: {
    title: "Migration edited",
    cause: "Databases that have run a migration do not run it again, so an edit reaches some and not others.",
    fix: "Restore the migration and write a further one.",
  },
  COV3005: {
    title: "Migration missing",
    cause: "Migrations are history: new databases run all of them in order.",
    fix: "Restore it from version control, or delete the whole migrations folder to start over.",
  },
  COV3006: {
    title: "Manifest not readable",
    cause: "The manifest tells generated files from others, and nothing is overwritten without it.",
    fix: "Restore it from version control, or run `covara gen --force`.",
  },
  COV3007: {
    title: "Generated file missing",
    cause: "The config gives a file that is not on disk.",
    fix: "Run `covara gen` and commit what it changes.",
  },
  COV3008: {
    title: "Generated file stale",
    cause: "The file is what an earlier config, or an earlier covara, gave.",
    fix: "Run `covara gen` and commit what it changes.",
  },
  COV3009: {
    title: "Generated file left over",
    cause: "The file was generated from an earlier config, and nothing uses it any more.",
    fix: "Run `covara gen` and commit what it changes.",
  },
  COV3010: {
    title: "Output folder not accessible",
    cause: "The operating system refused to read or write a file in the output folder.",
    fix: "Check the permissions and the free space, then run covara again: it continues where it stopped.",
  },
  COV3011: {
    title: "Edited file kept",
    cause: "The file is no longer generated, and files that were edited by hand are never deleted.",
    fix: "Delete it if you do not need it.",
  },
  COV3012: {
    title: "wrangler.toml not readable",
    cause: "The ids that wrangler.toml holds, such as database_id, are taken over from the file on disk.",
    fix: "Correct the file (a merge may have left it in conflict), or delete it if its ids are not needed.",
  },
  COV3013: {
    title: "Migration withdrawn",
    cause: "The local database refused the new migration, mostly because rows break a rule that it adds.",
    fix: "Change the config; or correct the rows, or stop covara and delete `.wrangler` in the output folder to begin without any, and save the config again.",
  },
  COV3014: {
    title: "Module missing",
    cause:
      "The config names a module of hooks, procedures or computed fields that is not there, and a check writes nothing.",
    fix: "Run `covara gen`, which starts it, and commit it with the rest.",
  },
  COV3015: {
    title: "Package of React code missing",
    cause:
      "Hooks run on React and TanStack Query. Where these are missing, the compiler may take what hooks give for `any`, and say nothing.",
    fix: "Install them in the package that holds the folder.",
  },
} as const satisfies Record<string, CatalogueEntry>;
