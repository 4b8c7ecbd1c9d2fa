/** What tests do to the database and to the objects of live streams, past the API. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { CovaraLiveDurableObject } from "../../../generated/live-object.ts";

/** Runs SQL of the application's own. Nobody is told of it. */
export const sql = (text: string, ...values: readonly unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();

/** An object of live streams, by its name: `pump`, or a hub such as `todos/*`. */
export const object = (name: string): DurableObjectStub<CovaraLiveDurableObject> => {
  const stub = env.COVARA_LIVE.getByName(name);
  return stub as unknown as DurableObjectStub<CovaraLiveDurableObject>;
};

/** Connections that a hub has. */
export const sockets = (hub: string): Promise<number> =>
  runInDurableObject(
    object(hub),
    (_, state) =>
      state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.READY_STATE_OPEN).length,
  );

/** Takes an object out of memory. Its connections stay, or break where it has crashed. */
export const evict = (name: string, webSockets: "hibernate" | "close" = "hibernate"): Promise<void> =>
  evictDurableObject(object(name), { webSockets });

/** Asks again until it is so: what others do goes on meanwhile. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Where the log ends. */
export const head = async (): Promise<number> =>
  (await env.DB.prepare("SELECT max(seq) AS seq FROM _covara_changes").first<{ seq: number }>())?.seq ?? 0;
