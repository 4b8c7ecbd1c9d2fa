/** The types of what stores hold, and of their commands. */
import type { JsonShape } from "../../schema/json-shape.ts";
import type { StoreModel, ValueFieldModel } from "../model/types.ts";
import { declaration, inlineType, typed } from "./json-type.ts";
import { storeWords } from "./kv-words.ts";
import type { SourceFile } from "./source-file.ts";
import { fits, propertyName } from "./text.ts";
import { member, valueType } from "./types.ts";

const module = "covara/runtime/kv";

/** A type of JSON values that is longer than this has a name. */
const MAX_INLINE = 30;

/** A store's own line in `KV`. */
export interface Facade {
  readonly key: string;
  readonly line: string;
  /** The constant that holds the store's functions, where they are too many for a line. */
  readonly constant: string | null;
}

/** Whether what the store holds has a type of its own. */
export function hasOwnType({ value, fields }: StoreModel): boolean {
  if (fields !== null || value?.type === "object") return true;
  if (value === null) return false;
  const { kind, shape } = value.field;
  return kind === "enum" || (shape !== null && inlineType(shape).length > MAX_INLINE);
}

/** Text without any checks, which is what a store holds unless it says otherwise. */
export function isPlainText({ value }: StoreModel): boolean {
  return value?.type === "field" && value.field.kind === "text" && !isChecked(value.field);
}

/** Whether a validator has anything to check besides the type. */
export const isChecked = ({ min, max, format, regex, trim }: ValueFieldModel): boolean =>
  min !== null || max !== null || format !== null || regex !== null || trim;

/** Names the types of one file, and imports what they need. */
export class StoreTypes {
  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    this.#file = file;
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
    const constant = functionsConstant(store);
    const short = `${name}${commands} & ${wrapper}<typeof ${constant}>;`;
    const broken = `${name}${commands} &\n    ${wrapper}<typeof ${constant}>;`;
    return [{ key, line: fits(short) ? short : broken, constant }];
  }

  /** The interface of the store's commands. */
  commands(store: StoreModel, mode: string): string {
    const use = (name: string): string => this.#file.useType(module, name);
    const isSpread = store.shards !== null || store.shardBy !== null;
    const of = (name: string, ...before: string[]): string =>
      `${use(name)}<${[...before, mode, ...(isSpread ? [use("Tagged")] : [])].join(", ")}>`;
    switch (store.type) {
      case "string":
        // Only where the store has no validator can a part of a text change without breaking it.
        return of(isPlainText(store) ? "StringCommands" : "JsonStringCommands", this.#value(store));
      case "counter":
        return of("CounterCommands");
      case "hash": {
        const fields = store.fields === null ? `Record<string, ${this.#value(store)}>` : store.typeName;
        return of("HashCommands", fields);
      }
      case "set":
        return of("SetCommands", this.#value(store));
      case "list":
        return of("ListCommands", this.#value(store));
      case "sortedSet":
        return of("SortedSetCommands", this.#value(store));
      case "session":
        return `${use("SessionCommands")}<${store.fields === null ? "Record<never, never>" : store.typeName}>`;
      case "rateLimit":
        return use("RateLimitCommands");
    }
  }

  /** The type of what the store holds, where it has a name. */
  declaration(store: StoreModel): string[] {
    if (!hasOwnType(store)) return [];
    const { key, typeName: name, value, fields } = store;
    const members = fields ?? (value?.type === "object" ? value.fields : null);
    const what =
      store.type === "session"
        ? `What a session of \`${key}\` carries.`
        : fields === null
          ? `What ${storeWords(store)} is.`
          : `The fields of a hash of \`${key}\`.`;
    if (members !== null) {
      const lines = members.flatMap((field) => member(field, false, this.#nameOf));
      return [`/** ${what} */`, `export interface ${name} {`, ...lines, "}"];
    }
    if (value?.type !== "field") return [];
    const { shape, values } = value.field;
    const whole: JsonShape = shape ?? {
      type: "union",
      shapes: values.map((one) => ({ type: "literal", value: one })),
    };
    return whole.type === "object"
      ? declaration({ name, shape: whole, doc: what }, this.#nameOf)
      : [`/** ${what} */`, typed(`export type ${name} = `, whole, ";", this.#nameOf)];
  }

  #value(store: StoreModel): string {
    if (hasOwnType(store)) return store.typeName;
    return store.value?.type === "field" ? valueType(store.value.field, this.#nameOf) : "string";
  }

  readonly #nameOf = (name: string): string => this.#file.useType("./types.js", name);
}

/** Name of the constant with a store's functions. */
export const functionsConstant = ({ typeName }: StoreModel): string =>
  `${typeName[0]?.toLowerCase() ?? ""}${typeName.slice(1)}Functions`;
