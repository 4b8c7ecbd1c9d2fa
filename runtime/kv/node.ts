/** `covara/runtime/kv/node`: the same stores on node:sqlite, for tests, scripts and servers outside Workers. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Accessor, accessor, type KVNamespaceBinding } from "./accessor.ts";
import { type Definitions, hasKeys } from "./definition.ts";
import type { Batch, BatchReply } from "./engine.ts";
import type { HandOver, HandOverReply } from "./hand-over.ts";
import { KVHost } from "./host.ts";
import { MovingKVHost } from "./moving.ts";
import { storageOf } from "./node-storage.ts";

/** Options of {@link openKV}. */
export interface NodeOptions {
  /** The folder of the database files, one for each object; it is made if it is not there. Default: in memory. */
  readonly folder?: string;
  /** Milliseconds since 1970. Default: `Date.now`. With a clock of your own, call `sweep` yourself. */
  readonly now?: () => number;
}

/** Stores that run in this process. */
export interface NodeKV<D extends Definitions> extends Disposable {
  /** What `kv(env)` is in a Worker. */
  readonly kv: Accessor<D>;
  /** What `env.COVARA_KV` is in a Worker. */
  readonly binding: KVNamespaceBinding;
  /** Deletes what has expired, and the members of deleted keys. Happens by itself, unless the clock is yours. */
  sweep(): void;
  /** Closes the databases. */
  close(): void;
}

/**
 * Opens the stores of a generated `kv.ts`: `using db = openKV(stores, { folder: "./data" })`. Only one process may
 * use a folder at a time.
 */
export function openKV<D extends Definitions>(definitions: D, options: NodeOptions = {}): NodeKV<D> {
  const objects = new Map<string, NodeObject>();
  const binding: NodeBinding = {
    getByName(name) {
      let object = objects.get(name);
      if (object === undefined) {
        object = new NodeObject(name, definitions, binding, options);
        objects.set(name, object);
      }
      return object;
    },
  };
  const close = (): void => {
    for (const object of objects.values()) object.close();
    objects.clear();
  };
  return {
    kv: accessor(definitions)(binding),
    binding,
    sweep() {
      for (const object of objects.values()) object.sweep();
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** What a Durable Object is in a Worker. */
class NodeObject {
  readonly #database: DatabaseSync;
  readonly #host: KVHost;
  #timer: NodeJS.Timeout | undefined;

  constructor(name: string, definitions: Definitions, binding: NodeBinding, { folder, now }: NodeOptions) {
    this.#database = open(name, folder);
    const state = { id: { name }, storage: storageOf(this.#database, (at) => this.#wakeAt(at, now)) };
    const isMoving = Object.values(definitions).some(
      (definition) => hasKeys(definition) && definition.options.movedFrom !== undefined,
    );
    this.#host = isMoving
      ? new MovingKVHost(state, definitions, binding, now)
      : new KVHost(state, definitions, now);
    // What waited to be swept when the process ended: unlike an alarm of Cloudflare's, its timer is gone.
    if (folder !== undefined) this.#wakeAt(Date.now(), now);
  }

  async run(batch: Batch): Promise<BatchReply> {
    return this.#host.run(batch);
  }

  async handOver(request: HandOver): Promise<HandOverReply> {
    if (this.#host instanceof MovingKVHost) return this.#host.handOver(request);
    throw new Error("No store of this object has moved.");
  }

  sweep(): void {
    this.#host.sweep();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#database.close();
  }

  #wakeAt(at: number, clock: (() => number) | undefined): void {
    if (clock !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.sweep(), Math.min(Math.max(at - Date.now(), 0), longestTimer));
    // Nothing that waits to be swept keeps a process alive.
    this.#timer.unref();
  }
}

interface NodeBinding {
  getByName(name: string): NodeObject;
}

/** Timers beyond 2^31 − 1 milliseconds would go off at once. */
const longestTimer = 2 ** 31 - 1;

function open(name: string, folder: string | undefined): DatabaseSync {
  if (folder === undefined) return new DatabaseSync(":memory:");
  mkdirSync(folder, { recursive: true });
  // Names may hold any character, and be longer than a file's may.
  const file = `${createHash("sha256").update(name).digest("hex").slice(0, 32)}.sqlite`;
  const database = new DatabaseSync(path.join(folder, file));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return database;
}
