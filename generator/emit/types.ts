/** `types.ts`: the shapes of rows and inputs, shared by routes, hooks and clients. */
import type { JsonShape } from "../../schema/json-shape.ts";
import type { Model, ResourceModel, ValueFieldModel } from "../model/types.ts";
import { channelFields, channelTypes } from "./channels.ts";
import { markedType } from "./client-soft-delete.ts";
import { visibleFields } from "./computed.ts";
import { storeFields } from "./json.ts";
import { declaration, inlineType, type TypeName, typed, typeNames } from "./json-type.ts";
import { nestedType } from "./nested.ts";
import { mayOmit } from "./new-row.ts";
import { procedureFields, procedureTypes } from "./procedures.ts";
import { offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { aType, propertyName, quote } from "./text.ts";

/**
 * The TypeScript type of a field's values on one line, without null.
 *
 * @param nameOf Imports a type of `types.ts`, for other files.
 */
export function valueType(
  field: Pick<ValueFieldModel, "kind" | "values" | "shape">,
  nameOf?: TypeName,
): string {
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
      return inlineType(field.shape ?? { type: "json" }, nameOf);
    default:
      return "string";
  }
}

/** The line of a field in an interface, or its lines. */
export function memberLine(field: Typed, optional: boolean, nameOf?: TypeName): string {
  const before = `  ${propertyName(field.name)}${optional ? "?" : ""}: `;
  const type = shapeOf(field);
  if (type === null) return `${before}${valueType(field, nameOf)}${field.nullable ? " | null" : ""};`;
  const own = type.type === "union" ? type.shapes : [type];
  const whole: JsonShape = field.nullable ? { type: "union", shapes: [...own, { type: "null" }] } : type;
  return typed(before, whole, ";", nameOf);
}

/** What a line depends on. */
type Typed = Pick<ValueFieldModel, "name" | "kind" | "values" | "shape" | "nullable">;

/** The shape of values whose type may need several lines. */
function shapeOf({ kind, values, shape }: Typed): JsonShape | null {
  if (kind !== "enum") return kind === "json" ? shape : null;
  return { type: "union", shapes: values.map((value) => ({ type: "literal", value })) };
}

const notes: Partial<Record<ValueFieldModel["kind"], string>> = {
  timestamp: "ISO 8601 in UTC with milliseconds.",
  version: "Rises with every change.",
};

/** The lines of a field in an interface. */
export function member(field: ValueFieldModel, optional: boolean, nameOf?: TypeName): string[] {
  const note = notes[field.kind];
  const line = memberLine(field, optional, nameOf);
  return note === undefined ? [line] : [`  /** ${note} */`, line];
}

function shape(doc: string, name: string, members: readonly string[]): string[] {
  const head = `/** ${doc} */`;
  if (members.length === 0) return [head, `export type ${name} = Record<string, never>;`];
  return [head, `export interface ${name} {`, ...members, "}"];
}

/** @param copy What is special about the types of a copy of the client; null for those of the application. */
export function emitTypes(model: Model, copy: { readonly hasDates: boolean } | null = null): string {
  const file = new SourceFile();
  if (needsJsonValue(model)) {
    file.section(
      "/** A value that JSON can carry. */",
      "export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };",
    );
  }
  for (const type of model.jsonTypes) file.section(...declaration(type));
  for (const resource of model.resources) emitResource(file, resource);
  for (const lines of procedureTypes(model)) file.section(...lines);
  for (const lines of channelTypes(model, copy)) file.section(...lines);
  for (const resource of model.resources) {
    const nested = nestedType(model, resource);
    if (nested.length > 0) file.section(...nested);
  }
  return file.toString();
}

/** Whether any type of the application is, or holds, any JSON. */
function needsJsonValue(model: Model): boolean {
  const { resources, auth, kv, jsonTypes } = model;
  const fields = [
    ...resources.flatMap(({ fields, computed }) => [...fields, ...computed.fields]),
    ...procedureFields(model),
    ...channelFields(model),
    ...(kv?.stores ?? []).flatMap(storeFields),
    ...(auth?.userFields ?? []),
  ];
  const shapes = [
    ...fields.filter(({ kind }) => kind === "json").map(({ shape }) => shape),
    ...jsonTypes.map(({ shape }) => shape),
  ];
  return shapes.some((shape) => typeNames(shape).includes("JsonValue"));
}

function emitResource(file: SourceFile, resource: ResourceModel): void {
  const { typeName, fields } = resource;
  const writable = fields.filter((field) => field.writable || field.clientId);
  const row = visibleFields(resource).flatMap((field) => member(field, false));
  file.section(...shape(`A row of ${resource.key}, as the API shows it.`, typeName, row));
  if (offers(resource, "readDeleted") && resource.deletedAt !== null) {
    file.section(
      `/** A row of ${resource.key} where deleted ones were asked for too. */`,
      `export interface ${markedType(resource)} extends ${typeName} {`,
      "  /** When it was deleted; null where it is not. ISO 8601 in UTC with milliseconds. */",
      memberLine(resource.deletedAt, false),
      "}",
    );
  }
  if (offers(resource, "create")) {
    const members = writable.flatMap((field) => member(field, mayOmit(field)));
    file.section(...shape(`What a new ${typeName} is made from.`, `${typeName}Create`, members));
  }
  if (offers(resource, "update")) {
    const changeable = writable.filter(({ kind }) => kind !== "id");
    const patch = changeable.flatMap((field) => member(field, true));
    file.section(...shape(`A change of ${aType(typeName)}: the fields to set.`, `${typeName}Update`, patch));
    const whole = changeable.flatMap((field) => member(field, mayOmit(field)));
    const doc = `A whole new content of ${aType(typeName)}: what is left out goes back to its default.`;
    file.section(...shape(doc, `${typeName}Replace`, whole));
  }
}
