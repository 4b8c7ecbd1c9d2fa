/** The application of `test/keys/project`: its model, rows that all belong to Ann, and requests for every route. */
import { env, exports } from "cloudflare:workers";
import { apiKeys, type KeyScope } from "#keys/auth";
import { buildModel } from "../../generator/model/index.ts";
import { dumpRows, resetRows } from "../matrix/database.ts";
import { Random } from "../matrix/random.ts";
import { type Asked, requestsOf } from "../matrix/requests.ts";
import type { Rows } from "../matrix/rows.ts";
import { seedRows } from "../matrix/seed.ts";
import config from "./project/covara.config.ts";

const { routes: _routes, ...rest } = config;
const built = buildModel(rest, { exists: () => true });
if (built.model === null) throw new Error(built.diagnostics.map(({ message }) => message).join("\n"));
export const { model } = built;

const random = new Random(3);

export const ann = random.uuid();

/** Three rows of each resource, of which the last is deleted where that can be. */
export const rows: Rows = seedRows(model, random, 3, ({ key, fields, deletedAt }, index) => {
  const owners = fields.filter(({ reference }) => reference?.resource === "users");
  return {
    ...Object.fromEntries(owners.map(({ name }) => [name, ann])),
    ...(deletedAt === null ? {} : { [deletedAt.name]: index === 2 ? "2024-01-01T00:00:00.000Z" : null }),
    ...(key === "users" && index === 0 ? { id: ann } : {}),
  };
});

export const asked: readonly Asked[] = requestsOf(model, rows, random);

export const dump = () => dumpRows(env.DB, model);
export const reset = () => resetRows(env.DB, model, rows);

/** A key of Ann's. */
export const keyFor = async (...scopes: readonly [KeyScope, ...KeyScope[]]): Promise<string> =>
  (await apiKeys(env).create({ userId: ann, scopes })).key;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request with a key, or with none. */
export async function send(
  { method, path, json, headers }: Pick<Asked, "method" | "path" | "json" | "headers">,
  key: string | null,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await exports.default.fetch(`https://covara.test${path}`, {
    method,
    headers: {
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
      ...(key === null ? {} : { "X-API-Key": key }),
      ...more,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
