/** `kv.ts`: the key-value stores, their commands by type, and the way to them from a Worker. */
import type { JsonShape } from "../../schema/json-shape.ts";
import { kvBinding } from "../model/kv-names.ts";
import { reservedIdentifiers } from "../model/reserved.ts";
import type { KVModel, Model, ObjectModel, StoreModel } from "../model/types.ts";
import { declaration, type TypeName } from "./json-type.ts";
import { described, emitDefinitions, isPlainText, schemaNames, shorthand } from "./kv-stores.ts";
import { shared } from "./schemas.ts";
import { SourceFile } from "./source-file.ts";
import { fits, list, propertyName, quote } from "./text.ts";
import { holdsAny, member, valueType } from "./types.ts";

const module = "covara/runtime/kv";

/** Names of the file's own besides those of types that stores hold. */
const ownNames = [
  "stores",
  "Stores",
  "KV",
  "KVTransaction",
  "kv",
  "env",
  "connect",
  "z",
  "anyJson",
  "timestamp",
  "url",
];

export function emitKV(
  kv: KVModel,
  jsonTypes: Model["jsonTypes"],
  userModule: (path: string) => string,
): string {
  const file = new SourceFile([
    ...[...reservedIdentifiers].filter((name) => name !== "env" && name !== "z"),
    ...ownNames,
    ...kv.stores.flatMap((store) => [
      ...(hasOwnType(store) ? [store.typeName] : []),
      `${lower(store.typeName)}Functions`,
      ...schemaNames(store),
    ]),
    ...kv.objects.flatMap(({ typeName }) => [`${typeName}Stores`, `${typeName}Transaction`]),
  ]);
  const types = new StoreTypes(file);
  const functions = new Map(
    kv.stores.map(({ key, functions: own }) => [
      key,
      (own?.exports ?? []).map((name) => [name, file.use(userModule(own?.module ?? ""), name)] as const),
    ]),
  );
  const functionsOf = (store: StoreModel) => functions.get(store.key) ?? [];
  const facades = kv.stores.flatMap((store) => types.facade(store, functionsOf(store)));
  const constant = (store: StoreModel) => facades.find(({ key }) => key === store.key)?.constant ?? null;
  const definitions = emitDefinitions(kv, { file, jsonTypes, functions: functionsOf, functionsConstant: constant });

  if (definitions.shared.has("json")) file.useType("./types.js", "JsonValue");
  const validates = definitions.shared.size > 0 || file.uses("zod/mini");
  // By its own name: `z.locales` is an object, and would bring all forty languages into the Worker.
  if (validates) file.section(`z.config(${file.use("zod/locales", "en")}());`);
  for (const name of ["timestamp", "url", "json"] as const) {
    const local = definitions.shared.get(name);
    if (local === undefined) continue;
    file.section(...shared[name].map((line) => line.replace(`const ${name} = `, `const ${local} = `)));
  }
  for (const lines of definitions.sections) file.section(...lines);
  for (const store of kv.stores) {
    const name = constant(store);
    if (name === null) continue;
    file.section(list(`const ${name} = `, "{ ", shorthand(functionsOf(store)), "}", ";"));
  }
  file.section(...definitions.stores);
  for (const store of kv.stores) {
    const lines = types.declaration(store);
    if (lines.length > 0) file.section(...lines);
  }
  emitObjects(kv, file, types);
  emitFacade(kv, file, facades);
  return file.toString();
}

const lower = (name: string): string => `${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`;

