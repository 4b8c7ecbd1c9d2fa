/** A client that follows todos as one user, keeps the list, and comes back whenever the connection is lost. */
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import type { User } from "./board.ts";

type Row = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly ownerId: string;
  readonly assigneeId: string | null;
};

/** Counts of what happened to all subscribers. */
export interface Tally {
  events: number;
  connections: number;
  resumed: number;
  readonly invalidated: Record<string, number>;
}

export class Subscriber {
  readonly user: User;
  readonly #url: string;
  readonly #tally: Tally;
  readonly rows = new Map<string, Row>();
  #request: ClientRequest | null = null;
  #response: IncomingMessage | null = null;
  #lastId: string | null = null;
  #latest = -1;
  #told = new Set<string>();
  #text = "";
  #isWanted = false;
  /** Whether it has had the whole list once. */
  hasList = false;

  constructor(user: User, url: string, tally: Tally) {
    this.user = user;
    this.#url = url;
    this.#tally = tally;
  }

  get isConnected(): boolean {
    return this.#isWanted;
  }

  connect(): void {
    this.#isWanted = true;
    this.#tally.connections += 1;
    this.#latest = -1;
    this.#told = new Set();
    this.#text = "";
    if (this.#lastId === null) this.rows.clear();
    else this.#tally.resumed += 1;
    const request = get(`${this.#url}/api/todos/subscribe?snapshot=true`, {
      agent: false,
      headers: {
        Authorization: `Bearer ${this.user.token}`,
        ...(this.#lastId === null ? {} : { "Last-Event-ID": this.#lastId }),
      },
    });
    this.#request = request;
    const lost = (): void => {
      if (this.#request !== request) return;
      this.#request = null;
      if (this.#isWanted)
        setTimeout(
          () => this.#isWanted && this.#request === null && this.connect(),
          200 + Math.random() * 800,
        );
    };
    request.on("error", lost);
    request.on("response", (response) => {
      if (response.statusCode !== 200) throw new Error(`The stream answered ${response.statusCode}`);
      this.#response = response;
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        if (this.#request === request) this.#take(text);
      });
      response.on("error", lost);
      response.on("close", lost);
    });
  }

  /** Hangs up, as if the network were gone. */
  disconnect(): void {
    this.#isWanted = false;
    this.#request?.destroy();
    this.#request = null;
    this.#response = null;
  }

  /** Reads no more until it is woken. */
  sleep(): void {
    this.#response?.pause();
  }

  wake(): void {
    this.#response?.resume();
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf("\n\n"); end !== -1; end = this.#text.indexOf("\n\n")) {
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (!this.#apply(block)) return;
    }
  }

  /** @returns whether the connection goes on. */
  #apply(block: string): boolean {
    const fields = new Map(
      block.split("\n").map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
      }),
    );
    const id = fields.get("id");
    if (id !== undefined) {
      const seq = Number(id.slice(id.lastIndexOf(".") + 1));
      if (!(seq > this.#latest)) throw new Error(`The id ${id} came after ${this.#latest}`);
      this.#latest = seq;
      this.#lastId = id;
    }
    const event = fields.get("event");
    if (event === undefined) return true;
    const data = JSON.parse(fields.get("data") ?? "");
    if (event === "synced") this.hasList = true;
    if (event === "existing") this.rows.set(data.object.id, this.#seen(data.object));
    if (event === "added" || event === "changed" || event === "removed") {
      this.#tally.events += 1;
      const key = `${data.seq} ${data.objectId}`;
      if (this.#told.has(key)) throw new Error(`${key} came twice`);
      this.#told.add(key);
      if (event === "removed") this.rows.delete(data.objectId);
      else this.rows.set(data.objectId, this.#seen(data.object));
    }
    if (event !== "invalidate") return true;
    this.#tally.invalidated[data.reason] = (this.#tally.invalidated[data.reason] ?? 0) + 1;
    this.disconnect();
    this.#lastId = null;
    this.connect();
    return false;
  }

  #seen(row: Row): Row {
    const { id, isAdmin } = this.user;
    if (!isAdmin && row.ownerId !== id && row.assigneeId !== id)
      throw new Error(`${id} was shown ${JSON.stringify(row)}`);
    return row;
  }
}
