/** Stores for tests, and a clock that stands still until it is told. */
import { counter, json, string } from "covara/runtime/kv";
import { openKV } from "covara/runtime/kv/node";

export interface Profile {
  readonly name: string;
  readonly tags: readonly string[];
}

export const stores = {
  text: string({ prefix: "text", object: "main" }),
  profiles: string({ prefix: "profiles", object: "main", value: json<Profile>() }),
  visits: counter({ prefix: "visits", object: "main" }),
};

export const start = Date.UTC(2026, 0, 1);

/** A database in memory whose clock is `clock.now`. */
export function open<D extends Parameters<typeof openKV>[0]>(definitions: D) {
  const clock = { now: start };
  return Object.assign(openKV(definitions, { now: () => clock.now }), { clock });
}
