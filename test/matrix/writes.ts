/** What a write should give, computed in memory from the rows and the rules. */
import type { Model, ProcedureModel, ResourceModel } from "../../generator/model/types.ts";
import { changedRow, isRefused, newRow, replacement, touched, withoutRows, withRows } from "./effects.ts";
import { decide, Meaning, type Role } from "./meaning.ts";
import { NOW, type Row, type Rows, shownRow, type User } from "./rows.ts";

/** A body, or one of several. */
export type Body = Readonly<Record<string, unknown>>;

/** What a write should answer, and the rows after it. */
export interface Outcome {
  readonly status: number;
  /** What the answer holds; absent where it has no body, or a problem. */
  readonly body?: unknown;
  /** Whether the body is not told by the rules. */
  readonly anyBody?: boolean;
  readonly rows: Rows;
}

/** One of the operations of a rule that changes rows. */
export type Writing = "create" | "update" | "delete";

/** Stands for the id of the nth row that a write makes. */
export const newId = (index: number): string => `new-${index}`;

/** Who may be told apart by the rules of an application. */
const kinds = (model: Model): readonly (Role | null)[] => [
  null,
  ...["", ...(model.auth?.roles ?? [])].map((role) => ({ role })),
];

/** Fields of a new row that hold the caller's id. */
const owned = (resource: ResourceModel): ReadonlySet<string> =>
  new Set(resource.fields.filter(({ generated }) => generated === "owner").map(({ name }) => name));

/** Whether anybody at all can do it, so that there is a route. */
export function isOffered(
  model: Model,
  { access }: ResourceModel,
  operation: Writing | "read" | "readDeleted",
): boolean {
  const deleted = operation === "readDeleted";
  const somebody = kinds(model).some((user) => decide(access[operation], user, { deleted }) !== "no");
  const needsRead = operation === "update" || operation === "delete";
  return somebody && (!needsRead || isOffered(model, { access } as ResourceModel, "read"));
}

/** Whether anybody at all can call it. */
export const isCallable = (
  model: Model,
  resource: ResourceModel,
  { access, type }: ProcedureModel,
): boolean =>
  kinds(model).some((user) => decide(access, user) !== "no") &&
  (type === "rpc" || isOffered(model, resource, "read"));

/** The oracle of the writes of one caller. */
export class Writes {
  readonly #model: Model;
  readonly #rows: Rows;
  readonly #user: User | null;
  readonly #before: Meaning;

  constructor(model: Model, rows: Rows, user: User | null) {
    this.#model = model;
    this.#rows = rows;
    this.#user = user;
    this.#before = new Meaning(model, rows, user);
  }

  #refuse(status: number): Outcome {
    return { status, rows: this.#rows };
  }

