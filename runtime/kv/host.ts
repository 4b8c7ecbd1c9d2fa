/** Runs an engine inside a Durable Object. */
import type { Definitions } from "./definition.ts";
import { type Batch, type BatchReply, Engine } from "./engine.ts";
import type { Sql, SqlRow, SqlValue } from "./sql.ts";

/** The part of a `DurableObjectState` that is used. */
export interface ObjectState {
  readonly id: { readonly name?: string | undefined };
  readonly storage: {
    readonly sql: {
      exec(
        statement: string,
        ...values: SqlValue[]
      ): { toArray(): Record<string, unknown>[]; readonly rowsWritten: number };
    };
    transactionSync<T>(body: () => T): T;
    setAlarm(at: number): Promise<void>;
  };
}

/** What the emitted `CovaraKVDurableObject` hands its calls to. */
export class KVHost {
  readonly #state: ObjectState;
  protected readonly engine: Engine;
  /** When the alarm is set to go off, in milliseconds since 1970. */
  #alarm: number | null = null;

  /** @param now Milliseconds since 1970. */
  constructor(state: ObjectState, definitions: Definitions, now: () => number = () => Date.now()) {
    this.#state = state;
    this.engine = new Engine(objectSql(state.storage), definitions, {
      now,
      schedule: (at) => this.#schedule(at),
    });
  }

  run(batch: Batch): BatchReply | Promise<BatchReply> {
    return this.engine.run(batch);
  }

  /** What the object's alarm calls. */
  async alarm(): Promise<void> {
    this.sweep();
  }

  /** Deletes some of what has expired or was deleted, and sets the alarm for the rest. */
  sweep(): void {
    this.#alarm = null;
    const next = this.engine.sweep();
    if (next !== null) this.#schedule(next);
  }

  #schedule(at: number): void {
    if (this.#alarm !== null && this.#alarm <= at) return;
    this.#alarm = at;
    // Not awaited: the write is part of the commands' own, and the reply waits until both are durable.
    void this.#state.storage.setAlarm(at);
  }
}

/** The SQL of an object's storage as structures use it. */
export function objectSql(storage: ObjectState["storage"]): Sql {
  const all = <Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]): Row[] =>
    storage.sql.exec(statement, ...values).toArray() as Row[];
  return {
    all,
    returning: all,
    get: <Row extends SqlRow>(statement: string, ...values: readonly SqlValue[]) =>
      all<Row>(statement, ...values)[0],
    run: (statement, ...values) => {
      // Read to the end: a statement with rows left, as RETURNING gives them, would keep the transaction from ending.
      all(statement, ...values);
    },
    changes: (statement, ...values) => storage.sql.exec(statement, ...values).rowsWritten > 0,
    transaction: (body) => storage.transactionSync(body),
  };
}
