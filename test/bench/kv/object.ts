/**
 * Runs inside workerd: an object with one store of each structure, which does one thing per call so that calls can be
 * timed from outside. Clocks stand still inside an object.
 */
import { DurableObject } from "cloudflare:workers";
import type { Batch, CommandReply } from "../../../runtime/kv/engine.ts";
import { KVHost, type ObjectState } from "../../../runtime/kv/host.ts";
import { type Command, Queued } from "../../../runtime/kv/replies.ts";
import { bindStores, queueSender } from "../../../runtime/kv/senders.ts";
import { type Case, identify, type Made } from "./case.ts";
import { cases } from "./cases/index.ts";
import { seed } from "./seed.ts";
import { Shape } from "./shape.ts";
import { copyOf, isValueStore, type Queues, stores, storesWith } from "./stores.ts";

/** Commands of one batch. */
const batchSize = 200;

/** What a call does. */
export type Ask =
  /** Fills the stores, as far as one call goes. */
  | { readonly do: "seed" }
  /** Undoes what ran before, makes the commands number `from` and following of a case, and what has to be there first. */
  | { readonly do: "prepare"; readonly id: string; readonly from: number; readonly times: number }
  /** Runs the commands that were prepared. */
  | { readonly do: "run" }
  /** Puts back what ran changed. */
  | { readonly do: "undo" }
  /** Has the rows counted that commands read and write from now on, or not. */
  | { readonly do: "count"; readonly on: boolean };

/** What a call answers. */
export interface Answer {
  /** Whether the stores are filled. */
  readonly isFull?: boolean;
  /** What the run read and wrote, where that is counted. */
  readonly rows?: RowCount;
}

export interface RowCount {
  readonly read: number;
  readonly written: number;
}

/** Batches of one call that seeds. */
const seedBatches = 20;

interface Prepared {
  readonly measured: Case;
  readonly from: number;
  readonly batches: readonly Batch[];
  readonly replies: CommandReply[];
}

const queues = bindStores(stores, (store, definition) =>
  definition.bind(queueSender(definition, store, () => {})),
) as Queues;

/** Its name is the number of members. */
export class BenchObject extends DurableObject {
  readonly #shape = new Shape(Number(this.ctx.id.name));
  #host: KVHost | null = null;
  #seeding: Generator<Made[]> | null = null;
  #prepared: Prepared | null = null;
  #rows: Rows | null = null;

  /** What emitted objects have; here for calls from a Worker. */
  run(batch: Batch): unknown {
    return this.#open().run(batch);
  }

  ask(ask: Ask): Answer {
    switch (ask.do) {
      case "seed":
        return { isFull: this.#seed() };
      case "prepare":
        this.#prepare(ask.id, ask.from, ask.times);
        return {};
      case "run":
        return this.#run();
      case "undo":
        this.#undo();
        return {};
      case "count":
        // With a host of its own each time: the wrapped storage is only there while rows are counted.
        this.#rows = ask.on ? new Rows() : null;
        this.#host = null;
        return {};
    }
  }

  /** Nothing is swept while something is measured. */
  override alarm(): void {}

  #open(): KVHost {
    const state = this.#rows === null ? this.ctx : counting(this.ctx, this.#rows);
    this.#host ??= new KVHost(state, storesWith(this.#shape.copies));
    return this.#host;
  }

  #seed(): boolean {
    this.#seeding ??= seed(queues, this.#shape);
    for (let batch = 0; batch < seedBatches; batch++) {
      const next = this.#seeding.next();
      if (next.done) return true;
      this.#execute(next.value.map(plain));
    }
    return false;
  }

  #prepare(id: string, from: number, times: number): void {
    this.#undo();
    const measured = cases.find((candidate) => identify(candidate) === id);
    if (measured === undefined) throw new Error(`There is no case ${id}.`);
    const { before, call } = measured;
    const numbers = Array.from({ length: times }, (_, index) => from + index);
    if (before !== undefined) {
      this.#execute(numbers.map((i) => this.#place(before(queues, i, this.#shape), i)));
    }
    const commands = numbers.map((i) => this.#place(call(queues, i, this.#shape), i));
    const batches: Batch[] = [];
    for (let start = 0; start < times; start += batchSize) {
      batches.push({ commands: commands.slice(start, start + batchSize), atomic: false });
    }
    this.#prepared = { measured, from, batches, replies: [] };
  }

  #run(): Answer {
    if (this.#prepared === null) return {};
    const host = this.#open();
    this.#rows?.take();
    for (const batch of this.#prepared.batches) {
      const reply = host.run(batch);
      if (reply instanceof Promise) throw new Error("The object answered later.");
      this.#keep(this.#prepared, reply.replies);
    }
    return this.#rows === null ? {} : { rows: this.#rows.take() };
  }

  /** Only undoing asks for what was replied, which may be large. */
  #keep({ measured, replies }: Prepared, more: readonly CommandReply[]): void {
    for (const reply of more) replies.push(reply.ok && measured.undo === undefined ? done : reply);
  }

  #undo(): void {
    if (this.#prepared === null) return;
    const { measured, from, replies } = this.#prepared;
    const commands = replies.map((reply, index) => {
      const i = from + index;
      if (!reply.ok) throw new Error(`${identify(measured)} failed: ${reply.error.message}`);
      const undo = measured.undo?.(queues, i, this.#shape, reply.value);
      return undo === undefined ? null : this.#place(undo, i);
    });
    this.#execute(commands.filter((command) => command !== null).reverse());
    this.#prepared = null;
  }

  #execute(commands: readonly Command[]): void {
    const reply = this.#open().run({ commands, atomic: false });
    if (reply instanceof Promise) throw new Error("The object answered later.");
    for (const [index, { store, command }] of commands.entries()) {
      const one = reply.replies[index];
      if (one?.ok !== true) throw new Error(`${store}.${command} failed: ${one?.error.message}`);
    }
  }

  /** A command of call number `i`, to the copy of the store that it is for. */
  #place(made: Made, i: number): Command {
    const { store, command, args } = plain(made);
    if (!isValueStore(store)) return { store, command, args };
    return { store: copyOf(store, i % this.#shape.copies), command, args };
  }
}

const done: CommandReply = { ok: true, value: null };

const plain = (made: Made): Command => (made instanceof Queued ? made.command : made);

/** Counts what Cloudflare bills. */
class Rows {
  #cursors: { readonly rowsRead: number; readonly rowsWritten: number }[] = [];
  #alarms = 0;

  note(cursor: { readonly rowsRead: number; readonly rowsWritten: number }): void {
    this.#cursors.push(cursor);
  }

  /** Setting an alarm is billed as a row written. */
  noteAlarm(): void {
    this.#alarms++;
  }

  /** What was counted since it was last taken. */
  take(): RowCount {
    let [read, written] = [0, this.#alarms];
    for (const { rowsRead, rowsWritten } of this.#cursors) {
      read += rowsRead;
      written += rowsWritten;
    }
    this.#cursors = [];
    this.#alarms = 0;
    return { read, written };
  }
}

function counting({ id, storage }: DurableObjectState, rows: Rows): ObjectState {
  return {
    id,
    storage: {
      sql: {
        exec(statement, ...values) {
          const cursor = storage.sql.exec(statement, ...values);
          rows.note(cursor);
          return cursor;
        },
      },
      transactionSync: (body) => storage.transactionSync(body),
      setAlarm(at) {
        rows.noteAlarm();
        return storage.setAlarm(at);
      },
    },
  };
}
