/** A network between a server in memory and one client, which loses, delays, repeats and cuts. */
import { CovaraNetworkError } from "../../../runtime/client/errors.ts";
import type { ApiRequest, Send } from "../../../runtime/client/transport.ts";

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

/** A server, and the way to it. */
export abstract class Network {
  /** Whether the network does what networks do. */
  isRough = true;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** What the server answers. It may throw. */
  protected abstract answer(request: ApiRequest): unknown;

  /** Streams events, each given to `emit`. @returns what ends it. */
  protected abstract stream(query: URLSearchParams, emit: (text: string) => void): () => void;

  /** How often a piece of a stream arrives. */
  protected timesOf(_text: string): number {
    return 1;
  }

  /** Milliseconds that something is on its way. */
  #delay(): number {
    return this.isRough ? this.below(60) : 1;
  }

  readonly #request = async (request: ApiRequest): Promise<unknown> => {
    await pause(this.#delay());
    if (this.isRough && this.chance(0.1)) throw new CovaraNetworkError("request", null, "lost on its way");
    const answer = this.answer(request);
    await pause(this.#delay());
    if (this.isRough && this.chance(0.1)) throw new CovaraNetworkError("request", null, "answer lost");
    return answer;
  };

  readonly #open = async ({ path, signal }: ApiRequest): Promise<Response> => {
    await pause(this.#delay());
    if (this.isRough && this.chance(0.2)) throw new CovaraNetworkError("stream", null, "no connection");
    const encoder = new TextEncoder();
    let isOver = false;
    let stop = (): void => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        let arrivesAt = Date.now();
        const carry = (text: string): void => {
          // In order, and late. Some of it goes no further than half the way.
          arrivesAt = Math.max(arrivesAt, Date.now() + this.#delay());
          const isCut = this.isRough && this.chance(0.03);
          const times = this.timesOf(text);
          setTimeout(() => {
            if (isOver) return;
            const bytes = encoder.encode(text.repeat(times));
            controller.enqueue(isCut ? bytes.subarray(0, this.below(bytes.length)) : bytes);
            if (!isCut) return;
            isOver = true;
            stop();
            controller.error(new TypeError("network"));
          }, arrivesAt - Date.now());
        };
        carry("retry: 20\n\n");
        const end = this.stream(new URL(path, "http://server").searchParams, carry);
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
