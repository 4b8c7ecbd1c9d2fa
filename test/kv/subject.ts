import { KVError } from "../../runtime/kv/index.ts";
import type { Command, Plain, Reply, Subject } from "./step.ts";

const walks = new Set(["scan", "hscan", "sscan", "zscan"]);

/**
 * Runs commands on the stores as their users do.
 *
 * @param accessor What `kv(env)` or `openKV(…).kv` gives: an object of stores.
 */
export function engineSubject(accessor: object, setTime: Subject["setTime"]): Subject {
  return {
    setTime,
    async run(command) {
      try {
        return { ok: true, value: await call(accessor, command) };
      } catch (error) {
        if (error instanceof KVError && error.code !== "INTERNAL") return { ok: false, code: error.code };
        throw error;
      }
    },
  };
}

async function call(accessor: object, { store, command, args }: Command): Promise<Plain> {
  const commands: unknown = Reflect.get(accessor, store);
  const method: unknown =
    typeof commands === "object" && commands !== null ? Reflect.get(commands, command) : undefined;
  if (typeof method !== "function") throw new Error(`There is no command ${store}.${command}.`);
  const scanned = walks.has(command);
  const result: unknown = Reflect.apply(method, commands, scanned ? withCursor(command, args) : args);
  return scanned ? collect(result) : plain(await result);
}

/** Scans begin with the cursor "0": after the key, if there is one. */
const withCursor = (command: string, args: readonly Plain[]): readonly Plain[] =>
  command === "scan" ? ["0", ...args] : [args[0], "0", ...args.slice(1)];

async function collect(result: unknown): Promise<Plain> {
  if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result)) {
    throw new Error("A scan gave nothing to iterate over.");
  }
  const items: Plain[] = [];
  for await (const item of result as AsyncIterable<unknown>) items.push(plain(item));
  return items;
}

/** Replies hold nothing but plain data, and what users know by name comes as an object. */
function plain(value: unknown): Plain {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...value].map(plain);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  throw new Error(`A reply holds a ${typeof value}.`);
}

export type { Reply };
