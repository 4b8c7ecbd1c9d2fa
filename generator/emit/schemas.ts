/** `schemas.ts`: zod validators of what clients send. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { expression, list, property, propertyName, quote } from "./text.ts";

/** The body validators of a resource, by name. */
export const schemaNames = (resource: ResourceModel) => ({
  fields: `${resource.valueName}Fields`,
  create: `${resource.valueName}Create`,
  update: `${resource.valueName}Update`,
  replace: `${resource.valueName}Replace`,
});

export function emitSchemas(model: Model): string {
  const resources = model.resources.filter(
    (resource) => offers(resource, "create") || offers(resource, "update"),
  );
  const file = new SourceFile();
  if (resources.length === 0) return file.section("export {};").toString();
  file.use("zod/mini", "* as z");
  const written = resources.flatMap(({ fields }) => fields.filter(({ writable }) => writable));
  file.section(
    "/** Largest body that a request may have, in bytes. */",
    `export const bodyLimit = ${model.bodyLimit.toLocaleString("en-US").replaceAll(",", "_")};`,
    "",
    "z.config(z.locales.en());",
  );
  if (
    written.some(({ kind }) => kind === "ref") ||
    resources.some(({ fields }) => fields.some((f) => f.clientId))
  ) {
    file.section("/** Ids are stored in lower case. */", "const id = z.uuid().check(z.toLowerCase());");
  }
  if (written.some(({ kind }) => kind === "timestamp")) {
    file.section(
      "/** Any offset comes in; UTC with milliseconds is stored, so that text order is the order in time. */",
      "const timestamp = z.pipe(",
      "  z.iso.datetime({ offset: true }),",
      "  z.string().check(",
      "    z.overwrite((text) => new Date(text).toISOString()),",
      `    z.length(24, "Must lie in the years 0 to 9999"),`,
      "  ),",
      ");",
    );
  }
  if (written.some(({ kind, nullable }) => kind === "json" && !nullable)) {
    file.section(
      "/** JSON that is not null. */",
      `const json = z.json().check(z.refine((value) => value !== null, "Must not be null"));`,
    );
  }
  for (const resource of resources) emitResource(file, model, resource);
  return file.toString();
}

function emitResource(file: SourceFile, model: Model, resource: ResourceModel): void {
  const names = schemaNames(resource);
  const path = `${model.basePath}/${resource.route}`;
  const writable = resource.fields.filter((field) => field.writable && field.kind !== "id");
  file.section(
    `/** What the fields of a ${resource.typeName} accept. */`,
    ...block(
      `const ${names.fields} = {`,
      writable.map((field) => entry(field, valueSchema(field))),
      "};",
    ),
  );
  const created = writable.map((field) =>
    entry(field, withDefault(field, property(names.fields, field.name))),
  );
  const clientId = resource.fields.some((field) => field.clientId);
  const creates = offers(resource, "create");
  const updates = offers(resource, "update");
  if (creates) {
    file.section(
      `/** Body of \`POST ${path}\`. */`,
      ...block(
        `export const ${names.create} = z.strictObject({`,
        [...(clientId ? ["  id: z.optional(id),"] : []), ...created],
        "});",
      ),
    );
  }
  if (updates) {
    file.section(
      `/** Body of \`PATCH ${path}/:id\`. */`,
      `export const ${names.update} = z.partial(z.strictObject(${names.fields}));`,
      "",
      `/** Body of \`PUT ${path}/:id\`. */`,
      ...block(
        `export const ${names.replace} = z.strictObject({`,
        ["  id: z.optional(z.string()),", ...created],
        "});",
      ),
    );
  }
}

/** An object over several lines, or closed at once when it is empty. */
const block = (open: string, lines: readonly string[], close: string): string[] =>
  lines.length === 0 ? [open + close] : [open, ...lines, close];

const entry = (field: FieldModel, schema: string): string => `  ${propertyName(field.name)}: ${schema},`;

function withDefault(field: FieldModel, schema: string): string {
  if (field.default === undefined) return field.nullable ? `z._default(${schema}, null)` : schema;
  const value = expression(field.default);
  // An array or object is made anew for each row: one value would be shared by all of them.
  if (Array.isArray(field.default)) return `z._default(${schema}, () => ${value})`;
  const isObject = typeof field.default === "object" && field.default !== null;
  return `z._default(${schema}, ${isObject ? `() => (${value})` : value})`;
}

function valueSchema(field: FieldModel): string {
  const schema = kindSchema(field);
  return field.nullable ? `z.nullable(${schema})` : schema;
}

function kindSchema(field: FieldModel): string {
  switch (field.kind) {
    case "integer":
      return checked("z.int()", bounds(field));
    case "number":
      return checked("z.number()", bounds(field));
    case "boolean":
      return "z.boolean()";
    case "enum":
      return list("", "z.enum([", field.values.map(quote), "])");
    case "json":
      return field.nullable ? "z.json()" : "json";
    case "timestamp":
      return "timestamp";
    case "ref":
      return "id";
    default:
      return textSchema(field);
  }
}

function textSchema(field: FieldModel): string {
  const checks = [
    ...(field.trim ? ["z.trim()"] : []),
    ...(field.format === null ? [] : [`z.${field.format}()`]),
    ...(field.min === null ? [] : [`z.minLength(${field.min})`]),
    ...(field.max === null ? [] : [`z.maxLength(${field.max})`]),
    ...(field.regex === null ? [] : [`z.regex(${regexLiteral(field.regex)})`]),
  ];
  return checked("z.string()", checks);
}

const bounds = (field: FieldModel): string[] => [
  ...(field.min === null ? [] : [`z.gte(${field.min})`]),
  ...(field.max === null ? [] : [`z.lte(${field.max})`]),
];

const checked = (schema: string, checks: readonly string[]): string =>
  checks.length === 0 ? schema : `${schema}.check(${checks.join(", ")})`;

/** `RegExp.prototype.source` has escaped its slashes already, unless a config made the data by hand. */
function regexLiteral({ source, flags }: { source: string; flags: string }): string {
  return `/${source.replaceAll(/(?<!\\)\//g, "\\/")}/${flags}`;
}
