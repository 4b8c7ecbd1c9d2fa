/** The pass over `operators`: the module with the user's own filter operators. */
import type { ConfigData } from "../../schema/data.ts";
import { modulePath, type NamedFiles, requireDefaultExport } from "./modules.ts";
import type { Report } from "./report.ts";

/** Path of the module relative to the folder of the config; null where the config names none. */
export function buildOperators({ operators }: ConfigData, files: NamedFiles, report: Report): string | null {
  if (operators === undefined) return null;
  const named = {
    module: operators,
    what: "operators module",
    by: "`operators`",
    path: ["operators"],
    example: "src/operators.ts",
  };
  const { path, usable } = modulePath(named, files, report);
  const fix = "Export your operators: `export default defineOperators({ near: defineOperator({ … }) })`.";
  if (usable) requireDefaultExport(named, path, fix, files, report);
  return path;
}
