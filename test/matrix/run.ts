/** One caller in front of one application: sends requests, and compares what comes back. */
import type { Model } from "../../generator/model/types.ts";
import { normalised, type Row, type Rows, type User } from "./rows.ts";
import { secret } from "./seed.ts";
import type { Reply, Subject } from "./subject.ts";
import type { Outcome } from "./writes.ts";

type Json = Readonly<Record<string, unknown>>;

/** What was compared, for the report. */
export interface Tally {
  requests: number;
  writes: number;
  /** By status. */
  readonly statuses: Map<number, number>;
}

export const newTally = (): Tally => ({ requests: 0, writes: 0, statuses: new Map() });

/** Cursors that callers got, by the list that they are for, for others to try. */
export type Cursors = Map<string, { readonly user: User | null; readonly cursor: string }>;

type Headers = Readonly<Record<string, string>>;

/** The tally on one line. */
export function inWords({ requests, writes, statuses }: Tally): string {
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  return `${requests} requests, ${writes} of them writes; ${counts.join(", ")}`;
}

/** Something came back that the rules do not mean. */
export class Mismatch extends Error {}

export class Run {
  readonly model: Model;
  readonly rows: Rows;
  readonly user: User | null;
  readonly cursors: Cursors;
  readonly #subject: Subject;
  readonly #tally: Tally;
  readonly #start: string;
  /** Names of fields that no answer may name, and values that it may not hold. */
  readonly #hidden: readonly string[];
  /** Names of fields that have no column, whose values are not what rules are about. */
  readonly #computed: ReadonlySet<string>;
  #last = "";

