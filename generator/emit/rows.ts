/** `rows.ts`: rows as they are stored, for the application's own code. Types only. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { leftToHook } from "./hooks.ts";
import { SourceFile } from "./source-file.ts";
import { aType } from "./text.ts";
import { member } from "./types.ts";

/** The type of a stored row: `TodoRow`. */
export const rowType = (resource: ResourceModel): string => `${resource.typeName}Row`;

/** What server code makes a row from, and changes it by. */
export const rowInputTypes = (resource: ResourceModel) => ({
  create: `${rowType(resource)}Create`,
  update: `${rowType(resource)}Update`,
});

/** The fields that server code may set: all but those that the server sets by itself. */
export const settableFields = (resource: ResourceModel): readonly FieldModel[] =>
  resource.fields.filter(
    (field) => field !== resource.deletedAt && (field.generated === null || field.generated === "owner"),
  );

/** Whether a new row may lack the field. */
export const mayLack = (resource: ResourceModel, field: FieldModel): boolean =>
  field.nullable ||
  field.default !== undefined ||
  (resource.hooks?.exports.includes("beforeCreate") === true && leftToHook(resource).includes(field));

/** Null where there are no resources. */
export function emitRows(model: Model): string | null {
  if (model.resources.length === 0) return null;
  const file = new SourceFile(
    model.resources.flatMap((resource) => [rowType(resource), ...Object.values(rowInputTypes(resource))]),
  );
  const imported = (name: string): string => file.useType("./types.js", name);
  for (const resource of model.resources) {
    const hidden = resource.fields.filter((field) => field.hidden && field !== resource.deletedAt);
    const lines = hidden.flatMap((field) => member(field, false, imported));
    const visible = imported(resource.typeName);
    const names = rowInputTypes(resource);
    const settable = settableFields(resource);
    const interfaceOf = (doc: string, name: string, members: readonly string[]): void => {
      file.section(`/** ${doc} */`, `export interface ${name} {`, ...members, "}");
    };
    file.section(
      `/** A row of ${resource.key} as it is stored${lines.length === 0 ? "" : ", with what no answer shows"}. */`,
      ...(lines.length === 0
        ? [`export type ${rowType(resource)} = ${visible};`]
        : [`export interface ${rowType(resource)} extends ${visible} {`, ...lines, "}"]),
    );
    interfaceOf(`What server code makes ${aType(resource.typeName)} from.`, names.create, [
      "  id?: string;",
      ...settable.flatMap((field) => member(field, mayLack(resource, field), imported)),
    ]);
    const changes = settable.flatMap((field) => member(field, true, imported));
    if (changes.length > 0)
      interfaceOf(`A change of ${aType(resource.typeName)} by server code.`, names.update, changes);
    else
      file.section(
        `/** Nothing of ${aType(resource.typeName)} can be changed. */`,
        `export type ${names.update} = Record<string, never>;`,
      );
  }
  return file.toString();
}
