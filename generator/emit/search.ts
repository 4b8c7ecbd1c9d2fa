/** What `resources/<name>.ts` says of a resource's full-text index. */
import type { ResourceModel } from "../model/types.ts";
import { layOut, object } from "./expression.ts";
import type { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { quote } from "./text.ts";

/** Name of the description. */
export const searchName = (resource: ResourceModel): string => `${resource.identifier}Search`;

export function emitSearch(file: SourceFile, resource: ResourceModel): void {
  if (resource.search === null) return;
  const { index, fields } = resource.search;
  // As the formatter writes large numbers: 1e21.
  const weights = fields.map(({ name, weight }): [string, string] => [
    name,
    String(weight).replace("e+", "e"),
  ]);
  file.section(
    `/** The full-text index of ${resource.key}: its fields, and how much a hit in each counts. */`,
    `export const ${searchName(resource)}: ${file.useType("covara/runtime", "Search")} = {`,
    `  index: ${quote(sqlName(index))},`,
    layOut("  weights: ", object(weights), ","),
    "};",
  );
}
