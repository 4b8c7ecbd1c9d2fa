/** Runs cases of the client suite in a page of the task board's origin. Bundled, and loaded into it. */
import { suite } from "../client/suite.ts";
import { type Person, type Place, type Role, runCase } from "../client/world.ts";

/** An error, as it can leave the page. */
export interface PageError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of assertions, where they can leave the page. */
  readonly actual?: unknown;
  readonly expected?: unknown;
}

declare global {
  interface Window {
    /** Given by the test: somebody who is new. */
    newcomer: (role: Role) => Promise<Person>;
    /** Runs a case. @returns what it failed with; null where it did not. */
    runCase: (group: string, name: string) => Promise<PageError | null>;
  }
}

const place: Place = {
  baseUrl: "",
  fetch: (url, init) => fetch(url, init),
  newcomer: (role) => window.newcomer(role),
  async signIn({ email }) {
    const response = await fetch("/api/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email }),
    });
    if (!response.ok) throw new Error(`The sign-in of ${email} was answered ${response.status}.`);
    return {};
  },
  withoutSession: { credentials: "omit" },
};

window.runCase = async (group, name) => {
  const run = suite[group]?.[name];
  if (run === undefined) throw new Error(`There is no case "${name}" in "${group}".`);
  try {
    await runCase(run, place);
    return null;
  } catch (error) {
    return leaving(error);
  }
};

function leaving(error: unknown): PageError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" };
  const { name, message, stack = "" } = error;
  return "expected" in error && "actual" in error
    ? { name, message, stack, actual: plain(error.actual), expected: plain(error.expected) }
    : { name, message, stack };
}

/** Functions and such do not leave a page. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? "null");
