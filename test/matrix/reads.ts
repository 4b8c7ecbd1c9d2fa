/** What reads should give, computed in memory from the rows and the rules. */
import type { Model, RelationModel, ResourceModel } from "../../generator/model/types.ts";
import { decide, Meaning } from "./meaning.ts";
import { cell, type Row, type Rows, resourceOf, shown, shownRow, type User, visibleFields } from "./rows.ts";
import { isOffered } from "./writes.ts";

/** The oracle of the reads of one caller. */
export class Reads {
  readonly #model: Model;
  readonly #rows: Rows;
  readonly #user: User | null;
  readonly #meaning: Meaning;

  constructor(model: Model, rows: Rows, user: User | null) {
    this.#model = model;
    this.#rows = rows;
    this.#user = user;
    this.#meaning = new Meaning(model, rows, user);
  }

  /** 200, or the status of every read of rows. @param deleted Whether deleted ones are asked for. */
  status({ access }: ResourceModel, deleted = false): number {
    const rule = deleted ? access.readDeleted : access.read;
    if (decide(rule, this.#user, { deleted }) !== "no") return 200;
    if (this.#user === null) return 401;
    return deleted ? 403 : 200;
  }

  /** The rows that the caller may read, by id. */
  rows({ access, key }: ResourceModel, deleted = false): Row[] {
    const rule = deleted ? access.readDeleted : access.read;
    return (this.#rows[key] ?? [])
      .filter((row) => this.#meaning.holds(rule, row, key))
      .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  }

  /** How many rows have each value of a field. */
  groups(resource: ResourceModel, name: string): Map<string, number> {
    const field = visibleFields(resource).find((one) => one.name === name);
    if (field === undefined) throw new Error(`${resource.key} does not show ${name}`);
    const counts = new Map<string, number>();
    for (const row of this.rows(resource)) {
      const key = JSON.stringify(shown(field, row[field.column] ?? null));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  /** The ids of rows that hold a word in a field that is searched. */
  found(resource: ResourceModel, word: string): string[] {
    const fields = resource.search?.fields ?? [];
    return this.rows(resource)
      .filter((row) =>
        fields.some(({ name }) =>
          String(cell(resource, row, name) ?? "")
            .split(/[^a-z0-9]+/i)
            .includes(word),
        ),
      )
      .map(({ id }) => String(id));
  }

  /** The relations that a request may follow. */
  relations(resource: ResourceModel): RelationModel[] {
    return resource.relations.filter((relation) => {
      const target = resourceOf(this.#model, relation.target);
      const joining = relation.type === "manyToMany" ? [resourceOf(this.#model, relation.through)] : [];
      if (![target, ...joining].every((end) => isOffered(this.#model, end, "read"))) return false;
      return linksOf(resource, relation, target, joining[0]).every(
        ([at, name]) => at.fields.find((field) => field.name === name)?.hidden === false,
      );
    });
  }

  /** The row as it is shown with what a path of relations leads to. */
  including(resource: ResourceModel, row: Row, path: readonly string[]): Record<string, unknown> {
    const base = shownRow(resource, row);
    const [name, ...rest] = path;
    const relation = resource.relations.find((one) => one.name === name);
    if (name === undefined || relation === undefined) return base;
    const target = resourceOf(this.#model, relation.target);
    const ends = this.#ends(resource, row, relation).map((end) => this.including(target, end, rest));
    const isMany = relation.type === "hasMany" || relation.type === "manyToMany";
    return { ...base, [name]: isMany ? ends : (ends[0] ?? null) };
  }

  /** The rows that a relation leads to and that the caller may read, by id. */
  #ends(resource: ResourceModel, row: Row, relation: RelationModel): Row[] {
    const target = resourceOf(this.#model, relation.target);
    return this.rows(target).filter((end) => this.#leads(resource, row, relation, end));
  }

  #leads(resource: ResourceModel, row: Row, relation: RelationModel, end: Row): boolean {
    switch (relation.type) {
      case "belongsTo":
        return cell(resource, row, relation.field) === end.id;
      case "hasOne":
      case "hasMany":
        return cell(resourceOf(this.#model, relation.target), end, relation.by) === row.id;
      case "manyToMany": {
        const joining = resourceOf(this.#model, relation.through);
        return this.rows(joining).some(
          (join) =>
            cell(joining, join, relation.by) === row.id && cell(joining, join, relation.to) === end.id,
        );
      }
    }
  }
}

/** The fields that a relation compares, each with the resource that has it. */
function linksOf(
  resource: ResourceModel,
  relation: RelationModel,
  target: ResourceModel,
  joining: ResourceModel | undefined,
): readonly (readonly [ResourceModel, string])[] {
  switch (relation.type) {
    case "belongsTo":
      return [[resource, relation.field]];
    case "hasOne":
    case "hasMany":
      return [[target, relation.by]];
    case "manyToMany":
      return [
        [joining ?? target, relation.by],
        [joining ?? target, relation.to],
      ];
  }
}
