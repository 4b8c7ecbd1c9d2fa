/** `rows.ts`: rows as they are stored, for the application's own code. Types only. */
import type { Model, ResourceModel } from "../model/types.ts";
import { SourceFile } from "./source-file.ts";
import { member } from "./types.ts";

/** The type of a stored row: `TodoRow`. */
export const rowType = (resource: ResourceModel): string => `${resource.typeName}Row`;

/** Null where no code of the application's own sees rows. */
export function emitRows(model: Model): string | null {
  const resources = model.resources.filter(({ hooks, procedures }) => hooks !== null || procedures !== null);
  if (resources.length === 0) return null;
  const file = new SourceFile(resources.map(rowType));
  for (const resource of resources) {
    const hidden = resource.fields.filter((field) => field.hidden && field !== resource.deletedAt);
    const visible = file.useType("./types.js", resource.typeName);
    const lines = hidden.flatMap((field) => member(field, false, (name) => file.useType("./types.js", name)));
    file.section(
      `/** A row of ${resource.key} as it is stored${lines.length === 0 ? "" : ", with what no answer shows"}. */`,
      ...(lines.length === 0
        ? [`export type ${rowType(resource)} = ${visible};`]
        : [`export interface ${rowType(resource)} extends ${visible} {`, ...lines, "}"]),
    );
  }
  return file.toString();
}
