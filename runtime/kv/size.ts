/** How large data is on its way between a Worker and an object. */
import { KVError } from "./errors.ts";

/**
 * Bytes that the arguments of a command, or its reply, may take. Cloudflare's limit is 32 MiB for a message; the rest is
 * for other commands in the same one, and for what {@link sizeOf} leaves out.
 */
export const maxBytes = 28 * 2 ** 20;

/** Texts without these travel as one byte for each UTF-16 unit, others as two. */
const wide = /[\u0100-\uffff]/;

/**
 * About how many bytes a value takes in a message.
 *
 * @throws KVError `INVALID_ARGUMENT` for what does not travel: symbols, functions, instances of classes.
 */
export function sizeOf(value: unknown, seen?: Set<object>): number {
  switch (typeof value) {
    case "string":
      return wide.test(value) ? value.length * 2 : value.length;
    case "symbol":
    case "function":
      throw new KVError("INVALID_ARGUMENT", `A ${typeof value} cannot travel to an object or back.`);
    case "object":
      return value === null ? 8 : sizeOfObject(value, seen ?? new Set());
    default:
      return 8;
  }
}

function sizeOfObject(value: object, seen: Set<object>): number {
  if (seen.has(value)) return 8;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = 8;
  if (Array.isArray(value)) {
    for (const item of value) bytes += sizeOf(item, seen);
    return bytes;
  }
  if (isInstance(value)) {
    const name = JSON.stringify(value.constructor.name);
    throw new KVError(
      "INVALID_ARGUMENT",
      `An instance of the class ${name} cannot travel to an object or back. Use plain data.`,
    );
  }
  for (const [name, item] of Object.entries(value)) bytes += sizeOf(name) + sizeOf(item, seen);
  return bytes;
}

/** Dates, maps and the like are copied; instances of classes that JavaScript does not know are not. */
function isInstance(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null || Object.getPrototypeOf(prototype) === null)
    return false;
  return Object.prototype.toString.call(value) === "[object Object]";
}
