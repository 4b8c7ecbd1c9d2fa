/** The definitions of the stores in `kv.ts`: what each holds, and where. */
import type { KVModel, Model, StoreModel, StoreValueModel, ValueFieldModel } from "../model/types.ts";
import { call, layOut } from "./expression.ts";
import { importedScope, storeFields } from "./json.ts";
import { type SchemaScope, schemaOf } from "./json-schema.ts";
import { entry, jsonEntry, type Share, type shared, valueSchema } from "./schemas.ts";
import type { SourceFile } from "./source-file.ts";
import { fits, list, numeral, propertyName, quote } from "./text.ts";

const module = "covara/runtime/kv";

/** Validators that other definitions use, and the names under which the file has them. */
export interface Definitions {
  /** Shared validators that were asked for, with the names that they have in this file. */
  readonly shared: ReadonlyMap<keyof typeof shared, string>;
  /** Declarations that the stores refer to. */
  readonly sections: readonly (readonly string[])[];
  /** The object of all stores. */
  readonly stores: readonly string[];
}

/** Where the names of functions and validators come from. */
export interface StoreContext {
  readonly jsonTypes: Model["jsonTypes"];
  readonly file: SourceFile;
  /** Local names of the functions of a store, by their own. */
  readonly functions: (store: StoreModel) => readonly (readonly [name: string, local: string])[];
  /** The name of the constant with a store's functions, where they do not fit into its definition. */
  readonly functionsConstant: (store: StoreModel) => string | null;
}

export function emitDefinitions(kv: KVModel, context: StoreContext): Definitions {
  const used = new Map<keyof typeof shared, string>();
  // `json` is the codec here.
  const share: Share = (name) => {
    const local = name === "json" ? "anyJson" : name;
    used.set(name, local);
    return local;
  };
  const sections: string[][] = [];
  const emission: StoreEmission = {
    ...context,
    share,
    json: importedScope(context.file, context),
    declare(name, doc, lines) {
      sections.push([`/** ${doc} */`, ...lines(name)]);
      return name;
    },
  };
  const entries = kv.stores.map((store) => definition(store, emission));
  return {
    shared: used,
    sections,
    stores: ["/** What each store holds, and where. */", "export const stores = {", ...entries, "};"],
  };
}

interface StoreEmission extends StoreContext {
  readonly share: Share;
  /** What validators of JSON that has a type may name. */
  readonly json: SchemaScope;
  /** Adds a constant before the stores; returns its name. */
  declare(name: string, doc: string, lines: (name: string) => readonly string[]): string;
}

function definition(store: StoreModel, e: StoreEmission): string {
  const make = e.file.use(module, store.type);
  const options = [
    `prefix: ${quote(store.prefix)}`,
    `object: ${quote(store.object)}`,
    ...numbers({ shards: store.shards }),
    ...(store.shardBy === null ? [] : [`shardBy: ${quote(store.shardBy)}`]),
    ...movedFrom(store),
    ...numbers({ ttl: store.ttl, idle: store.idle, max: store.max }),
    ...(store.rate === null ? [] : numbers({ ...store.rate })),
    ...contents(store, e),
    ...functions(store, e),
  ];
  return list(`  ${propertyName(store.key)}: ${make}(`, "{ ", options, "}", "),");
}

function movedFrom({ movedFrom: former }: StoreModel): string[] {
  if (former === null) return [];
  const parts = [`object: ${quote(former.object)}`, ...numbers({ shards: former.shards })];
  return [`movedFrom: { ${parts.join(", ")} }`];
}

