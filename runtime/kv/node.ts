/** `covara/runtime/kv/node`: the same stores on node:sqlite, for tests, scripts and servers outside Workers. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Accessor, accessor } from "./accessor.ts";
import type { Definitions } from "./definition.ts";
import { type Batch, type BatchReply, Engine } from "./engine.ts";
import type { Sql, SqlRow, SqlValue } from "./sql.ts";

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
  const binding = {
    getByName(name: string) {
      let object = objects.get(name);
      if (object === undefined) {
        object = new NodeObject(name, definitions, options);
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
  readonly #engine: Engine;
  readonly #timed: boolean;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | null = null;

  constructor(name: string, definitions: Definitions, { folder, now }: NodeOptions) {
    this.#database = open(name, folder);
    this.#timed = now === undefined;
    this.#engine = new Engine(nodeSql(this.#database), definitions, {
      now: now ?? Date.now,
      schedule: (at) => this.#schedule(at),
    });
  }

  async run(batch: Batch): Promise<BatchReply> {
    return this.#engine.run(batch);
  }

  sweep(): void {
    const next = this.#engine.sweep();
    if (next !== null) this.#schedule(next);
  }

  close(): void {
    clearTimeout(this.#timer?.handle);
    this.#database.close();
  }

  #schedule(at: number): void {
    if (!this.#timed || (this.#timer !== null && this.#timer.at <= at)) return;
    clearTimeout(this.#timer?.handle);
    const wait = Math.min(Math.max(at - Date.now(), 0), longestTimer);
    const handle = setTimeout(() => {
      this.#timer = null;
      this.sweep();
    }, wait);
    // Nothing that waits to be swept keeps a process alive.
    handle.unref();
    this.#timer = { at, handle };
  }
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

/** SQLite as structures use it. Statements stay prepared. */
export function nodeSql(database: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>();
  const statement = (text: string): StatementSync => {
    let known = prepared.get(text);
    if (known === undefined) {
      known = database.prepare(text);
      prepared.set(text, known);
    }
    return known;
  };
  const all = <Row extends SqlRow>(text: string, ...values: readonly SqlValue[]): Row[] =>
    statement(text).all(...values) as Row[];
  let depth = 0;
  return {
    all,
    returning: all,
    get: <Row extends SqlRow>(text: string, ...values: readonly SqlValue[]) =>
      statement(text).get(...values) as Row | undefined,
    run: (text, ...values) => {
      statement(text).run(...values);
    },
    transaction(body) {
      const name = `covara_${depth}`;
      database.exec(`SAVEPOINT ${name}`);
      depth++;
      try {
        const result = body();
        database.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw error;
      } finally {
        depth--;
      }
    },
  };
}