  /**
   * @param start A moment before the run and after all that is seeded.
   * @param cursors Those of the callers before; this one's are added.
   */
  constructor(
    model: Model,
    rows: Rows,
    user: User | null,
    subject: Subject,
    tally: Tally,
    start: string,
    cursors: Cursors = new Map(),
  ) {
    this.model = model;
    this.cursors = cursors;
    this.rows = rows;
    this.user = user;
    this.#subject = subject;
    this.#tally = tally;
    this.#start = start;
    const fields = model.resources.flatMap(({ key, fields: own, deletedAt }) =>
      own.filter((field) => field.hidden && field !== deletedAt).map((field) => ({ key, field })),
    );
    this.#hidden = [
      secret,
      ...fields.map(({ field }) => field.name),
      ...fields.flatMap(({ key, field }) =>
        (rows[key] ?? []).map((row) => String(row[field.column] ?? "")).filter((value) => value.length > 8),
      ),
    ];
    this.#computed = new Set(
      model.resources.flatMap(({ computed }) => computed.fields.map(({ name }) => name)),
    );
  }

  async #send(method: string, path: string, json?: unknown, headers: Headers = {}): Promise<Reply> {
    const reply = await this.#subject.send(this.user, method, path, json, headers);
    const body = json === undefined ? "" : ` ${JSON.stringify(json)}`;
    const more = Object.entries(headers).map(([name, value]) => ` ${name}: ${value}`);
    this.#last = `${method} ${path}${body}${more.join("")} as ${JSON.stringify(this.user)}\n${reply.status} ${reply.text}`;
    this.#tally.requests += 1;
    this.#tally.statuses.set(reply.status, (this.#tally.statuses.get(reply.status) ?? 0) + 1);
    const leak = this.#hidden.find((text) => reply.text.includes(text));
    if (leak !== undefined) throw new Mismatch(`${leak} is hidden.\n${this.#last}`);
    return reply;
  }

  /** Sends a request and gives its JSON. @param or Further statuses that will do. */
  async expect(
    status: number,
    method: string,
    path: string,
    json?: unknown,
    or: readonly number[] = [],
  ): Promise<Json> {
    const reply = await this.#send(method, path, json);
    if (reply.status !== status && !or.includes(reply.status))
      throw new Mismatch(`${status} is right.\n${this.#last}`);
    return reply.text === "" ? {} : JSON.parse(reply.text);
  }

  same(actual: unknown, expected: unknown, what: string): void {
    const [is, should] = [canonical(this.#stored(actual)), canonical(expected)];
    if (is !== should) throw new Mismatch(`${what} should be\n${should}\nand is\n${is}\n${this.#last}`);
  }

  /** The value without the fields that are computed, at any depth. */
  #stored(value: unknown): unknown {
    if (this.#computed.size === 0 || typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#stored(item));
    const entries = Object.entries(value).filter(([name]) => !this.#computed.has(name));
    return Object.fromEntries(entries.map(([name, item]) => [name, this.#stored(item)]));
  }

  /**
   * Sends a write that is refused, with one of some statuses.
   *
   * @param statuses Those that will do.
   */
  async refusal(
    method: string,
    path: string,
    json: unknown,
    headers: Headers,
    statuses: readonly number[],
  ): Promise<void> {
    this.#tally.writes += 1;
    const reply = await this.#send(method, path, json, headers);
    if (!statuses.includes(reply.status))
      throw new Mismatch(`${statuses.join(" or ")} is right.\n${this.#last}`);
    const after = await this.#subject.dump();
    for (const { key } of this.model.resources) {
      if (isSame(after[key] ?? [], this.rows[key] ?? [])) continue;
      throw new Mismatch(`Rows of ${key} should be as before.\n${this.#last}`);
    }
  }

  /** Sends a write twice under one key: the second time nothing happens, and the answer is that of the first. */
  async replay(
    method: string,
    path: string,
    json: unknown,
    headers: Headers,
    expected: Outcome,
  ): Promise<void> {
    this.#tally.writes += 2;
    const first = await this.#send(method, path, json, headers);
    if (first.status !== expected.status) throw new Mismatch(`${expected.status} is right.\n${this.#last}`);
    const after = await this.#subject.dump();
    const second = await this.#send(method, path, json, headers);
    const isDone = first.status < 300;
    if (second.replayed !== isDone || first.replayed)
      throw new Mismatch(`It should ${isDone ? "" : "not "}be replayed.\n${this.#last}`);
    this.same([second.status, isDone && second.text], [first.status, isDone && first.text], "the replay");
    const later = await this.#subject.dump();
    this.same(later, after, "the rows after the replay");
    await this.#subject.reset(this.rows);
  }

  /** Sends a write and compares its answer, and all rows of the database after it, which are put back. */
  async write(
    method: string,
    path: string,
    json: unknown,
    expected: Outcome,
    headers: Headers = {},
  ): Promise<void> {
    this.#tally.writes += 1;
    const reply = await this.#send(method, path, json, headers);
    if (reply.status !== expected.status) throw new Mismatch(`${expected.status} is right.\n${this.#last}`);
    const after = await this.#subject.dump();
    const isChanged = this.model.resources.some(({ key }) => !isSame(after[key] ?? [], this.rows[key] ?? []));
    if (isChanged) await this.#subject.reset(this.rows);
    if (reply.status < 300) {
      const names = this.#madeIds(after, expected.rows);
      const body = reply.text === "" ? undefined : this.#timeless(JSON.parse(reply.text), names);
      if (expected.anyBody !== true) this.same(body, expected.body, "the answer");
    }
    if (!isChanged && expected.rows === this.rows) return;
    const made = this.#madeIds(after, expected.rows);
    for (const resource of this.model.resources) {
      const anonymous = (row: Row): Row =>
        Object.fromEntries(
          Object.entries(normalised(resource, row, this.#start)).map(([column, value]) => [
            column,
            made.has(String(value)) ? "new" : value,
          ]),
        );
      const is = sorted((after[resource.key] ?? []).map(anonymous));
      const should = sorted((expected.rows[resource.key] ?? []).map(anonymous));
      if (is.join() === should.join()) continue;
      const [more, less] = [lacking(is, should), lacking(should, is)];
      throw new Mismatch(
        `Rows of ${resource.key}: ${should.length} are right, without\n${more.join("\n")}\nand with\n${less.join("\n")}\n${this.#last}`,
      );
    }
  }

  /** The ids of rows that were not there before and that the request did not choose. */
  #madeIds(after: Rows, expected: Rows): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const { key } of this.model.resources) {
      const known = new Set([...(this.rows[key] ?? []), ...(expected[key] ?? [])].map(({ id }) => id));
      for (const { id } of after[key] ?? []) if (!known.has(id ?? null)) names.set(String(id), "new");
    }
    return names;
  }

  /** The answer with moments of the run, and ids that the server made, replaced as in expectations. */
  #timeless(value: unknown, names: ReadonlyMap<string, string>): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#timeless(item, names));
    if (typeof value === "string") {
      if (/^\d{4}-\d\d-\d\dT.*Z$/.test(value) && value >= this.#start) return "NOW";
      return names.get(value) ?? value;
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#timeless(item, names)]));
  }
}

/** JSON with members in a fixed order. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    )?.replaceAll(/"new-\d+"/g, '"new"') ?? "nothing"
  );
}

const sorted = (rows: readonly Row[]): string[] => rows.map(canonical).sort();

/** Those that the others do not have. */
const lacking = (rows: readonly string[], others: readonly string[]): string[] =>
  rows.filter((row) => !others.includes(row));

/** Whether the rows are those that were seeded, in their order, which only a write of them changes. */
const isSame = (rows: readonly Row[], before: readonly Row[]): boolean =>
  rows.length === before.length &&
  rows.every((row, index) =>
    Object.entries(row).every(([column, value]) => before[index]?.[column] === value),
  );