/** The interfaces of the stores that share an object, and what functions see of them. */
function emitObjects(kv: KVModel, file: SourceFile, types: StoreTypes): void {
  const [first, ...others] = kv.objects;
  if (first === undefined) return;
  const mode = file.useType(module, "ReplyMode");
  const several = others.length > 0;
  const lines = ({ stores }: ObjectModel): string[] =>
    stores.flatMap((key) => {
      const store = kv.stores.find((candidate) => candidate.key === key);
      return store === undefined ? [] : [`  readonly ${propertyName(key)}: ${types.commands(store, "R")};`];
    });
  const meaning = "`R` says how replies come: as promises, queued, or at once.";
  if (!several) {
    file.section(
      `/** The commands of each store. ${meaning} */`,
      `export interface Stores<R extends ${mode}> {`,
      ...lines(first),
      "}",
    );
  } else {
    for (const object of kv.objects) {
      file.section(
        `/** The stores in the object \`${object.name}\`. ${meaning} */`,
        `export interface ${object.typeName}Stores<R extends ${mode}> {`,
        ...lines(object),
        "}",
      );
    }
    const parents = kv.objects.map(({ typeName }) => `${typeName}Stores<R>`);
    file.section(
      "/** All stores with commands. */",
      ...extending(`export interface Stores<R extends ${mode}>`, parents),
    );
  }
  for (const object of kv.objects) {
    const isMain = !several || object.name === "main";
    const name = isMain ? "KVTransaction" : `${object.typeName}Transaction`;
    const stores = several ? `${object.typeName}Stores` : "Stores";
    const where = several ? ` \`${object.name}\`` : "";
    file.section(
      `/** What a function that runs inside the object${where} sees of it: \`(tx: ${name}, …) => …\`. */`,
      `export type ${name} = ${stores}<"value">;`,
    );
  }
}

/** An interface without members of its own. */
function extending(head: string, parents: readonly string[]): string[] {
  const line = `${head} extends ${parents.join(", ")} {}`;
  return fits(line)
    ? [line]
    : [
        head,
        ...parents.map(
          (parent, index) =>
            `${index === 0 ? "  extends " : "    "}${parent}${index === parents.length - 1 ? " {}" : ","}`,
        ),
      ];
}

function emitFacade(kv: KVModel, file: SourceFile, facades: readonly Facade[]): void {
  const open = file.use(module, "accessor");
  const env = file.useType("./env.js", "Env");
  const members = facades.map(({ line }) => line);
  if (kv.objects.length > 0) {
    const [multi, pipeline] = [file.useType(module, "Multi"), file.useType(module, "Pipeline")];
    const names =
      kv.objects.length === 1 ? ["Stores"] : kv.objects.map(({ typeName }) => `${typeName}Stores`);
    const parts = names.map((name) => `${multi}<${name}<"queued">>`);
    const one = `  readonly multi: ${parts.join(" & ")};`;
    members.push(
      "  /** Runs commands of one object in one transaction: all of them, or none. */",
      ...(fits(one) ? [one] : [`  readonly multi: ${parts.join(" &\n    ")};`]),
      "  /** Sends commands together, each for itself. */",
      `  readonly pipeline: ${pipeline}<Stores<"queued">>;`,
    );
  }
  const parent = kv.objects.length > 0 ? ` extends Stores<"promise">` : "";
  file.section("/** What `kv(env)` gives. */", `export interface KV${parent} {`, ...members, "}");
  const [first] = kv.stores;
  const example = first === undefined ? "" : `: \`${exampleOf(first)}\``;
  file.section(
    `const connect = ${open}(stores);`,
    "",
    `/** The stores, as the bindings of a request reach them${example}. */`,
    `export function kv(env: ${env}): KV {`,
    `  return connect(env.${kvBinding});`,
    "}",
  );
}

function exampleOf(store: StoreModel): string {
  const calls: Readonly<Record<StoreModel["type"], string>> = {
    string: `get("key")`,
    counter: `incr("key")`,
    hash: `hgetall("key")`,
    set: `smembers("key")`,
    list: `lrange("key", 0, -1)`,
    sortedSet: `zrange("key", 0, -1)`,
    session: "get(token)",
    rateLimit: `limit("key")`,
  };
  const name = propertyName(store.key);
  return `await kv(c.env).${name}.${calls[store.type]}`;
}

interface Facade {
  readonly key: string;
  /** The store's line in `KV`. */
  readonly line: string;
  /** The constant that holds the store's functions, where they are too many for a line. */
  readonly constant: string | null;
}

/** Whether what the store holds has a type of its own. */
const hasOwnType = (store: StoreModel): boolean =>
  store.fields !== null ||
  store.value?.type === "object" ||
  store.value?.field.kind === "enum" ||
  ownShape(store) !== null;