  /** Whether the caller has to sign in for any of the operations to be possible. */
  #signInFirst({ access }: ResourceModel, ...operations: readonly (Writing | "read")[]): boolean {
    return this.#user === null && operations.some((operation) => decide(access[operation], null) === "no");
  }

  /** Whether a body refers to a row that the caller may not read, or that is not there. */
  #badReference(resource: ResourceModel, body: Body): boolean {
    return resource.fields.some(({ name, reference, writable }) => {
      const id = body[name] ?? null;
      if (reference === null || !writable || id === null) return false;
      return this.#readable(reference.resource, id) === null;
    });
  }

  /** The row of an id, where the caller may read it. */
  #readable(key: string, id: unknown): Row | null {
    const resource = this.#model.resources.find((one) => one.key === key);
    const row = (this.#rows[key] ?? []).find((one) => one.id === id);
    if (row === undefined || resource === undefined) return null;
    return this.#before.holds(resource.access.read, row, key) ? row : null;
  }

  /** What the caller is shown of rows that were written: null for each that it may not read. */
  #shown(resource: ResourceModel, rows: Rows, ids: readonly string[]): (object | null)[] {
    const after = new Meaning(this.#model, rows, this.#user);
    return ids.map((id) => {
      const row = (rows[resource.key] ?? []).find((one) => one.id === id);
      if (row === undefined) throw new Error(`${resource.key} has no row ${id}`);
      return after.holds(resource.access.read, row, resource.key) ? shownRow(resource, row) : null;
    });
  }

  #holdsFor(resource: ResourceModel, operation: Writing, rows: Rows, ids: readonly string[]): boolean {
    const after = new Meaning(this.#model, rows, this.#user);
    return (rows[resource.key] ?? [])
      .filter(({ id }) => ids.includes(String(id)))
      .every((row) => after.holds(resource.access[operation], row, resource.key));
  }

  #one(resource: ResourceModel, status: number, rows: Rows, id: string): Outcome {
    const [body] = this.#shown(resource, rows, [id]);
    return body === null ? { status: 204, rows } : { status, body, rows };
  }

  #many(resource: ResourceModel, status: number, rows: Rows, ids: readonly string[]): Outcome {
    const items = this.#shown(resource, rows, ids);
    return items.every((item) => item === null) ? { status: 204, rows } : { status, body: { items }, rows };
  }

  /** What stands before any create: 401 and 403, before the body is looked at. */
  #creatable(resource: ResourceModel): number | null {
    const anonymous = this.#user === null;
    if (this.#signInFirst(resource, "create")) return 401;
    if (decide(resource.access.create, this.#user, { owned: owned(resource) }) === "no") return 403;
    return anonymous && owned(resource).size > 0 ? 401 : null;
  }

  /**
   * @param many Whether they come as a batch.
   * @param first Where the numbers of the new ids begin.
   */
  create(resource: ResourceModel, bodies: readonly Body[], many: boolean, first = 0): Outcome {
    const refused = this.#creatable(resource);
    if (refused !== null) return this.#refuse(refused);
    if (bodies.some((body) => this.#badReference(resource, body))) return this.#refuse(400);
    const ids = bodies.map((body, index) => String(body.id ?? newId(first + index)));
    const added = bodies.map((body, index) => newRow(resource, body, this.#user, ids[index] ?? ""));
    const rows = withRows(this.#rows, resource.key, [], added);
    if (isRefused(this.#model, resource, rows)) return this.#refuse(409);
    if (!this.#holdsFor(resource, "create", rows, ids)) return this.#refuse(403);
    return many ? this.#many(resource, 201, rows, ids) : this.#one(resource, 201, rows, ids[0] ?? "");
  }

  /** A row that is created with others that refer to it by a field. @param children Bodies without that field. */
  nested(
    resource: ResourceModel,
    body: Body,
    relation: { readonly name: string; readonly target: ResourceModel; readonly by: string },
    children: readonly Body[],
  ): Outcome {
    const refused = this.#creatable(resource) ?? this.#creatable(relation.target);
    if (refused !== null) return this.#refuse(refused);
    const own = this.create(resource, [body], false);
    if (own.status >= 300) return own;
    const later = new Writes(this.#model, own.rows, this.#user);
    const below = children.map((child) => ({ ...child, [relation.by]: newId(0) }));
    const made = later.create(relation.target, below, true, 1);
    if (made.status >= 300) return this.#refuse(made.status);
    if (own.body === undefined) return { status: 204, rows: made.rows };
    const { items = children.map(() => null) } = (made.body ?? {}) as { items?: unknown[] };
    return { status: 201, body: { ...(own.body as object), [relation.name]: items }, rows: made.rows };
  }

  /** A row that is created with one that it refers to by a field. @param body Without that field. */
  nestedParent(
    resource: ResourceModel,
    body: Body,
    relation: { readonly name: string; readonly target: ResourceModel; readonly by: string },
    parent: Body,
  ): Outcome {
    const refused = this.#creatable(resource) ?? this.#creatable(relation.target);
    if (refused !== null) return this.#refuse(refused);
    const above = this.create(relation.target, [parent], false);
    if (above.status >= 300) return above;
    const later = new Writes(this.#model, above.rows, this.#user);
    const id = String(parent.id ?? newId(0));
    const own = later.create(resource, [{ ...body, [relation.by]: id }], false, 1);
    if (own.status >= 300) return this.#refuse(own.status);
    if (own.body === undefined) return { status: 204, rows: own.rows };
    // What is shown of the parent is what it is once all is written.
    const [shown] = later.#shown(relation.target, own.rows, [id]);
    return { status: 201, body: { ...(own.body as object), [relation.name]: shown }, rows: own.rows };
  }

  /** The status of a call. @param id The row's, or nothing. */
  call(resource: ResourceModel, { type, access }: ProcedureModel, id: string): number {
    if (type === "rpc") {
      const verdict = decide(access, this.#user);
      return verdict === "no" ? (this.#user === null ? 401 : 403) : 200;
    }
    if (this.#signInFirst(resource, "read")) return 401;
    if (this.#user === null && decide(access, null) === "no") return 401;
    const row = this.#readable(resource.key, id);
    if (row === null) return 404;
    return this.#before.holds(access, row, resource.key) ? 200 : 403;
  }

  update(resource: ResourceModel, id: string, patch: Body): Outcome {
    if (this.#signInFirst(resource, "read", "update")) return this.#refuse(401);
    const bad = this.#badReference(resource, patch);
    // Hooks are told of a row, so it is read, under its rules, before anything that the request says is looked up.
    const isHooked = resource.hooks?.exports.includes("beforeUpdate") === true;
    if (bad && !isHooked) return this.#refuse(400);
    const row = this.#readable(resource.key, id);
    if (row === null) return this.#refuse(404);
    if (!this.#before.holds(resource.access.update, row, resource.key)) return this.#refuse(403);
    if (bad) return this.#refuse(400);
    const rows = withRows(this.#rows, resource.key, [changedRow(resource, row, patch)]);
    if (isRefused(this.#model, resource, rows)) return this.#refuse(409);
    if (!this.#holdsFor(resource, "update", rows, [id])) return this.#refuse(403);
    return this.#one(resource, 200, rows, id);
  }

  replace(resource: ResourceModel, id: string, body: Body): Outcome {
    return this.update(resource, id, replacement(resource, body));
  }

  #remove(resource: ResourceModel, gone: readonly Row[]): Rows | null {
    const { deletedAt, key } = resource;
    if (deletedAt === null)
      return withoutRows(
        this.#model,
        this.#rows,
        key,
        gone.map(({ id }) => String(id)),
      );
    const marked = gone.map((row) => ({ ...touched(resource, row), [deletedAt.column]: NOW }));
    return withRows(this.#rows, key, marked);
  }

  delete(resource: ResourceModel, id: string): Outcome {
    if (this.#signInFirst(resource, "read", "delete")) return this.#refuse(401);
    const row = this.#readable(resource.key, id);
    if (row === null) return this.#refuse(404);
    if (!this.#before.holds(resource.access.delete, row, resource.key)) return this.#refuse(403);
    const rows = this.#remove(resource, [row]);
    return rows === null ? this.#refuse(409) : { status: 204, rows };
  }

  restore(resource: ResourceModel, id: string): Outcome {
    const { deletedAt, access, key } = resource;
    const sees = { role: this.#user?.role ?? null };
    const anonymous = this.#user === null;
    if (anonymous && decide(access.readDeleted, null, { deleted: true }) === "no") return this.#refuse(401);
    if (this.#signInFirst(resource, "delete")) return this.#refuse(401);
    if (!anonymous && decide(access.readDeleted, sees, { deleted: true }) === "no") return this.#refuse(404);
    const row = (this.#rows[key] ?? []).find((one) => one.id === id);
    if (row === undefined || deletedAt === null || row[deletedAt.column] === null) return this.#refuse(404);
    if (!this.#before.holds(access.readDeleted, row, key)) return this.#refuse(404);
    if (!this.#before.holds(access.delete, row, key)) return this.#refuse(403);
    const back = { ...touched(resource, row), [deletedAt.column]: null };
    const rows = withRows(this.#rows, key, [back]);
    if (isRefused(this.#model, resource, rows)) return this.#refuse(409);
    return this.#one(resource, 200, rows, id);
  }

  /** @param ids Those that the filter means; null for all. */
  updateMany(resource: ResourceModel, ids: readonly string[] | null, patch: Body): Outcome {
    if (this.#signInFirst(resource, "read", "update")) return this.#refuse(401);
    if (this.#badReference(resource, patch)) return this.#refuse(400);
    const meant = this.#meant(resource, "update", ids);
    const changed = meant.map((row) => changedRow(resource, row, patch));
    const rows = withRows(this.#rows, resource.key, changed);
    if (isRefused(this.#model, resource, rows)) return this.#refuse(409);
    const touchedIds = changed.map(({ id }) => String(id));
    if (!this.#holdsFor(resource, "update", rows, touchedIds)) return this.#refuse(403);
    return { status: 200, body: { count: meant.length }, rows };
  }

  deleteMany(resource: ResourceModel, ids: readonly string[] | null): Outcome {
    if (this.#signInFirst(resource, "read", "delete")) return this.#refuse(401);
    const meant = this.#meant(resource, "delete", ids);
    const rows = this.#remove(resource, meant);
    if (rows === null) return this.#refuse(409);
    // Which of two rows goes first, and takes the other along, is for the database to choose: only the first is counted.
    const anyBody =
      resource.deletedAt === null &&
      resource.fields.some(
        ({ reference }) => reference?.resource === resource.key && reference.onDelete === "cascade",
      );
    return { status: 200, body: { count: meant.length }, anyBody, rows };
  }

  /** The rows of a batch by filter: others are skipped. */
  #meant(resource: ResourceModel, operation: "update" | "delete", ids: readonly string[] | null): Row[] {
    return (this.#rows[resource.key] ?? []).filter(
      (row) =>
        (ids === null || ids.includes(String(row.id))) &&
        this.#before.holds(resource.access.read, row, resource.key) &&
        this.#before.holds(resource.access[operation], row, resource.key),
    );
  }

  /** @param bodies Each with its id. */
  upsert(resource: ResourceModel, bodies: readonly Body[]): Outcome {
    const { key, access } = resource;
    if (this.#user === null && owned(resource).size > 0) return this.#refuse(401);
    const there = (this.#rows[key] ?? []).filter((row) => bodies.some(({ id }) => id === row.id));
    const made = bodies.filter(({ id }) => !there.some((row) => row.id === id));
    if (there.length > 0) {
      if (!isOffered(this.#model, resource, "update")) return this.#refused(resource, bodies, there);
      if (this.#signInFirst(resource, "update")) return this.#refuse(401);
    }
    if (made.length > 0) {
      const refused = this.#creatable(resource);
      if (refused !== null) return this.#refuse(refused);
    }
    if (bodies.some((body) => this.#badReference(resource, body))) return this.#refuse(400);
    if (there.some((row) => !this.#before.holds(access.read, row, key))) return this.#refuse(409);
    if (there.some((row) => !this.#before.holds(access.update, row, key))) return this.#refuse(403);
    const patchOf = (row: Row): Body => bodies.find(({ id }) => id === row.id) ?? {};
    const changed = there.map((row) => changedRow(resource, row, patchOf(row)));
    const added = made.map((body) => newRow(resource, body, this.#user, String(body.id)));
    const between = withRows(this.#rows, key, changed);
    const rows = withRows(between, key, [], added);
    // Rows that are changed are looked at before others are created, and may collide with those only then.
    const changedIds = changed.map(({ id }) => String(id));
    const addedIds = added.map(({ id }) => String(id));
    if (isRefused(this.#model, resource, between)) return this.#refuse(409);
    if (!this.#holdsFor(resource, "update", between, changedIds)) return this.#refuse(403);
    if (isRefused(this.#model, resource, rows)) return this.#refuse(409);
    if (!this.#holdsFor(resource, "create", rows, addedIds)) return this.#refuse(403);
    return this.#many(
      resource,
      200,
      rows,
      bodies.map(({ id }) => String(id)),
    );
  }

  /** An upsert of rows that are there, of a resource that nobody may change. */
  #refused(resource: ResourceModel, bodies: readonly Body[], there: readonly Row[]): Outcome {
    if (bodies.length > there.length) {
      const refused = this.#creatable(resource);
      if (refused !== null) return this.#refuse(refused);
    }
    if (bodies.some((body) => this.#badReference(resource, body))) return this.#refuse(400);
    const isSeen = there.every((row) => this.#before.holds(resource.access.read, row, resource.key));
    return this.#refuse(isSeen ? 403 : 409);
  }
}
