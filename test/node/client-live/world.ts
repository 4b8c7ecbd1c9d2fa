/** A server in memory, other people who write, and a network between it and one client that loses, delays, repeats and reorders. */
import { CovaraError, CovaraNetworkError } from "../../../runtime/client/errors.ts";
import type { ApiRequest, Send } from "../../../runtime/client/transport.ts";

export interface Item {
  readonly id: string;
  /** Never changed, and no two rows have the same: it tells which row a row is, whatever its id. */
  readonly title: string;
  readonly done: boolean;
  readonly priority: number;
  readonly version?: number;
}

/** Gives numbers from 0 to below 1. */
export type Random = () => number;

/** Numbers that are random, and the same for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Change {
  readonly id: string;
  readonly before: Item | null;
  readonly after: Item | null;
}

export interface Rules {
  readonly isVersioned: boolean;
  /** Whether rows get the ids that clients give them. */
  readonly isIdChosen: boolean;
  /** Whose changes are streamed. */
  readonly matches: (item: Item) => boolean;
}

const event = (type: string, data: object, id?: number): string =>
  `${id === undefined ? "" : `id: e.${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

export class World {
  /** Whether the network does what networks do. */
  isRough = true;
  readonly rows = new Map<string, Item>();
  /** All rows that ever were, as text. */
  readonly everWas = new Set<string>();
  readonly #log: Change[] = [];
  readonly #followers = new Set<() => void>();
  readonly #random: Random;
  readonly #rules: Rules;
  #titles = 0;

  constructor(random: Random, rules: Rules) {
    this.#random = random;
    this.#rules = rules;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  newTitle(): string {
    this.#titles += 1;
    return `t${this.#titles}`;
  }

  /** Milliseconds that something is on its way. */
  #delay(): number {
    return this.isRough ? this.below(60) : 1;
  }

  // What the server does.

  put(id: string, given: Partial<Item>): Item {
    const before = this.rows.get(id) ?? null;
    const { isVersioned } = this.#rules;
    const after: Item = {
      ...(before ?? { id, title: "", done: false, priority: 0 }),
      ...given,
      id,
      ...(isVersioned && { version: (before?.version ?? 0) + 1 }),
    };
    this.rows.set(id, after);
    this.#append({ id, before, after });
    return after;
  }

  delete(id: string): void {
    const before = this.rows.get(id);
    if (before === undefined) return;
    this.rows.delete(id);
    this.#append({ id, before, after: null });
  }

  #append(change: Change): void {
    this.#log.push(change);
    if (change.after !== null) this.everWas.add(JSON.stringify(change.after));
    for (const follow of this.#followers) follow();
  }

  /** Carries out a request, or refuses it. */
  #answer({ method, path, body }: ApiRequest): Item | null {
    if (this.isRough && this.chance(0.15)) throw refusal(400);
    const given = (body ?? {}) as Partial<Item>;
    if (method === "POST") {
      const id = this.#rules.isIdChosen ? String(given.id) : crypto.randomUUID();
      return this.put(id, given);
    }
    const id = path.split("/").at(-1) ?? "";
    if (!this.rows.has(id)) throw refusal(404);
    if (method === "PATCH") return this.put(id, given);
    this.delete(id);
    return null;
  }

  /** Streams events, each given to `emit`. @returns what ends it. */
  #stream(resumeFrom: string | null, emit: (text: string) => void): () => void {
    const { matches } = this.#rules;
    let at = this.#log.length;
    const isLost = resumeFrom !== null && this.isRough && this.chance(0.2);
    if (resumeFrom !== null && !isLost) at = Number(resumeFrom.slice(2));
    if (resumeFrom === null) {
      emit(event("connected", { seq: at }));
      for (const item of this.rows.values()) if (matches(item)) emit(event("existing", { object: item }));
      emit(event("synced", { seq: at }, at));
    } else {
      // As the server does: whoever is cut before it hears of the loss goes on from where it was.
      emit(event("connected", { seq: at }, isLost ? undefined : at));
      if (isLost) emit(event("invalidate", { seq: at, reason: "gap" }, at));
    }
    const follow = (): void => {
      for (; at < this.#log.length; at++) {
        const { id, before, after } = this.#log[at] as Change;
        const was = before !== null && matches(before);
        const is = after !== null && matches(after);
        const seq = at + 1;
        // Without an id it comes again after a cut.
        const place = this.isRough && this.chance(0.3) ? undefined : seq;
        if (is) emit(event(was ? "changed" : "added", { seq, objectId: id, object: after }, place));
        else if (was) emit(event("removed", { seq, objectId: id }, place));
      }
    };
    follow();
    this.#followers.add(follow);
    return () => this.#followers.delete(follow);
  }

  // What the network does.

  readonly #request = async (request: ApiRequest): Promise<unknown> => {
    await pause(this.#delay());
    if (this.isRough && this.chance(0.1)) throw new CovaraNetworkError("request", null, "lost on its way");
    const answer = this.#answer(request);
    await pause(this.#delay());
    if (this.isRough && this.chance(0.1)) throw new CovaraNetworkError("request", null, "answer lost");
    return answer;
  };

  readonly #open = async ({ path, signal }: ApiRequest): Promise<Response> => {
    await pause(this.#delay());
    if (this.isRough && this.chance(0.2)) throw new CovaraNetworkError("stream", null, "no connection");
    const encoder = new TextEncoder();
    const resumeFrom = new URL(path, "http://server").searchParams.get("resumeFrom");
    let isOver = false;
    let stop = (): void => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        let arrivesAt = Date.now();
        const carry = (text: string): void => {
          // In order, and late. Some of it goes no further than half the way.
          arrivesAt = Math.max(arrivesAt, Date.now() + this.#delay());
          const isCut = this.isRough && this.chance(0.03);
          setTimeout(() => {
            if (isOver) return;
            const bytes = encoder.encode(text);
            controller.enqueue(isCut ? bytes.subarray(0, this.below(bytes.length)) : bytes);
            if (!isCut) return;
            isOver = true;
            stop();
            controller.error(new TypeError("network"));
          }, arrivesAt - Date.now());
        };
        carry("retry: 20\n\n");
        const end = this.#stream(resumeFrom, carry);
        stop = () => {
          isOver = true;
          end();
        };
      },
      cancel: () => stop(),
    });
    signal?.addEventListener("abort", () => stop());
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  };

  readonly send: Send = Object.assign(
    async <Answer>(request: ApiRequest): Promise<Answer> => (await this.#request(request)) as Answer,
    { url: (path: string) => path, open: this.#open },
  );
}

const pause = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));

const refusal = (status: number): CovaraError =>
  new CovaraError("request", { type: "about:blank", title: "No", status, detail: "No.", code: `E${status}` });
