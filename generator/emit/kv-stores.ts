/** The definitions of the stores in `kv.ts`: what each holds, and where. */
import { lowerFirst } from "../model/casing.ts";
import type { KVModel, StoreModel, ValueFieldModel } from "../model/types.ts";
import { call, type Expression, layOut } from "./expression.ts";
import { type SchemaScope, schemaOf } from "./json-schema.ts";
import { isChecked, isPlainText } from "./kv-types.ts";
import { storeWords } from "./kv-words.ts";
import { entry, type Share, type shared, valueSchema } from "./schemas.ts";
import type { SourceFile } from "./source-file.ts";
import { list, numeral, propertyName, quote } from "./text.ts";

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
  readonly file: SourceFile;
  /** Validators of JSON values. */
  readonly scope: SchemaScope;
  /** Local names of the functions of a store, by their own. */
  readonly functionsOf: (store: StoreModel) => readonly (readonly [name: string, local: string])[];
  /** The constant with a store's functions, where they do not fit into its definition. */
  readonly constantOf: (store: StoreModel) => string | null;
}

export function emitDefinitions(kv: KVModel, context: StoreContext): Definitions {
  const used = new Map<keyof typeof shared, string>();
  // `json` is a codec here.
  const share: Share = (name) => {
    const local = name === "json" ? "jsonValue" : name;
    used.set(name, local);
    return local;
  };
  const sections: string[][] = [];
  const emission: StoreEmission = {
    ...context,
    share,
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
  const { type, value, fields } = store;
  if (fields !== null) {
    const items = fields.map((field) => {
      const before = `      ${propertyName(field.name)}: `;
      return codec(field, before, e).trimStart();
    });
    const option = type === "session" ? "data" : "fields";
    return [list(`    ${option}: `, "{ ", items, "}", ",").trimStart().slice(0, -1)];
  }
  if (value === null || isPlainText(store)) return [];
  const option = type === "set" || type === "sortedSet" ? "member" : "value";
  if (value.type === "field") return [codec(value.field, `    ${option}: `, e).trimStart()];
  e.file.use("zod/mini", "* as z");
  const lines = value.fields.map((field) => objectEntry(field, e));
  const schema = e.declare(schemaName(store), `What ${storeWords(store)} accepts.`, (name) => [
    `const ${name} = z.object({`,
    ...lines,
    "});",
  ]);
  return [`${option}: ${e.file.use(module, "json")}(${schema})`];
}

/** The line of a field in the validator of an object. One that was stored before the field was declared lacks it. */
function objectEntry(field: ValueFieldModel, e: StoreEmission): string {
  const schema = validator(field, e);
  return entry(field, field.nullable ? call("z._default", [schema, "null"]) : schema);
}

function validator(field: ValueFieldModel, e: StoreEmission): Expression {
  if (field.shape === null) return valueSchema(field, e.share);
  const schema = schemaOf(field.shape, e.scope);
  return field.nullable ? call("z.nullable", [schema]) : schema;
}

/** The constant with the validator of what a store holds, where that is an object. */
export const schemaName = ({ typeName }: StoreModel): string => `${lowerFirst(typeName)}StoreSchema`;

/** The property that says how values of a field are made text, without its comma. */
function codec(field: ValueFieldModel, before: string, e: StoreEmission): string {
  const use = (name: string): string => e.file.use(module, name);
  if (field.kind === "boolean") return `${before}${use("boolean")}()`;
  if (field.kind === "json" && field.shape === null)
    return `${before}${use("json")}<${e.file.useType("./types.js", "JsonValue")}>()`;
  const numeric = field.kind === "integer" || field.kind === "number";
  const make = use(field.kind === "json" ? "json" : numeric ? "number" : "text");
  if ((field.kind === "number" || field.kind === "text") && !isChecked(field)) return `${before}${make}()`;
  const text = layOut(before, call(make, [validator(field, e)]), ",").slice(0, -1);
  if (/\bz\./.test(text)) e.file.use("zod/mini", "* as z");
  return text;
}

function functions(store: StoreModel, e: StoreEmission): string[] {
  const constant = e.constantOf(store);
  if (constant !== null) return [`functions: ${constant}`];
  const entries = e.functionsOf(store);
  return entries.length === 0 ? [] : [`functions: { ${shorthand(entries).join(", ")} }`];
}

/** Members of an object that has each function under its own name. */
export const shorthand = (entries: readonly (readonly [name: string, local: string])[]): string[] =>
  entries.map(([name, local]) => (name === local ? name : `${propertyName(name)}: ${local}`));
