/** A browser with cookies of its own, at an address of its own: Better Auth limits how often an address asks. */
import { exports } from "cloudflare:workers";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What the body says; undefined where it is no JSON. */
  readonly json: unknown;
}

const origin = "https://covara.test";

let addresses = 0;

export class Browser {
  readonly cookies = new Map<string, string>();
  readonly address: string;

  constructor() {
    addresses += 1;
    this.address = `203.0.113.${addresses}`;
  }

  /** @param path Below `/api`. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await exports.default.fetch(`${origin}/api${path}`, {
      method,
      redirect: "manual",
      headers: {
        "CF-Connecting-IP": this.address,
        "Sec-Fetch-Site": "same-origin",
        ...(method === "GET" ? {} : { Origin: origin }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(cookie === "" ? {} : { Cookie: cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.call("POST", path, body);
  }

  #take(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/;\s*Max-Age=0\b/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

let people = 0;

export const password = "correct horse battery staple";

/** A new address of mail. */
export function newEmail(): string {
  people += 1;
  return `person${people}@example.com`;
}

/** Somebody who has signed up, and the browser they did it with. */
export async function signedUp(
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly browser: Browser; readonly email: string; readonly id: string }> {
  const browser = new Browser();
  const email = newEmail();
  const { status, json, text } = await browser.post("/auth/sign-up/email", {
    name: "Ann",
    email,
    password,
    ...more,
  });
  if (status !== 200) throw new Error(`Signing up: ${status} ${text}`);
  return { browser, email, id: (json as { readonly user: { readonly id: string } }).user.id };
}
