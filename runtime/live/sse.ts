/** Server-sent events, written no faster than they are read. */

/** Bytes that may wait for a slow reader. */
export const maxQueued = 65_536;

/** Milliseconds between signs of life. */
export const keepaliveInterval = 15_000;

const utf8 = new TextEncoder();

/** One event as text. JSON has no line breaks, so its data is one line. */
export const eventText = (event: string, data: unknown, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The stream of events to one client. */
export class EventWriter {
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #gone = new AbortController();
  #queued = 0;
  #read = 0;
  #drained: (() => void)[] = [];

  /** @param signal Of the request: aborted where the platform notices that the client has gone. */
  constructor(signal: AbortSignal) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.body = readable;
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => this.#end());
    if (signal.aborted) this.#end();
    else signal.addEventListener("abort", () => this.#end(), { once: true });
    // The client, and all proxies on the way, get the headers at once.
    this.write("retry: 2000\n\n");
  }

  /** Aborted once nobody reads any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether so much waits to be read that nothing should be added. */
  get isFull(): boolean {
    return this.#queued > maxQueued;
  }

  /** Whether anything waits to be read. */
  get isWaiting(): boolean {
    return this.#queued > 0;
  }

  /** Bytes that were read so far. */
  get read(): number {
    return this.#read;
  }

  /** Adds text behind what waits. Nothing is kept for a client that has gone. */
  write(text: string): void {
    if (this.gone.aborted) return;
    const bytes = utf8.encode(text);
    this.#queued += bytes.byteLength;
    this.#writer.write(bytes).then(
      () => {
        this.#queued -= bytes.byteLength;
        this.#read += bytes.byteLength;
        if (this.#queued === 0) this.#release();
      },
      // A write fails when the client has gone: often the first sign of it.
      () => this.#end(),
    );
  }

  /** Resolves once all has been read, or the client has gone. */
  async drained(): Promise<void> {
    if (this.#queued === 0 || this.gone.aborted) return;
    await new Promise<void>((resolve) => {
      this.#drained.push(resolve);
    });
  }

  /** Ends the stream after what waits, for which a client has as long as between two signs of life. */
  close(): void {
    if (this.gone.aborted) return;
    const timer = setTimeout(() => this.abort(), keepaliveInterval);
    const end = (): void => clearTimeout(timer);
    // It fails where the client has gone already, and then there is nothing to end.
    this.#writer.close().then(end, end);
    this.#end();
  }

  /** Ends the stream at once: what waits is not sent any more. */
  abort(): void {
    // It fails where the stream has ended already.
    this.#writer.abort().catch(() => undefined);
    this.#end();
  }

  #end(): void {
    if (!this.gone.aborted) this.#gone.abort();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
