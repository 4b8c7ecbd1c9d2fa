import { env, exports } from "cloudflare:workers";
import { uuidv7 } from "covara/runtime";

export const origin = "https://covara.test";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
  /** The token that the answer sets, empty where it takes the cookie back, null where it does neither. */
  readonly cookie: string | null;
}

export interface Options {
  /** The token of a session. */
  readonly as?: string | null;
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to the Worker as its own page would: with the cookie, and from its own origin. */
export async function call(
  path: string,
  { as = null, method, json, body, headers = {} }: Options = {},
): Promise<Answer> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await exports.default.fetch(`${origin}/api${path}`, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    headers: {
      ...(as === null ? {} : { Cookie: `__Host-session=${as}`, "Sec-Fetch-Site": "same-origin" }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.includes("json") === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : {},
    cookie: /^__Host-session=([^;]*)/.exec(response.headers.get("Set-Cookie") ?? "")?.[1] ?? null,
  };
}

/** Adds an organisation; gives its id. */
export async function org(): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare("INSERT INTO orgs (id, name) VALUES (?, 'Org')").bind(id).run();
  return id;
}

/** Adds a user; gives its id. */
export async function user(
  more: { readonly orgId?: string; readonly role?: "member" | "admin" } = {},
): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare(
    `INSERT INTO users (id, name, role, org_id, trusted, tags, "order", password_hash)
     VALUES (?, 'Ann', ?, ?, 1, '["a"]', 3, 'secret')`,
  )
    .bind(id, more.role ?? "member", more.orgId ?? null)
    .run();
  return id;
}

/** Signs a user in; gives the token. */
export async function signIn(id: string, more: { readonly as?: string; readonly device?: string } = {}) {
  const { as = null, device } = more;
  const answer = await call("/sign-in", { as, json: { id, device } });
  if (answer.cookie === null) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
  return answer.cookie;
}
