import { tooMany } from "./batch.ts";
import { type FieldError, invalid, Problem } from "./problem.ts";

/** What a validator must offer; `zod/mini` schemas do. */
export interface Validator<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { readonly issues: readonly ValidationIssue[] } };
}

/** What a validator makes of the values it accepts. */
export type Parsed<V> = V extends Validator<infer T> ? T : never;

/** The part of a zod issue that becomes a field error. */
export interface ValidationIssue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** JSON, with no other charset than the only one there is for it. */
const jsonType = /^application\/json\s*(;(?!.*\bcharset\s*=\s*"?(?!utf-?8\b)).*)?$/i;

/** Arrays and objects within each other. Validators and `JSON.stringify` recurse, and would overflow the stack. */
const maxDepth = 100;

/** Errors that one answer lists: a large body must not make a larger answer. */
const maxErrors = 100;

/** Counts brackets outside strings. A body too short to hold that many is not looked at. */
function nestsTooDeep(text: string): boolean {
  if (text.length <= 2 * maxDepth) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** `items[3].title` for `["items", 3, "title"]`. */
function fieldPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text;
}

/** @param at Path of the value that was validated. */
/**
 * Checks a value of server code as one of a request would be.
 *
 * @param at Where it stands in what the caller gave.
 * @throws {Problem} 400 for anything that does not fit the schema.
 */
export function validated<T>(schema: Validator<T>, value: unknown, at: readonly PropertyKey[] = []): T {
  rejectUnstorable(value, at);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidBody(fieldErrors(result.error.issues, at));
}

/** What is wrong with a value, field by field. */
export function fieldErrors(
  issues: readonly ValidationIssue[],
  at: readonly PropertyKey[] = [],
): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? (issue.keys ?? []).map((key) => ({
          field: fieldPath([...at, ...issue.path, key]),
          message: "Not a field that a request can set",
          code: "unknown_field",
        }))
      : [{ field: fieldPath([...at, ...issue.path]), message: issue.message, code: issue.code }],
  );
}

/**
 * Reads a JSON body and validates it.
 *
 * @param limit Largest body in bytes.
 * @throws {Problem} 415 for another content type, 413 over the limit, 400 for anything that does not fit the schema.
 */
export async function readBody<T>(request: Request, schema: Validator<T>, limit: number): Promise<T> {
  const result = schema.safeParse(await readJson(request, limit));
  if (result.success) return result.data;
  throw invalidBody(fieldErrors(result.error.issues));
}

/**
 * Reads the body of a batch, `{"items": […]}`, and validates each item.
 *
 * @param limits Largest body in bytes, and greatest number of items.
 * @returns the items as they were sent, and what the schema made of them.
 * @throws {Problem} like {@link readBody}; 400 for no item, and `BATCH_LIMIT_EXCEEDED` for too many.
 */
export async function readItems<T>(
  request: Request,
  schema: Validator<T>,
  { bodyLimit, batchLimit }: { readonly bodyLimit: number; readonly batchLimit: number },
): Promise<{ readonly given: readonly unknown[]; readonly items: T[] }> {
  const body = await readJson(request, bodyLimit);
  if (body === null || typeof body !== "object" || !("items" in body) || !Array.isArray(body.items)) {
    throw invalid("items", "Must be a list of items", "invalid_type");
  }
  const given: readonly unknown[] = body.items;
  const other = Object.keys(body).filter((key) => key !== "items");
  if (other.length > 0) {
    throw invalidBody(
      other.map((field) => ({ field, message: "Not a field of a batch", code: "unknown_field" })),
    );
  }
  if (given.length === 0) throw invalid("items", "Must hold at least one item", "too_small");
  if (given.length > batchLimit) throw tooMany(batchLimit);
  const errors: FieldError[] = [];
  const items: T[] = [];
  for (const [index, item] of given.entries()) {
    const result = schema.safeParse(item);
    if (result.success) items.push(result.data);
    else errors.push(...fieldErrors(result.error.issues, ["items", index]));
  }
  if (errors.length > 0) throw invalidBody(errors);
  return { given, items };
}

function invalidBody(errors: readonly FieldError[]): Problem {
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  return new Problem("VALIDATION_ERROR", `The body has ${count}.`, { errors: errors.slice(0, maxErrors) });
}

/** Bodies of requests that carry an idempotency key: the key is bound to the text that came with it. */
const texts = new WeakMap<Request, string>();

/** The text of a body that was read, where the request carries an `Idempotency-Key`. */
export const bodyText = (request: Request): string | undefined => texts.get(request);

async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get("Content-Type");
  if (type !== "application/json" && (type === null || !jsonType.test(type))) {
    throw new Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8.");
  }
  const text = await readText(request, limit);
  if (request.headers.has("Idempotency-Key")) texts.set(request, text);
  return parseJson(text);
}

/**
 * Parses what a client sent.
 *
 * @throws {Problem} 400 for text that is no JSON, is nested too deep, or holds text or numbers that cannot be stored.
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) {
    throw invalid("", `The body is nested deeper than ${maxDepth} levels`, "too_deep");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("", "The body is not valid JSON", "invalid_json");
  }
  // An escape is the only way such a character gets into well-formed UTF-8 that JSON.parse accepts.
  if ((text.includes("\\u") && /\\u(0000|d[89a-f])/i.test(text)) || hugeNumber.test(text)) {
    rejectUnstorable(value, []);
  }
  return value;
}

/** Whatever number JSON.parse makes infinite matches: it is above 1e308, so it has an exponent of three digits or 200 digits. */
const hugeNumber = /[eE]\+?\d{3}|(?<!\d)\d{200}/;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

async function readText(request: Request, limit: number): Promise<string> {
  const bytes = await readBytes(request, limit);
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid("", "The body is not valid UTF-8", "invalid_utf8");
  }
}

/** A body of declared length is read at once; one of unknown length is counted while it arrives. */
export async function readBytes(request: Request, limit: number): Promise<ArrayBuffer | Uint8Array> {
  const declared = request.headers.get("Content-Length");
  if (declared !== null) {
    if (Number(declared) > limit) throw tooLarge(limit);
    const bytes = await request.arrayBuffer();
    if (bytes.byteLength > limit) throw tooLarge(limit);
    return bytes;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

const tooLarge = (limit: number): Problem =>
  new Problem("PAYLOAD_TOO_LARGE", `The body is larger than the ${limit} bytes that are accepted.`);

/**
 * SQLite cuts text at NUL in its functions and stores a lone surrogate as U+FFFD, and a number beyond doubles is null
 * when it is written as JSON: none would come back as sent.
 */
function rejectUnstorable(value: unknown, path: readonly PropertyKey[]): void {
  if (typeof value === "string") {
    if (value.includes("\0") || !value.isWellFormed()) {
      throw invalid(fieldPath(path), "Text must not contain NUL or lone surrogates", "invalid_text");
    }
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw invalid(fieldPath(path), "Must be a finite number", "invalid_number");
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      rejectUnstorable(item, [...path, index]);
    });
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      rejectUnstorable(key, path);
      rejectUnstorable(item, [...path, key]);
    }
  }
}
