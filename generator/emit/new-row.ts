/** `newTodo(input, user)`: every stored field of a new row, from what a request gives and what the server sets. */
import type { FieldModel, ResourceModel } from "../model/types.ts";
import { leftToHook } from "./hooks.ts";
import { schemaNames } from "./schemas.ts";
import type { SourceFile } from "./source-file.ts";
import { expression, isShorthand, propertyName } from "./text.ts";

/** Name of the emitted function. */
export const newRowName = (resource: ResourceModel): string => `new${resource.typeName}`;

/** Whether the row's owner comes from the caller. */
export const isOwned = (resource: ResourceModel): boolean =>
  resource.fields.some(({ generated }) => generated === "owner");

/** Whether a create may leave the field out. */
export const mayOmit = (field: FieldModel): boolean =>
  field.nullable || field.default !== undefined || field.kind === "id";

/** Whether a request can give anything of a row. */
export const takesInput = (resource: ResourceModel): boolean =>
  resource.fields.some((field) => field.clientId || field.writable);

/** The call that makes the row. @param use Imports a name of the resource's own file. */
export function newRow(resource: ResourceModel, use: (name: string) => string): string {
  const values = [...(takesInput(resource) ? ["input"] : []), ...(isOwned(resource) ? ["user"] : [])];
  return `${use(newRowName(resource))}(${values.join(", ")})`;
}

export function emitNewRow(file: SourceFile, resource: ResourceModel): void {
  const runtime = (name: string): string => file.use("covara/runtime", name);
  const schema = schemaNames(resource).create;
  const input = takesInput(resource)
    ? [`input: ${file.useType("covara/runtime", "Parsed")}<typeof ${file.useType("../schemas.js", schema)}>`]
    : [];
  const user = isOwned(resource) ? [`user: ${file.useType("../env.js", "User")}`] : [];
  const stamped = resource.fields.some(
    ({ generated }) => generated === "createdAt" || generated === "updatedAt",
  );
  const members = [
    ...(takesInput(resource) ? ["...input"] : []),
    ...resource.fields.flatMap((field) => {
      if (field === resource.deletedAt || leftToHook(resource).includes(field)) return [];
      const value = ownValue(field, runtime);
      return value === null
        ? []
        : [isShorthand(field.name, value) ? value : `${propertyName(field.name)}: ${value}`];
    }),
  ];
  const head = `${[...input, ...user].join(", ")}`;
  const doc = `/** A new row of ${resource.key}: what the request gives, and what the server sets. */`;
  const lines = members.map((member) => `${member},`);
  if (!stamped) {
    file.section(
      doc,
      `export const ${newRowName(resource)} = (${head}) => ({`,
      ...lines.map((line) => `  ${line}`),
      "});",
    );
    return;
  }
  file.section(
    doc,
    `export function ${newRowName(resource)}(${head}) {`,
    `  const now = ${runtime("timestamp")}();`,
    "  return {",
    ...lines.map((line) => `    ${line}`),
    "  };",
    "}",
  );
}

/** What the server sets a field to; null for what comes from the request. */
function ownValue(field: FieldModel, runtime: (name: string) => string): string | null {
  switch (field.generated) {
    case "id":
      return `${field.clientId ? "input.id ?? " : ""}${runtime("uuidv7")}()`;
    case "owner":
      return "user.id";
    case "createdAt":
    case "updatedAt":
      return "now";
    case "version":
      return "1";
    case null:
      return field.writable ? null : expression(field.default ?? null);
  }
}
