/** The conditions that `where` takes: one member for each field that the server filters by. */
import type { ResourceModel, ValueFieldModel } from "../model/types.ts";
import { applied, interfaceHead, optionalMember, type TypeText } from "./client-layout.ts";
import { functionFields, visibleFields } from "./computed.ts";
import { offers } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { propertyName, quote } from "./text.ts";

/** `TodoWhere` */
export const whereType = (resource: ResourceModel): string => `${resource.typeName}Where`;

/** `TodoWhereWithDeleted` */
export const markedWhereType = (resource: ResourceModel): string => `${whereType(resource)}WithDeleted`;

/** Words that join conditions: a field of such a name can be asked for in the text of a filter only. */
const joining = new Set(["and", "or", "not"]);

/** The types of a resource's conditions; nothing where it cannot be read. */
export function emitWhere(file: SourceFile, resource: ResourceModel): string[] {
  if (!offers(resource, "read")) return [];
  const combined = file.useType("covara/client", "Combined");
  const name = whereType(resource);
  const functions = new Set(functionFields(resource).map((field) => field.name));
  const fields = visibleFields(resource).filter(
    (field) => !functions.has(field.name) && !joining.has(field.name),
  );
  return [
    "",
    `/** Conditions on ${resource.key}. Those of one object all have to hold. */`,
    ...interfaceHead(name, [`${combined}<${name}>`]),
    ...fields.flatMap((field) => conditionOf(file, resource, field)),
    "}",
    ...emitMarked(file, resource, combined),
  ];
}

function conditionOf(file: SourceFile, resource: ResourceModel, field: ValueFieldModel): string[] {
  const type = conditionType(file, resource, field);
  return type === null ? [] : optionalMember(propertyName(field.name), type);
}

function conditionType(
  file: SourceFile,
  { typeName }: ResourceModel,
  field: ValueFieldModel,
): TypeText | null {
  const type = (name: string): string => file.useType("covara/client", name);
  const nullable = (name: string): TypeText => (field.nullable ? `${type(name)}<null>` : type(name));
  switch (field.kind) {
    case "integer":
    case "number":
    case "version":
      return nullable("NumberCondition");
    case "boolean":
      return nullable("BooleanCondition");
    case "timestamp":
      return nullable("TimeCondition");
    case "enum":
      return applied(type("EnumCondition"), `${file.useType("./types.js", typeName)}[${quote(field.name)}]`);
    case "json":
      return field.nullable ? type("JsonCondition") : null;
    default:
      return nullable("TextCondition");
  }
}

/** The conditions where deleted rows are asked for too. */
function emitMarked(file: SourceFile, resource: ResourceModel, combined: string): string[] {
  if (!offers(resource, "readDeleted") || resource.deletedAt === null) return [];
  const name = markedWhereType(resource);
  return [
    "",
    `/** Conditions on ${resource.key} where deleted rows are asked for too. */`,
    ...interfaceHead(name, [
      `Omit<${whereType(resource)}, keyof ${combined}<unknown>>`,
      `${combined}<${name}>`,
    ]),
    `  /** When it was deleted; null where it is not. */`,
    `  deletedAt?: ${file.useType("covara/client", "TimeCondition")}<null>;`,
    "}",
  ];
}

/** Where a type of the file is named like one of these, imports get another name. */
export const whereNames = (resource: ResourceModel): string[] => [
  whereType(resource),
  ...(offers(resource, "readDeleted") ? [markedWhereType(resource)] : []),
];
