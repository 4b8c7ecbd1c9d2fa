/** `kv.ts`: the key-value stores, their commands by type, and the way to them from a Worker. */
import { kvBinding } from "../model/kv-names.ts";
import { reservedIdentifiers } from "../model/reserved.ts";
import type { KVModel, Model, ObjectModel, StoreModel } from "../model/types.ts";
import { call, layOut } from "./expression.ts";
import { importedScope } from "./json.ts";
import { emitDefinitions, schemaName, shorthand } from "./kv-stores.ts";
import { type Facade, functionsConstant, hasOwnType, StoreTypes } from "./kv-types.ts";
import { shared } from "./schemas.ts";
import { SourceFile } from "./source-file.ts";
import { fits, list, propertyName, quote } from "./text.ts";

const module = "covara/runtime/kv";

export function emitKV(model: Model, kv: KVModel, userModule: (path: string) => string): string {
  const file = new SourceFile(ownNames(kv));
  const types = new StoreTypes(file);
  const functions = new Map(
    kv.stores.map(({ key, functions: own }) => [
      key,
      (own?.exports ?? []).map((name) => [name, file.use(userModule(own?.module ?? ""), name)] as const),
    ]),
  );
  const functionsOf = (store: StoreModel) => functions.get(store.key) ?? [];
  const facades = kv.stores.flatMap((store) => types.facade(store, functionsOf(store)));
  const constantOf = (store: StoreModel) => facades.find(({ key }) => key === store.key)?.constant ?? null;
  const scope = importedScope(file, model);
  const definitions = emitDefinitions(kv, { file, scope, functionsOf, constantOf });

  if (definitions.shared.has("json")) file.useType("./types.js", "JsonValue");
  // A store may hold nothing but what these validators check.
  if (definitions.shared.size > 0) file.use("zod/mini", "* as z");
  // By its own name: `z.locales` is an object, and would bring all forty languages into the Worker.
  if (file.uses("zod/mini")) file.section(`z.config(${file.use("zod/locales", "en")}());`);
  for (const name of ["timestamp", "url", "json"] as const) {
    const local = definitions.shared.get(name);
    if (local === undefined) continue;
    file.section(...(name === "json" ? jsonValidator(local) : shared[name]));
  }
  for (const lines of definitions.sections) file.section(...lines);
  for (const store of kv.stores) {
    const name = constantOf(store);
    if (name !== null) file.section(list(`const ${name} = `, "{ ", shorthand(functionsOf(store)), "}", ";"));
  }
  file.section(...definitions.stores);
  for (const store of kv.stores) if (hasOwnType(store)) file.section(...types.declaration(store));
  emitObjects(kv, file, types);
  emitFacade(kv, file, facades);
  return file.toString();
}

/** The validator that `schemas.ts` calls `json`, which is a codec here. */
function jsonValidator(name: string): string[] {
  const check = "(value) => value !== undefined && value !== null";
  const schema = call("z.custom<JsonValue>", [check, quote("Must be a JSON value")]);
  return ["/** Any JSON but null. */", layOut(`const ${name} = `, schema, ";")];
}

/** The names that the file declares: an import of the same name gets another one. */
function ownNames(kv: KVModel): string[] {
  return [
    ...["stores", "Stores", "KV", "KVTransaction", "kv", "env", "connect", "z"],
    // What a function of the user's may be called, but not as a constant of its own.
    ...reservedIdentifiers,
    ...["jsonValue", "timestamp", "url"],
    ...kv.stores.filter(hasOwnType).map(({ typeName }) => typeName),
    ...kv.stores.flatMap((store) => [functionsConstant(store), schemaName(store)]),
    ...kv.objects.flatMap(({ typeName }) => [`${typeName}Stores`, `${typeName}Transaction`]),
  ];
}

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
    members.push(
      "  /** Runs commands of one object in one transaction: all of them, or none. */",
      `  readonly multi: ${multi}<Stores<"queued">>;`,
      "  /** Sends commands together, each for itself. */",
      `  readonly pipeline: ${pipeline}<Stores<"queued">>;`,
    );
  }
  const parent = kv.objects.length > 0 ? ` extends Stores<"promise">` : "";
  file.section("/** What `kv(env)` gives. */", `export interface KV${parent} {`, ...members, "}");
  const [first] = kv.stores;
  const hasFunctions = kv.stores.some((store) => store.functions !== null);
  const example = first === undefined ? "" : `: \`${exampleOf(first)}\``;
  file.section(
    `const connect = ${open}(stores);`,
    "",
    `/** The stores, as the bindings of a request reach them${example}. */`,
    `export function kv(env: ${env}): KV {`,
    // The type of a definition does not tell the store's functions.
    `  return connect(env.${kvBinding})${hasFunctions ? " as KV" : ""};`,
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
    session: "create(user.id)",
    rateLimit: `take("key")`,
  };
  const name = propertyName(store.key);
  return `await kv(c.env).${name}.${calls[store.type]}`;
}
