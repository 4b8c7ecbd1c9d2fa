/** The application of `test/callers/project`: its model, rows that all belong to Ann, and requests for every route. */
import { env, exports } from "cloudflare:workers";
import { SignJWT } from "jose";
import { kv } from "#callers/kv";
import { buildModel } from "../../generator/model/index.ts";
import { dumpRows, resetRows } from "../matrix/database.ts";
import { Random } from "../matrix/random.ts";
import { type Asked, requestsOf } from "../matrix/requests.ts";
import type { Rows } from "../matrix/rows.ts";
import { seedRows } from "../matrix/seed.ts";
import config from "./project/covara.config.ts";

export type Headers = Readonly<Record<string, string>>;

const built = buildModel(config, { exists: () => true });
if (built.model === null) throw new Error(built.diagnostics.map(({ message }) => message).join("\n"));
export const { model } = built;

const random = new Random(7);

/** The users: Ann, an admin who owns every other row, and Zoe, to whom nothing refers. The first is never deleted. */
export const [ann, zoe] = [random.uuid(), random.uuid()];

/** Three rows of each resource, of which the last is deleted where that can be. */
export const rows: Rows = seedRows(model, random, 3, (resource, index) => {
  const own = resource.fields.filter(({ reference }) => reference?.resource === "users");
  const first = resource.key === "users" ? { ...(index < 2 ? { role: "admin" } : {}) } : {};
  return {
    ...Object.fromEntries(own.map(({ name }) => [name, ann])),
    ...(resource.deletedAt === null
      ? {}
      : { [resource.deletedAt.name]: index === 2 ? "2024-01-01T00:00:00.000Z" : null }),
    ...first,
    ...(resource.key === "users" && index < 2 ? { id: [ann, zoe][index] } : {}),
  };
});

export const asked: readonly Asked[] = requestsOf(model, rows, random);

export const dump = () => dumpRows(env.DB, model);
export const reset = () => resetRows(env.DB, model, rows);

export interface Answer {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly text: string;
}

/** Sends a request as a page of the application's own origin would. */
export async function send(
  { method, path, json, headers }: Pick<Asked, "method" | "path" | "json" | "headers">,
  credentials: Headers,
  more: Headers = {},
): Promise<Answer> {
  const response = await exports.default.fetch(`https://covara.test${path}`, {
    method,
    headers: {
      "Sec-Fetch-Site": "same-origin",
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
      ...credentials,
      ...more,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What an answer tells, but for what is different from one request to the next. */
export const told = ({ status, headers, text }: Answer): unknown => [
  status,
  text.replace(/"requestId":"[^"]*"/, ""),
  [...headers].filter(([name]) => name !== "x-request-id").sort(),
];

/** A session of a user, and the header that opens it. */
export async function signIn(id: string): Promise<Headers> {
  const { token } = await kv(env).authSessions.create(id, {});
  return { Cookie: `__Host-session=${token}` };
}

/** A token of the issuer. @param more Claims that are other than they should be. */
export async function token(id: string, more: Readonly<Record<string, unknown>> = {}): Promise<Headers> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: id, iss: "https://login.example.com", aud: "api", exp: now + 300, ...more };
  const signed = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
  return { Authorization: `Bearer ${await signed.sign(new TextEncoder().encode(env.JWT_SECRET))}` };
}

/** The answers of nobody who is signed in, in the order of `asked`. */
export async function answersOfNobody(more: Headers = {}): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const request of asked) answers.push(await send(request, {}, more));
  return answers;
}
