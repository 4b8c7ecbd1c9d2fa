/** What each user may see after each change: the rules by their definition, on the rows as the change log tells them. */
import type { Model, ResourceModel } from "../../../generator/model/types.ts";
import { Meaning } from "../../matrix/meaning.ts";
import { type Row, type Rows, shownRow, type User } from "../../matrix/rows.ts";
import type { SqliteDatabase } from "../matrix/sqlite.ts";

/** An event as a stream has to tell it. */
export interface ExpectedEvent {
  readonly seq: number;
  readonly type: "added" | "changed" | "removed";
  readonly id: string;
  readonly object: unknown;
}

/** What a subscriber asked for. */
export interface Interest {
  readonly user: User | null;
  readonly resource: ResourceModel;
  /** The filter by its definition. */
  readonly matches: (row: Row) => boolean;
}

interface Step {
  readonly seq: number;
  readonly source: string;
  readonly id: string;
}

type State = ReadonlyMap<string, ReadonlyMap<string, Row>>;

export class History {
  readonly #model: Model;
  readonly #database: SqliteDatabase;
  readonly #steps: Step[] = [];
  /** The rows of each table after each step; the first entry is before all of them. */
  readonly #states: State[] = [];
  readonly #seen = new Map<Interest, ReadonlyMap<string, unknown>[]>();

  constructor(model: Model, database: SqliteDatabase, rows: Rows) {
    this.#model = model;
    this.#database = database;
    this.#states.push(
      new Map(
        model.resources.map(({ key, table }) => [
          table,
          new Map((rows[key] ?? []).map((row) => [String(row.id), row])),
        ]),
      ),
    );
  }

  /** The latest change. */
  get head(): number {
    return this.#steps.length;
  }

  /** Reads on in the log. */
  catchUp(): void {
    const rows = this.#database
      .prepare(
        "SELECT seq, source, row_id, before_row, after_row FROM _covara_changes WHERE seq > ? ORDER BY seq",
      )
      .all(this.head);
    for (const { seq, source, row_id, after_row } of rows) {
      if (seq !== this.head + 1) throw new Error(`the log has ${seq} after ${this.head}`);
      const [table, id] = [String(source), String(row_id)];
      this.#steps.push({ seq: this.head + 1, source: table, id });
      this.#states.push(this.#next(table, id, after_row === null ? null : String(after_row)));
    }
  }

  #next(table: string, id: string, after: string | null): State {
    const state = this.#states.at(-1);
    const resource = this.#model.resources.find((each) => each.table === table);
    if (state === undefined || resource === undefined) throw new Error(`the log tells of ${table}`);
    const rows = new Map(state.get(table));
    if (after === null) rows.delete(id);
    else rows.set(id, { ...rows.get(id), ...storedRow(resource, JSON.parse(after)) });
    return new Map([...state, [table, rows]]);
  }

  /** The rows that somebody may see after a change, as answers show them. */
  seenAt(interest: Interest, seq: number): ReadonlyMap<string, unknown> {
    this.#upTo(seq);
    let known = this.#seen.get(interest);
    if (known === undefined) {
      known = [];
      this.#seen.set(interest, known);
    }
    let rows = known[seq];
    if (rows === undefined) {
      rows = this.#see(interest, seq);
      known[seq] = rows;
    }
    return rows;
  }

  #upTo(seq: number): void {
    if (seq > this.head) this.catchUp();
  }

  #see({ user, resource, matches }: Interest, seq: number): ReadonlyMap<string, unknown> {
    const state = this.#states[seq];
    if (state === undefined) throw new Error(`there is no change ${seq}`);
    const rows = Object.fromEntries(
      this.#model.resources.map(({ key, table }) => [key, [...(state.get(table)?.values() ?? [])]]),
    );
    const meaning = new Meaning(this.#model, rows, user);
    return new Map(
      (rows[resource.key] ?? [])
        .filter((row) => meaning.holds(resource.access.subscribe, row, resource.key) && matches(row))
        .map((row) => [String(row.id), shownRow(resource, row)]),
    );
  }

  /** What a stream has to tell from after one change up to another. */
  expected(interest: Interest, from: number, to: number): ExpectedEvent[] {
    this.#upTo(to);
    return this.#steps.slice(from, to).flatMap(({ seq, source, id: changed }) => {
      const [before, after] = [this.seenAt(interest, seq - 1), this.seenAt(interest, seq)];
      const ids = new Set([...before.keys(), ...after.keys()]);
      return [...ids].sort().flatMap((id): ExpectedEvent[] => {
        const object = after.get(id);
        if (!after.has(id)) return [{ seq, type: "removed", id, object }];
        if (!before.has(id)) return [{ seq, type: "added", id, object }];
        return source === interest.resource.table && id === changed
          ? [{ seq, type: "changed", id, object }]
          : [];
      });
    });
  }
}

/** An image by columns. */
function storedRow(resource: ResourceModel, image: Readonly<Record<string, unknown>>): Row {
  const columns = new Map(resource.fields.map(({ name, column }) => [name, column]));
  return Object.fromEntries(
    Object.entries(image).flatMap(([name, value]) => {
      const column = columns.get(name);
      return column === undefined ? [] : [[column, value as string | number | null]];
    }),
  );
}
