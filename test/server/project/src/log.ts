import type { ServerContext } from "covara/runtime";
import { db } from "../../../.tmp/server/db.js";
import type { Env } from "../../../.tmp/server/env.js";

/**
 * Notes what happened, for the tests to read.
 *
 * By `db`, as hooks of an application would: `db.ts` imports the resources, and they import their hooks.
 */
export async function log(
  context: { readonly env: Env } & Pick<ServerContext<Env, unknown>, "requestId" | "waitUntil">,
  what: string,
): Promise<void> {
  await db(context.env, context).events.create({ what, requestId: context.requestId });
}
