/** `types.ts`: the shapes of rows and inputs, shared by routes, hooks and clients. */
import type { FieldModel, Model, ResourceModel, StoreModel, ValueFieldModel } from "../model/types.ts";
import { offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { propertyName, quote } from "./text.ts";

/** The TypeScript type of a field's values, without null. */
export function valueType(field: Pick<FieldModel, "kind" | "values">): string {
  switch (field.kind) {
    case "integer":
    case "number":
    case "version":
      return "number";
    case "boolean":
      return "boolean";
    case "enum":
      return field.values.map(quote).join(" | ");
    case "json":
      return "JsonValue";
    default:
      return "string";
  }
}

const orNull = (field: ValueFieldModel): string =>
  field.nullable ? `${valueType(field)} | null` : valueType(field);

/** Whether a create may leave the field out. */
const mayOmit = (field: FieldModel): boolean =>
  field.nullable || field.default !== undefined || field.kind === "id";

const notes: Partial<Record<ValueFieldModel["kind"], string>> = {
  timestamp: "ISO 8601 in UTC with milliseconds.",
  version: "Rises with every change.",
};

/** The lines of a field in an interface. */
export function member(field: ValueFieldModel, optional: boolean): string[] {
  const note = notes[field.kind];
  const line = `  ${propertyName(field.name)}${optional ? "?" : ""}: ${orNull(field)};`;
  return note === undefined ? [line] : [`  /** ${note} */`, line];
}

function shape(doc: string, name: string, members: readonly string[]): string[] {
  const head = `/** ${doc} */`;
  if (members.length === 0) return [head, `export type ${name} = Record<string, never>;`];
  return [head, `export interface ${name} {`, ...members, "}"];
}

export function emitTypes(model: Model): string {
  const file = new SourceFile();
  const fields = [
    ...model.resources.flatMap((resource) => resource.fields),
    ...(model.kv?.stores ?? []).flatMap(fieldsOf),
  ];
  if (fields.some(({ kind }) => kind === "json") || model.kv?.stores.some(holdsAny)) {
    file.section(
      "/** A value that JSON can carry. */",
      "export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };",
    );
  }
  for (const resource of model.resources) emitResource(file, resource);
  return file.toString();
}

/** The fields of what a store holds. */
function fieldsOf({ value, fields }: StoreModel): readonly ValueFieldModel[] {
  return fields ?? (value?.type === "field" ? [value.field] : (value?.fields ?? []));
}

/** Whether the store takes any JSON: a session whose data is not described. */
export const holdsAny = ({ type, value }: StoreModel): boolean => type === "session" && value === null;

function emitResource(file: SourceFile, resource: ResourceModel): void {
  const { typeName, fields } = resource;
  const visible = fields.filter(({ hidden }) => !hidden);
  const writable = fields.filter((field) => field.writable || field.clientId);
  const row = visible.flatMap((field) => member(field, false));
  file.section(...shape(`A row of ${resource.key}, as the API shows it.`, typeName, row));
  if (offers(resource, "create")) {
    const members = writable.flatMap((field) => member(field, mayOmit(field)));
    file.section(...shape(`What a new ${typeName} is made from.`, `${typeName}Create`, members));
  }
  if (offers(resource, "update")) {
    const changeable = writable.filter(({ kind }) => kind !== "id");
    const patch = changeable.flatMap((field) => member(field, true));
    file.section(...shape(`A change of a ${typeName}: the fields to set.`, `${typeName}Update`, patch));
    const whole = changeable.flatMap((field) => member(field, mayOmit(field)));
    const doc = `A whole new content of a ${typeName}: what is left out goes back to its default.`;
    file.section(...shape(doc, `${typeName}Replace`, whole));
  }
}
