/** Ways to the server that can be broken. */
import type { Fetch, World } from "./world.ts";

/** A network whose streams can be cut. */
export interface Breakable {
  readonly fetch: Fetch;
  /** Cuts the stream that was opened last. */
  readonly cut: () => void;
  /** How many streams were opened. */
  readonly opened: () => number;
}

/** A network between a client and the server. */
export function breakable(world: World): Breakable {
  let opened = 0;
  let cut: () => void = () => undefined;
  const fetch: Fetch = async (url, init) => {
    const response = await world.fetch(url, init);
    const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream") === true;
    if (response.body === null || !isStream) return response;
    opened += 1;
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const controller = new AbortController();
    cut = () => controller.abort(new TypeError("The network broke"));
    // What was cut is told to whoever reads the other end.
    response.body.pipeTo(writable, { signal: controller.signal }).catch(() => undefined);
    return new Response(readable, response);
  };
  return { fetch, cut: () => cut(), opened: () => opened };
}
