import { env, exports } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";

/** A caller as the auth module of the project knows it. */
export interface Caller {
  readonly id: string;
  readonly role: "member" | "admin";
}

/** Adds somebody who can own rows. */
export async function person(role: Caller["role"] = "member"): Promise<Caller> {
  const id = uuidv7();
  await env.DB.prepare("INSERT INTO people (id, name) VALUES (?, ?)").bind(id, "Somebody").run();
  return { id, role };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown> & { readonly id: string };
}

export interface Options {
  readonly as?: Caller;
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to the Worker, in workerd. */
export async function call(
  path: string,
  { as, method, json, body, headers = {} }: Options = {},
): Promise<Answer> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await exports.default.fetch(`https://covara.test/api${path}`, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    headers: {
      ...(as === undefined ? {} : { "X-Test-User": `${as.id} ${as.role}` }),
      ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === "" ? {} : JSON.parse(text),
  };
}

/** Creates a note and gives it back; fails on any other answer than 201. */
export async function note(as: Caller, json: object): Promise<Answer["json"]> {
  const answer = await call("/notes", { as, json });
  if (answer.status !== 201) throw new Error(`POST /notes: ${answer.status} ${answer.text}`);
  return answer.json;
}

/** What hooks and procedures noted since the last call, in order. */
export async function events(): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT what FROM events ORDER BY id").all<{ what: string }>();
  await env.DB.prepare("DELETE FROM events").run();
  return results.map(({ what }) => what);
}

/** A note as it is stored. */
export const stored = (id: string): Promise<Record<string, unknown> | null> =>
  env.DB.prepare("SELECT * FROM notes WHERE id = ?").bind(id).first();
