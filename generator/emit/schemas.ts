/** `schemas.ts`: zod validators of what clients send. */
import type { JsonShape } from "../../schema/json-shape.ts";
import type { FieldModel, Model, ResourceModel, ValueFieldModel } from "../model/types.ts";
import { channelSchemaNames, channelSchemas } from "./channels.ts";
import { array, call, type Expression, layOut } from "./expression.ts";
import { importedScope } from "./json.ts";
import { type SchemaScope, schemaOf } from "./json-schema.ts";
import { nestedSchema, nestedSchemaName } from "./nested.ts";
import { procedureSchemaNames, procedureSchemas } from "./procedures.ts";
import { offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { aType, expression, list, numeral, property, propertyName, quote } from "./text.ts";

/** The body validators of a resource, by name. */
export const schemaNames = (resource: ResourceModel) => ({
  fields: `${resource.valueName}Fields`,
  create: `${resource.valueName}Create`,
  update: `${resource.valueName}Update`,
  replace: `${resource.valueName}Replace`,
});

/** Validators that several fields share. Each is written only where a schema has asked for it. */
export const shared = {
  id: ["/** Ids are stored in lower case. */", "const id = z.uuid().check(z.toLowerCase());"],
  timestamp: [
    "/** Any offset comes in; UTC with milliseconds is stored, so that text order is the order in time. */",
    "const timestamp = z.pipe(",
    "  z.iso.datetime({ offset: true }),",
    "  z.string().check(",
    "    z.overwrite((text) => new Date(text).toISOString()),",
    `    z.length(24, "Must lie in the years 0 to 9999"),`,
    "  ),",
    ");",
  ],
  json: [
    "/** Any JSON but null; a body holds nothing else than JSON. */",
    `const json = z.custom<JsonValue>((value) => value !== undefined && value !== null, "Must be a JSON value");`,
  ],
  url: [
    "/** Kept as it is sent. Other schemes, such as `javascript:`, are no addresses to link to. */",
    "const url = z.refine<string>(",
    "  (text) => /^https?:\\S+$/i.test(text) && URL.canParse(text),",
    `  "Must be an http or https URL",`,
    ");",
  ],
} as const;

/** Asks for a shared validator; returns its name. */
export type Share = (name: keyof typeof shared) => string;

export function emitSchemas(model: Model): string {
  const resources = model.resources.filter(
    (resource) => offers(resource, "create") || offers(resource, "update"),
  );
  const file = new SourceFile(ownNames(model));
  const asked = [...procedureSchemaNames(model), ...channelSchemaNames(model)];
  if (resources.length === 0 && asked.length === 0) return file.section("export {};").toString();
  const used = new Set<keyof typeof shared>();
  const share: Share = (name) => {
    used.add(name);
    return name;
  };
  const scope = importedScope(file, model);
  const sections = [
    ...resources.flatMap((resource) => resourceSections(model, resource, share, scope)),
    ...procedureSchemas(model, share, scope),
    ...channelSchemas(model, share, scope),
  ];
  file.use("zod/mini", "* as z");
  // By its own name: `z.locales` is an object, and would bring all forty languages into the Worker.
  const en = file.use("zod/locales", "en");
  file.section(
    "/** Largest body that a request may have, in bytes. */",
    `export const bodyLimit = ${numeral(model.bodyLimit)};`,
    "",
    `z.config(${en}());`,
  );
  if (used.has("json")) file.useType("./types.js", "JsonValue");
  for (const name of ["id", "timestamp", "url", "json"] as const)
    if (used.has(name)) file.section(...shared[name]);
  for (const lines of sections) file.section(...lines);
  for (const resource of resources) {
    const nested = nestedSchema(model, resource);
    if (nested.length > 0) file.section(...nested);
  }
  return file.toString();
}

/** The names that the file declares: an import of the same name gets another one. */
function ownNames(model: Model): string[] {
  return [
    ...["z", "bodyLimit", ...Object.keys(shared)],
    ...model.resources.flatMap((resource) => [
      ...Object.values(schemaNames(resource)),
      nestedSchemaName(resource),
    ]),
  ];
}

function resourceSections(
  model: Model,
  resource: ResourceModel,
  share: Share,
  scope: SchemaScope,
): string[][] {
  const names = schemaNames(resource);
  const path = `${model.basePath}/${resource.route}`;
  const writable = resource.fields.filter((field) => field.writable && field.kind !== "id");
  const [creates, updates] = [offers(resource, "create"), offers(resource, "update")];
  const sections: string[][] = [];
  if (updates || writable.length > 0) {
    const entries = writable.map((field) =>
      field.shape === null ? entry(field, valueSchema(field, share)) : jsonEntry(field, field.shape, scope),
    );
    const doc = `/** What the fields of ${aType(resource.typeName)} accept. */`;
    sections.push([doc, ...block(`const ${names.fields} = {`, entries, "};")]);
  }
  const rowType = (): string => scope.type(resource.typeName);
  const created = writable.map((field) => defaultEntry(field, property(names.fields, field.name), rowType));
  if (creates) {
    const id = resource.fields.some((field) => field.clientId) ? [`  id: z.optional(${share("id")}),`] : [];
    const doc = `/** Body of \`POST ${path}\`. */`;
    sections.push([
      doc,
      ...block(`export const ${names.create} = z.strictObject({`, [...id, ...created], "});"),
    ]);
  }
  if (updates) {
    const replace = ["  id: z.optional(z.string()),", ...created];
    sections.push(
      [
        `/** Body of \`PATCH ${path}/:id\`. */`,
        `export const ${names.update} = z.partial(z.strictObject(${names.fields}));`,
      ],
      [
        `/** Body of \`PUT ${path}/:id\`. */`,
        ...block(`export const ${names.replace} = z.strictObject({`, replace, "});"),
      ],
    );
  }
  return sections;
}

/** An object over several lines, or closed at once when it is empty. */
const block = (open: string, lines: readonly string[], close: string): string[] =>
  lines.length === 0 ? [open + close] : [open, ...lines, close];

/** The line of a field in a schema of several. */
export const entry = (field: ValueFieldModel, schema: Expression): string =>
  layOut(`  ${propertyName(field.name)}: `, schema, ",");

/** The line of a json field that has a type, or its lines. */
export function jsonEntry(field: ValueFieldModel, shape: JsonShape, scope: SchemaScope): string {
  const schema = schemaOf(shape, scope);
  return layOut(
    `  ${propertyName(field.name)}: `,
    field.nullable ? call("z.nullable", [schema]) : schema,
    ",",
  );
}

/** The line of a field in a schema of a whole row. */
export function defaultEntry(field: FieldModel, schema: string, rowType: () => string): string {
  if (field.default === undefined)
    return entry(field, field.nullable ? `z._default(${schema}, null)` : schema);
  const value = expression(field.default);
  // An array or object is made anew for each row: one value would be shared by all of them.
  if (typeof field.default !== "object" || field.default === null)
    return entry(field, `z._default(${schema}, ${value})`);
  // What a function returns would lose its literal types without a type of its own.
  const isTyped = field.shape !== null && Object.keys(field.default).length > 0;
  const type = isTyped ? `: ${rowType()}[${quote(field.name)}]` : "";
  if (Array.isArray(field.default)) return entry(field, `z._default(${schema}, ()${type} => ${value})`);
  const members = Object.entries(field.default).map(
    ([key, item]) => `${propertyName(key)}: ${expression(item)}`,
  );
  return list(
    `  ${propertyName(field.name)}: z._default(${schema}, ()${type} => (`,
    "{ ",
    members,
    "}",
    ")),",
  );
}

/** The validator of a field's values. */
export function valueSchema(field: ValueFieldModel, share: Share): Expression {
  const schema = kindSchema(field, share);
  return field.nullable ? call("z.nullable", [schema]) : schema;
}

function kindSchema(field: ValueFieldModel, share: Share): Expression {
  switch (field.kind) {
    case "integer":
      return checked("z.int()", bounds(field));
    case "number":
      return checked("z.number()", bounds(field));
    case "boolean":
      return "z.boolean()";
    case "enum":
      return call("z.enum", [array(field.values.map(quote))]);
    case "json":
      return share("json");
    case "timestamp":
      return share("timestamp");
    case "ref":
      return share("id");
    default:
      return textSchema(field, share);
  }
}

function textSchema(field: ValueFieldModel, share: Share): string {
  const checks = [
    ...(field.trim ? ["z.trim()"] : []),
    ...(field.format === null ? [] : [field.format === "url" ? share("url") : "z.email()"]),
    ...(field.min === null ? [] : [`z.minLength(${field.min})`]),
    ...(field.max === null ? [] : [`z.maxLength(${field.max})`]),
    ...(field.regex === null ? [] : [`z.regex(${regexLiteral(field.regex)})`]),
  ];
  return checked("z.string()", checks);
}

const bounds = (field: ValueFieldModel): string[] => [
  ...(field.min === null ? [] : [`z.gte(${field.min})`]),
  ...(field.max === null ? [] : [`z.lte(${field.max})`]),
];

const checked = (schema: string, checks: readonly string[]): string =>
  checks.length === 0 ? schema : `${schema}.check(${checks.join(", ")})`;

/** `RegExp.prototype.source` has escaped its slashes already, unless a config made the data by hand. */
function regexLiteral({ source, flags }: { source: string; flags: string }): string {
  return `/${source.replaceAll(/(?<!\\)\//g, "\\/")}/${flags}`;
}