const numbers = (values: Readonly<Record<string, number | null>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${numeral(value)}`]));

/** The option that says what a store holds; none where it is text. */
function contents(store: StoreModel, e: StoreEmission): string[] {
  const { value, fields } = store;
  if (fields !== null) {
    const items = fields.map((field) => {
      const name = propertyName(field.name);
      return `${name}: ${codec(field, store, `      ${name}: `, e)}`;
    });
    return [list("    fields: ", "{ ", items, "}").trimStart()];
  }
  if (value === null || isPlainText(value)) return [];
  const option =
    store.type === "session" ? "data" : store.type.toLowerCase().endsWith("set") ? "member" : "value";
  if (value.type === "field") return [`${option}: ${codec(value.field, store, `    ${option}: `, e)}`];
  e.file.use("zod/mini", "* as z");
  const lines = value.fields.map((field) =>
    field.shape === null
      ? entry(field, valueSchema(field, e.share))
      : jsonEntry(field, field.shape, e.json),
  );
  const doc = `What ${described(store)} accepts.`;
  const schema = e.declare(schemaName(store.typeName), doc, (name) => [
    `const ${name} = z.object({`,
    ...lines,
    "});",
  ]);
  return [`${option}: ${e.file.use(module, "json")}(${schema})`];
}

const schemaName = (typeName: string): string =>
  `${typeName[0]?.toLowerCase() ?? ""}${typeName.slice(1)}Schema`;

/** What a store holds, in words. */
export function described({ type, key }: StoreModel): string {
  const what = {
    hash: "a field",
    set: "a member",
    sortedSet: "a member",
    list: "an element",
    session: "a session",
  };
  return `${type in what ? what[type as keyof typeof what] : "a value"} of \`${key}\``;
}

/** Text without any checks, which is what a store holds unless it says otherwise. */
export function isPlainText(value: StoreValueModel): boolean {
  return value.type === "field" && value.field.kind === "text" && !isChecked(value.field);
}

const isChecked = ({ min, max, format, regex, trim }: ValueFieldModel): boolean =>
  min !== null || max !== null || format !== null || regex !== null || trim;

/** How values of a field are made text. A validator that does not fit on the line gets one of its own. */
function codec(field: ValueFieldModel, store: StoreModel, before: string, e: StoreEmission): string {
  const use = (name: string): string => e.file.use(module, name);
  if (field.kind === "boolean") return `${use("boolean")}()`;
  if (field.shape !== null) {
    const value = schemaOf(field.shape, e.json);
    const line = layOut(before, call(use("json"), [value]), ",");
    if (line.includes("z.")) e.file.use("zod/mini", "* as z");
    if (!line.includes("\n")) return line.slice(before.length, -1);
    return `${use("json")}(${declared(field, store, e, (name) => layOut(`const ${name} = `, value, ";"))})`;
  }
  if (field.kind === "json") return `${use("json")}<${e.file.useType("./types.js", "JsonValue")}>()`;
  const numeric = field.kind === "integer" || field.kind === "number";
  const make = use(numeric ? "number" : "text");
  if ((field.kind === "number" || field.kind === "text") && !isChecked(field)) return `${make}()`;
  e.file.use("zod/mini", "* as z");
  const schema = valueSchema(field, e.share);
  if (fits(`${before}${make}(${schema}),`) && !schema.includes("\n")) return `${make}(${schema})`;
  return `${make}(${declared(field, store, e, (name) => `const ${name} = ${schema};`)})`;
}

/** Declares the validator of a field under a name of its own; returns the name. */
function declared(
  field: ValueFieldModel,
  store: StoreModel,
  e: StoreEmission,
  line: (name: string) => string,
): string {
  const doc = `What \`${field.name}\` of ${store.key} accepts.`;
  return e.declare(fieldSchemaName(store, field), doc, (name) => [line(name)]);
}

function fieldSchemaName({ typeName }: StoreModel, { name }: ValueFieldModel): string {
  return schemaName(`${typeName}${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`);
}

/** The names that validators of a store may have in the file. */
export const schemaNames = (store: StoreModel): string[] => [
  schemaName(store.typeName),
  ...storeFields(store).map((field) => fieldSchemaName(store, field)),
];

function functions(store: StoreModel, e: StoreEmission): string[] {
  const constant = e.functionsConstant(store);
  if (constant !== null) return [`functions: ${constant}`];
  const entries = e.functions(store);
  return entries.length === 0 ? [] : [`functions: { ${shorthand(entries).join(", ")} }`];
}

/** Members of an object that has each function under its own name. */
export const shorthand = (entries: readonly (readonly [name: string, local: string])[]): string[] =>
  entries.map(([name, local]) => (name === local ? name : `${propertyName(name)}: ${local}`));