/** The shape of the JSON that a store holds, where it has no name and is more than a word. */
function ownShape({ value }: StoreModel): JsonShape | null {
  const shape = value?.type === "field" ? value.field.shape : null;
  if (shape === null) return null;
  const item = shape.type === "array" ? shape.items : shape;
  return item.type === "reference" || item.type in { string: 0, number: 0, boolean: 0, json: 0 } ? null : shape;
}

/** The types of what stores hold and of their commands. */
class StoreTypes {
  readonly #file: SourceFile;
  /** Imports a type of `types.ts`. */
  readonly #nameOf: TypeName;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#nameOf = (name) => file.useType("./types.js", name);
  }

  /** The store in `KV`, where it has more than its commands, or none of Redis's. */
  facade(store: StoreModel, functions: readonly (readonly [name: string, local: string])[]): Facade[] {
    const { key, type } = store;
    const name = `  readonly ${propertyName(key)}: `;
    if (type === "session" || type === "rateLimit") {
      return [{ key, line: `${name}${this.commands(store, "")};`, constant: null }];
    }
    if (functions.length === 0) return [];
    const commands = this.commands(store, `"promise"`);
    const wrapper = this.#file.useType(module, "Functions");
    const members = functions.map(([own, local]) => `${propertyName(own)}: typeof ${local}`);
    const line = `${name}${commands} & ${wrapper}<{ ${members.join("; ")} }>;`;
    if (fits(line)) return [{ key, line, constant: null }];
    const constant = `${lower(store.typeName)}Functions`;
    const short = `${name}${commands} & ${wrapper}<typeof ${constant}>;`;
    const broken = `${name}${commands} &\n    ${wrapper}<typeof ${constant}>;`;
    return [{ key, line: fits(short) ? short : broken, constant }];
  }

  /** The interface of the store's commands. */
  commands(store: StoreModel, mode: string): string {
    const { type, value } = store;
    const use = (name: string): string => this.#file.useType(module, name);
    const key = store.shards === null && store.shardBy === null ? [] : [use("Tagged")];
    const of = (name: string, ...before: string[]): string =>
      `${use(name)}<${[...before, mode, ...key].join(", ")}>`;
    switch (type) {
      case "string": {
        // Only where the store has no validator could a part of a text be changed without breaking it.
        const plain = value === null || isPlainText(value);
        return of(plain ? "StringCommands" : "JsonStringCommands", this.#value(store));
      }
      case "counter":
        return of("CounterCommands");
      case "hash":
        return of(
          "HashCommands",
          store.fields === null ? `Record<string, ${this.#value(store)}>` : store.typeName,
        );
      case "set":
        return of("SetCommands", this.#value(store));
      case "list":
        return of("ListCommands", this.#value(store));
      case "sortedSet":
        return of("SortedSetCommands", this.#value(store));
      case "session":
        return `${use("SessionCommands")}<${this.#value(store)}>`;
      case "rateLimit":
        return use("RateLimitCommands");
    }
  }

  /** The type of what the store holds, where it has a name. */
  declaration(store: StoreModel): string[] {
    const { key, typeName, value, fields } = store;
    const what = described(store);
    const members = fields ?? (value?.type === "object" ? value.fields : null);
    if (members !== null) {
      const doc = fields === null ? `What ${what} is.` : `The fields of a hash of \`${key}\`.`;
      const lines = members.flatMap((field) => member(field, false, this.#nameOf));
      return [`/** ${doc} */`, `export interface ${typeName} {`, ...lines, "}"];
    }
    const own = ownShape(store);
    if (own !== null)
      return declaration({ name: typeName, shape: own, doc: `What ${what} is.` }, this.#nameOf);
    if (value?.type !== "field" || value.field.kind !== "enum") return [];
    const line = `export type ${typeName} = ${valueType(value.field)};`;
    const doc = `/** What ${what} is. */`;
    if (fits(line)) return [doc, line];
    const lines = value.field.values.map((one) => `  | ${quote(one)}`);
    return [doc, `export type ${typeName} =`, `${lines.join("\n")};`];
  }

  #value(store: StoreModel): string {
    const { value, typeName } = store;
    if (holdsAny(store)) return this.#nameOf("JsonValue");
    if (value === null) return "string";
    return hasOwnType(store) || value.type === "object" ? typeName : valueType(value.field, this.#nameOf);
  }
}
