/** A server in memory, and other people who write. */
import { CovaraError } from "../../../runtime/client/errors.ts";
import type { ApiRequest } from "../../../runtime/client/transport.ts";
import { Network, type Random } from "./network.ts";

export interface Item {
  readonly id: string;
  /** Never changed, and no two rows have the same: it tells which row a row is, whatever its id. */
  readonly title: string;
  readonly done: boolean;
  readonly priority: number;
  readonly version?: number;
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

export class World extends Network {
  readonly rows = new Map<string, Item>();
  /** All rows that ever were, as text. */
  readonly everWas = new Set<string>();
  readonly #log: Change[] = [];
  readonly #followers = new Set<() => void>();
  readonly #rules: Rules;
  #titles = 0;

  constructor(random: Random, rules: Rules) {
    super(random);
    this.#rules = rules;
  }

  newTitle(): string {
    this.#titles += 1;
    return `t${this.#titles}`;
  }

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
  protected override answer({ method, path, body }: ApiRequest): Item | null {
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

  protected override stream(query: URLSearchParams, emit: (text: string) => void): () => void {
    const resumeFrom = query.get("resumeFrom");
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
}

const refusal = (status: number): CovaraError =>
  new CovaraError("request", { type: "about:blank", title: "No", status, detail: "No.", code: `E${status}` });
