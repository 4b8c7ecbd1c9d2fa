import { env, exports } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";
import { tokenHash } from "../../demo/auth.js";
import document from "../../generated/openapi.json" with { type: "json" };
import { Agreement } from "../openapi/agreement.ts";

/** A caller with a row in `users` and a token. */
export interface Caller {
  readonly id: string;
  readonly token: string;
}

let made = 0;

/** Adds a user straight to the database, as a seed would. */
export async function addUser(
  role: "member" | "admin" = "member",
): Promise<Caller & { readonly email: string }> {
  made += 1;
  const id = uuidv7();
  const token = `token-of-user-${made}-${id}`;
  const email = `user${made}@example.com`;
  await env.DB.prepare(
    `INSERT INTO "users" ("id", "email", "name", "role", "token_hash", "created_at") VALUES (?, ?, ?, ?, ?, ?)`,
  )
    .bind(id, email, `User ${made}`, role, await tokenHash(token), new Date().toISOString())
    .run();
  return { id, email, token };
}

export interface Options {
  readonly as?: Caller;
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Any JSON, to be looked into by assertions. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Every request that a test sends, and its answer, is held against what `openapi.json` says of it. */
const agreement = new Agreement(document);

/** Sends a request to the Worker, in workerd. The path is taken as it is, so that hostile ones arrive. */
export async function call(path: string, options: Options = {}): Promise<Answer> {
  const headers = new Headers(options.headers);
  if (options.as !== undefined) headers.set("Authorization", `Bearer ${options.as.token}`);
  if (options.json !== undefined) headers.set("Content-Type", "application/json");
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const method = options.method ?? (body === undefined ? "GET" : "POST");
  const response = await exports.default.fetch(`https://covara.test${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const sent = typeof body === "string" ? body : undefined;
  const disagreements = agreement.check({
    ...{ method, path, headers, body: sent },
    answer: { status: response.status, headers: response.headers, text },
  });
  if (disagreements.length > 0) {
    throw new Error(`${method} ${path} ${sent ?? ""} is not as described: ${disagreements.join("; ")}`);
  }
  const isJson = response.headers.get("Content-Type")?.includes("json") === true && text !== "";
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** Creates a row and gives it back; fails on any other answer than 201. */
export async function create(
  path: string,
  as: Caller,
  json: unknown,
): Promise<Record<string, unknown> & { id: string }> {
  const answer = await call(path, { as, json });
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.json as Record<string, unknown> & { id: string };
}

/** The problem codes of field errors, by field. */
export function fieldErrors(answer: Answer): Record<string, string> {
  const errors = answer.json.errors as { field: string; code: string }[] | undefined;
  return Object.fromEntries((errors ?? []).map(({ field, code }) => [field, code]));
}
