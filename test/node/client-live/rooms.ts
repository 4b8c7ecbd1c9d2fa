/** One room of a server in memory, with others who listen and publish. */
import type { ApiRequest } from "../../../runtime/client/transport.ts";
import { Network, type Random } from "./network.ts";

export interface Message {
  readonly seq: number;
  readonly text: string;
}

interface Listener {
  readonly userId: string;
  readonly tell: (text: string) => void;
}

const event = (type: string, data: object, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

export class RoomWorld extends Network {
  /** How many messages the room keeps. */
  readonly kept: number;
  /** The messages that the room keeps, oldest first. */
  messages: Message[] = [];
  /** All messages that ever were, in their order; each log has texts of its own. */
  readonly all: Message[] = [];
  #epoch = 0;
  #seq = 0;
  #texts = 0;
  readonly #listeners = new Set<Listener>();
  /** Others who listen: counted by id. */
  readonly #others = new Set<string>();

  constructor(random: Random, kept: number) {
    super(random);
    this.kept = kept;
  }

  /** Who listens. */
  get users(): string[] {
    return [...new Set([...this.#others, ...[...this.#listeners].map(({ userId }) => userId)])].sort();
  }

  publish(): Message {
    this.#seq += 1;
    this.#texts += 1;
    const message = { seq: this.#seq, text: `${this.#epoch}:${this.#texts}` };
    this.messages = [...this.messages, message].slice(-this.kept);
    this.all.push(message);
    this.#tell(event("message", message, `${this.#epoch}.${message.seq}`));
    return message;
  }

  /** Somebody else comes or goes. */
  move(userId: string): void {
    const before = this.users.includes(userId);
    if (!this.#others.delete(userId)) this.#others.add(userId);
    const now = this.users.includes(userId);
    if (before !== now) this.#tell(event(now ? "join" : "leave", { userId }));
  }

  /** The room loses everything, as if it were made anew. */
  restart(): void {
    this.#epoch += 1;
    this.#seq = 0;
    this.messages = [];
    // Those who listen are told where they are now.
    for (const { tell } of this.#listeners) {
      tell(event("connected", { seq: 0, latest: 0 }));
      tell(event("invalidate", { seq: 0, reason: "gap" }, `${this.#epoch}.0`));
    }
  }

  /** The connections between Workers and room are lost, and nobody hears of who goes meanwhile. */
  lose(gone: string): void {
    this.#others.delete(gone);
    for (const { tell } of this.#listeners) {
      tell(event("connected", { seq: this.#seq, latest: this.#seq }, `${this.#epoch}.${this.#seq}`));
    }
  }

  /** A reader was too slow. */
  overflow(): void {
    const missed = this.publishUnheard();
    const place = `${this.#epoch}.${missed.seq}`;
    this.#tell(event("invalidate", { seq: missed.seq, reason: "overflow" }, place));
  }

  publishUnheard(): Message {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    const message = this.publish();
    for (const listener of listeners) this.#listeners.add(listener);
    return message;
  }

  #tell(text: string): void {
    for (const { tell } of this.#listeners) tell(text);
  }

  protected override stream(query: URLSearchParams, emit: (text: string) => void): () => void {
    const [epoch, given] = (query.get("resumeFrom") ?? "").split(".");
    const first = this.#seq - this.messages.length;
    const isKnown =
      given !== undefined &&
      (epoch === `${this.#epoch}` || given === "0") &&
      Number(given) >= first &&
      Number(given) <= this.#seq;
    const from = isKnown ? Number(given) : Math.max(first, this.#seq - Number(query.get("history") ?? 0));
    const place = `${this.#epoch}.${from}`;
    const isGap = given !== undefined && !isKnown;
    emit(event("connected", { seq: from, latest: this.#seq }, isGap ? undefined : place));
    if (isGap) emit(event("invalidate", { seq: from, reason: "gap" }, place));
    for (const message of this.messages) {
      if (message.seq > from) emit(event("message", message, `${this.#epoch}.${message.seq}`));
    }
    const isNew = !this.users.includes("me");
    const listener = { userId: "me", tell: emit };
    this.#listeners.add(listener);
    if (isNew) this.#tell(event("join", { userId: "me" }));
    return () => {
      if (this.#listeners.delete(listener) && !this.users.includes("me"))
        this.#tell(event("leave", { userId: "me" }));
    };
  }

  protected override answer({ path }: ApiRequest): unknown {
    return path.endsWith("/presence")
      ? { items: this.users.map((userId) => ({ userId, connections: 1 })), total: this.users.length }
      : this.publish();
  }

  /** Proxies have been seen to lose and to repeat whole pieces. */
  protected override timesOf(text: string): number {
    if (!this.isRough || !text.includes("event: message")) return 1;
    return [0, 2, 1][Math.min(2, this.below(60))] ?? 1;
  }
}
