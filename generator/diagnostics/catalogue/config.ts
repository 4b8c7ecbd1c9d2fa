/** Loading the config (10), and names (11). */
import type { CatalogueEntry } from "./entry.ts";

export const config = {
  COV1001: {
    title: "Config not found",
    cause: "There is no readable file at the path of the config.",
    fix: "Run covara in the folder of covara.config.ts, or name the file with --config.",
  },
  COV1002: {
    title: "Config cannot be parsed",
    cause: "The config, or a file that it imports, is not valid TypeScript.",
    fix: "Correct the syntax at the marked place.",
  },
  COV1003: {
    title: "Import not found",
    cause: "The config imports a file or package that cannot be resolved from its folder.",
    fix: "Correct the path, or install the package.",
  },
  COV1004: {
    title: "Config threw an error",
    cause: "The config is a program, and running it ended with an exception.",
    fix: "Correct the statement at the marked place; the config must not depend on the request or the network.",
  },
  COV1005: {
    title: "No config exported",
    cause: "The config's default export is not what defineConfig() returns.",
    fix: "Write `export default defineConfig({ … })`.",
  },
  COV1006: {
    title: "Module not found",
    cause: "The config names a module by its path, and there is no such file.",
    fix: "Create the file, or correct the path; it is relative to the folder of the config.",
  },
  COV1007: {
    title: "Module has no default export",
    cause: "Generated code imports the default export of the named module.",
    fix: "Export the function with `export default`.",
  },
  COV1008: {
    title: "Folder of the config not writable",
    cause: "The bundled config is written beside it for a moment, so that its imports resolve as usual.",
    fix: "Make the folder writable for the user who runs covara.",
  },
  COV1009: {
    title: "Key repeated",
    cause: "The later of two equal keys replaces the earlier one, which is lost.",
    fix: "Rename or remove one of them.",
  },
  COV1101: {
    title: "Name not usable",
    cause:
      "Names become URLs, SQL names, file names and TypeScript identifiers, and must be fit for all four.",
    fix: "Use a letter followed by letters, digits or underscores, 60 characters at most.",
  },
  COV1102: {
    title: "Names collide",
    cause: "Two names are different in the config but equal once they are converted.",
    fix: "Rename one of them.",
  },
  COV1103: {
    title: "Table name reserved",
    cause: "SQLite, D1 and covara keep tables of their own under these prefixes.",
    fix: "Choose another table name with `table`.",
  },
  COV1104: {
    title: "Former name wrong",
    cause: "`renamedFrom` names what the thing was called before, which is gone now.",
    fix: "Name the former name, or remove `renamedFrom` once every database is migrated.",
  },
} as const satisfies Record<string, CatalogueEntry>;
