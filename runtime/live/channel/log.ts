/** The messages of one room, as many as the channel keeps. */
import type { LoggedMessage, Page, Position } from "./protocol.ts";

/** An object's storage, as far as it is used. */
export interface LogStorage {
  readonly kv: {
    get<T>(key: string): T | undefined;
    put<T>(key: string, value: T): void;
  };
  readonly sql: {
    exec(
      statement: string,
      ...values: (string | number | null)[]
    ): { toArray(): Record<string, string | number | null | ArrayBuffer>[] };
  };
  transactionSync<T>(body: () => T): T;
}

/** Bytes that one log holds at most, whatever the number of its messages. The newest message always stays. */
export const maxLogBytes = 4_194_304;

/** Bytes and messages that are read at once. */
const maxPageBytes = 131_072;
const maxPageMessages = 250;

/** How a log ends. `total` counts the bytes of all messages that it ever had. */
interface End extends Position {
  readonly total: number;
}

/** What a log keeps. */
export interface LogOptions {
  /** How many messages are kept. */
  readonly history: number;
  /** Which messages are kept: those of a lower generation do not fit the channel any more, and were given up. Default: 0. */
  readonly generation?: number;
}

const generationKey = "generation";

const nothing: End = { epoch: "0", seq: 0, total: 0 };

const utf8 = new TextEncoder();

/** A log in the storage of an object. One without messages takes no storage: anybody may listen to any room. */
export class ChannelLog {
  readonly #storage: LogStorage;
  readonly #history: number;
  readonly #generation: number;
  #end: End | null = null;

  constructor(storage: LogStorage, { history, generation = 0 }: LogOptions) {
    this.#storage = storage;
    this.#history = history;
    this.#generation = generation;
  }

  /** Where the log ends. */
  get end(): Position {
    return this.#known();
  }

  /** Number of the oldest message that is kept, or of the next one where there is none. */
  get first(): number {
    const { seq } = this.#known();
    if (seq === 0) return 1;
    const [row] = this.#rows("SELECT min(seq) AS first FROM messages");
    return Number(row?.first);
  }

  /**
   * Adds a message behind the others.
   *
   * @param content A JSON object with at least one member: the message without its number and time.
   * @param at When it is published.
   */
  append(content: string, at: Date): LoggedMessage & Position {
    const known = this.#known();
    const end = this.#storage.transactionSync(() => this.#add(known, content, at));
    this.#end = end;
    return end;
  }

  #add(known: End, content: string, at: Date): End & LoggedMessage {
    const epoch = known.seq === 0 ? this.#begin() : known.epoch;
    const seq = known.seq + 1;
    const text = `{"seq":${seq},${content.slice(1, -1)},"at":"${at.toISOString()}"}`;
    const total = known.total + utf8.encode(text).byteLength;
    this.#rows("INSERT INTO messages (seq, total, text) VALUES (?, ?, ?)", seq, total, text);
    this.#rows("DELETE FROM messages WHERE seq <= ?", seq - this.#history);
    // Totals rise with the numbers, so only rows that go are looked at.
    const [kept] = this.#rows(
      "SELECT seq FROM messages WHERE total > ? ORDER BY seq LIMIT 1",
      total - maxLogBytes,
    );
    this.#rows("DELETE FROM messages WHERE seq < ?", Math.min(Number(kept?.seq), seq));
    return { epoch, seq, total, text };
  }

  #begin(): string {
    const epoch = crypto.randomUUID().slice(0, 8);
    this.#rows("CREATE TABLE log (epoch TEXT NOT NULL) STRICT");
    this.#rows(
      "CREATE TABLE messages (seq INTEGER PRIMARY KEY, total INTEGER NOT NULL, text TEXT NOT NULL) STRICT",
    );
    this.#rows("INSERT INTO log (epoch) VALUES (?)", epoch);
    if (this.#generation > 0) this.#storage.kv.put(generationKey, this.#generation);
    return epoch;
  }

  /** The messages behind a place, as many as fit on a page. */
  read(after: number): Page {
    const { epoch, seq } = this.#known();
    if (seq === 0) return { epoch, first: 1, messages: [] };
    const messages: LoggedMessage[] = [];
    let bytes = 0;
    const rows = this.#rows(
      "SELECT seq, text FROM messages WHERE seq > ? ORDER BY seq LIMIT ?",
      after,
      maxPageMessages,
    );
    for (const row of rows) {
      const text = String(row.text);
      bytes += text.length;
      if (bytes > maxPageBytes && messages.length > 0) break;
      messages.push({ seq: Number(row.seq), text });
    }
    return { epoch, first: this.first, messages };
  }

  #known(): End {
    this.#end ??= this.#stored();
    return this.#end;
  }

  #stored(): End {
    const [table] = this.#rows("SELECT 1 FROM sqlite_master WHERE name = 'messages'");
    if (table === undefined) return nothing;
    if ((this.#storage.kv.get<number>(generationKey) ?? 0) < this.#generation) {
      this.#storage.transactionSync(() => {
        this.#rows("DROP TABLE messages");
        this.#rows("DROP TABLE log");
      });
      return nothing;
    }
    const [row] = this.#rows("SELECT epoch, seq, total FROM messages, log ORDER BY seq DESC LIMIT 1");
    return { epoch: String(row?.epoch), seq: Number(row?.seq), total: Number(row?.total) };
  }

  #rows(statement: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#storage.sql.exec(statement, ...values).toArray();
  }
}
