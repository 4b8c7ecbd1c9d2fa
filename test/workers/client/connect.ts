import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import { type Client, type ClientOptions, CovaraError, createClient } from "../../../generated/client.js";
import type { Caller } from "../api.ts";

/** A client whose requests go to the Worker in this process. */
export const connect = (caller?: Caller, options: Partial<ClientOptions> = {}): Client =>
  createClient({
    baseUrl: "https://covara.test",
    fetch: (url, init) => exports.default.fetch(url, init),
    headers: () => ({ Authorization: caller && `Bearer ${caller.token}` }),
    ...options,
  });

/** What a call is refused with. */
export async function failure(call: Promise<unknown>): Promise<CovaraError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CovaraError);
  return error as CovaraError;
}
