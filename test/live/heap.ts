/** The JavaScript heap of a Worker that runs in workerd, by the inspector's protocol. */

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Usage {
  readonly usedSize: number;
  /** What the platform's own objects have: streams, requests, sockets. */
  readonly embedderHeapUsedSize: number;
  /** Buffers. */
  readonly backingStorageSize: number;
}

export class Heap implements Disposable {
  readonly #socket: WebSocket;
  readonly #stir: () => Promise<unknown>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  private constructor(socket: WebSocket, stir: () => Promise<unknown>) {
    this.#socket = socket;
    this.#stir = stir;
    socket.addEventListener("message", ({ data }) => {
      const answer: Answer = JSON.parse(String(data));
      if (answer.id === undefined) return;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /**
   * @param url Of the isolate in the inspector.
   * @param stir Makes a request of the Worker: its garbage is collected while it has something to do.
   */
  static async open(url: URL, stir: () => Promise<unknown>): Promise<Heap> {
    const socket = new WebSocket(url.href);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error(`${url} does not answer`)), { once: true });
    });
    const heap = new Heap(socket, stir);
    await heap.#call("HeapProfiler.enable");
    return heap;
  }

  async #call(method: string): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params: {} }));
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** KiB that are in use once garbage has been collected. */
  async used(): Promise<number> {
    // What was held by the platform's objects is garbage only once those were collected.
    for (let times = 0; times < 3; times++) {
      let isDone = false;
      const collected = this.#call("HeapProfiler.collectGarbage").then(() => {
        isDone = true;
      });
      while (!isDone) {
        await this.#stir();
        await Promise.race([collected, new Promise((resolve) => setTimeout(resolve, 50))]);
      }
    }
    const usage = (await this.#call("Runtime.getHeapUsage")) as Usage;
    return (usage.usedSize + usage.embedderHeapUsedSize + usage.backingStorageSize) / 1024;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
