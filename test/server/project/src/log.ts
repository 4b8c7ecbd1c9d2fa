import { uuidv7 } from "covara/runtime";
import type { Env } from "../../../.tmp/server/env.js";

/** Notes what happened, for the tests to read. */
export async function log({ env, requestId }: { env: Env; requestId: string }, what: string): Promise<void> {
  await env.DB.prepare("INSERT INTO events (id, what, request_id) VALUES (?, ?, ?)")
    .bind(uuidv7(), what, requestId)
    .run();
}
