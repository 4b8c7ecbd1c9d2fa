/** Every write of every resource by one caller, on every row, compared with what the rules mean. */
import { type NestedRelation, nestedRelations } from "../../generator/emit/nested.ts";
import { procedurePath } from "../../generator/emit/procedures.ts";
import type { ResourceModel } from "../../generator/model/types.ts";
import type { Random } from "./random.ts";
import { resourceOf } from "./rows.ts";
import type { Run } from "./run.ts";
import { randomBody, randomPatch } from "./seed.ts";
import { type Body, isCallable, isOffered, type Outcome, Writes } from "./writes.ts";

/**
 * Tries every write. The rows are the same after each.
 *
 * @param share How many of the writes on each row are tried: from 0 to 1, all of them.
 */
export async function checkWrites(run: Run, random: Random, share = 1): Promise<void> {
  for (const resource of run.model.resources) {
    const writer = new Writer(run, resource, random, share);
    await writer.creates();
    await writer.changes();
    await writer.batches();
    await writer.upserts();
    await writer.versions();
    await writer.replays();
    await writer.procedures();
  }
}

class Writer {
  readonly #run: Run;
  readonly #resource: ResourceModel;
  readonly #random: Random;
  readonly #path: string;
  readonly #share: number;
  readonly #writes: Writes;
  readonly #offers: Readonly<Record<"read" | "create" | "update" | "delete" | "readDeleted", boolean>>;
  #label = 0;

  constructor(run: Run, resource: ResourceModel, random: Random, share: number) {
    this.#share = share;
    this.#run = run;
    this.#resource = resource;
    this.#random = random;
    this.#path = `${run.model.basePath}/${resource.route}`;
    this.#writes = new Writes(run.model, run.rows, run.user);
    const offers = (operation: "read" | "create" | "update" | "delete" | "readDeleted"): boolean =>
      isOffered(run.model, resource, operation);
    this.#offers = {
      read: offers("read"),
      create: offers("create"),
      update: offers("update"),
      delete: offers("delete"),
      readDeleted: resource.deletedAt !== null && offers("readDeleted"),
    };
  }

  #body(): Body {
    this.#label += 1;
    return randomBody(this.#resource, this.#run.rows, this.#random, `made-${this.#label}`);
  }

  #patch(): Body | null {
    this.#label += 1;
    return randomPatch(this.#resource, this.#run.rows, this.#random, `made-${this.#label}`);
  }

  /** The answer where there is no such route: 405 where the path has others, otherwise 404. */
  #noRoute(isKnown: boolean): Outcome {
    return { status: isKnown ? 405 : 404, rows: this.#run.rows };
  }

  get #ids(): string[] {
    return (this.#run.rows[this.#resource.key] ?? []).map(({ id }) => String(id));
  }

  /** What a write of one row carries where it has to name a version. */
  get #anyVersion(): Readonly<Record<string, string>> {
    return this.#resource.requireIfMatch ? { "If-Match": "*" } : {};
  }

  /** As many of the rows as are to be tried. */
  #drawn(ids: readonly string[]): string[] {
    return ids.filter(() => this.#random.chance(this.#share));
  }

  async creates(): Promise<void> {
    const { create, read } = this.#offers;
    for (let index = 0; index < 3; index++) {
      const body = this.#body();
      const expected = create ? this.#writes.create(this.#resource, [body], false) : this.#noRoute(read);
      await this.#run.write("POST", this.#path, body, expected);
    }
    const bodies = [this.#body(), this.#body()];
    const expected = create ? this.#writes.create(this.#resource, bodies, true) : this.#noRoute(read);
    await this.#run.write("POST", `${this.#path}/batch`, { items: bodies }, expected);
    if (create) await this.nested();
    if (!create || !this.#resource.fields.some(({ clientId }) => clientId)) return;
    const taken = { ...this.#body(), id: this.#random.pick(this.#ids) };
    await this.#run.write("POST", this.#path, taken, this.#writes.create(this.#resource, [taken], false));
  }

  /** A row with two more that refer to it. */
  async nested(): Promise<void> {
    const { model, rows } = this.#run;
    for (const relation of nestedRelations(model, this.#resource)) {
      if (relation.type === "belongsTo") await this.#withParent(relation);
    }
    for (const relation of this.#resource.relations) {
      if (relation.type !== "hasMany") continue;
      const target = resourceOf(model, relation.target);
      if (!isOffered(model, target, "create")) continue;
      const children = ["a", "b"].map((name) => {
        const { [relation.by]: _, ...child } = randomBody(target, rows, this.#random, `child-${name}`);
        return child;
      });
      const body = this.#body();
      const expected = this.#writes.nested(this.#resource, body, { ...relation, target }, children);
      await this.#run.write("POST", this.#path, { ...body, [relation.name]: children }, expected);
    }
  }

  /** A row with one that it refers to. */
  async #withParent({ name, target, field }: NestedRelation): Promise<void> {
    const { [field.name]: _, ...body } = this.#body();
    const parent = randomBody(target, this.#run.rows, this.#random, "parent");
    const expected = this.#writes.nestedParent(
      this.#resource,
      body,
      { name, target, by: field.name },
      parent,
    );
    await this.#run.write("POST", this.#path, { ...body, [name]: parent }, expected);
  }

  async changes(): Promise<void> {
    const { read, update, delete: removes, readDeleted } = this.#offers;
    for (const id of this.#drawn([...this.#ids, this.#random.uuid()])) {
      const path = `${this.#path}/${id}`;
      const patch = this.#patch();
      if (patch !== null || !update) {
        const outcome = update ? this.#writes.update(this.#resource, id, patch ?? {}) : this.#noRoute(read);
        await this.#run.write("PATCH", path, patch ?? {}, outcome, this.#anyVersion);
        const body = this.#body();
        const replaced = update ? this.#writes.replace(this.#resource, id, body) : this.#noRoute(read);
        await this.#run.write("PUT", path, body, replaced, this.#anyVersion);
      }
      const deleted = removes ? this.#writes.delete(this.#resource, id) : this.#noRoute(read);
      await this.#run.write("DELETE", path, undefined, deleted, this.#anyVersion);
      const restored =
        removes && readDeleted ? this.#writes.restore(this.#resource, id) : this.#noRoute(false);
      await this.#run.write("POST", `${path}/restore`, undefined, restored, this.#anyVersion);
    }
  }

  async batches(): Promise<void> {
    const { read, update, delete: removes, create } = this.#offers;
    const isKnown = read || create;
    for (const ids of [null, this.#random.some(this.#ids, 3), [this.#random.pick(this.#ids)]]) {
      const filter = ids === null ? "*" : `id=in=(${ids.join(",")})`;
      const path = `${this.#path}/batch?filter=${encodeURIComponent(filter)}`;
      const patch = this.#patch();
      if (patch !== null || !update) {
        const outcome = update
          ? this.#writes.updateMany(this.#resource, ids, patch ?? {})
          : this.#noRoute(isKnown);
        await this.#run.write("PATCH", path, patch ?? {}, outcome);
      }
      const deleted = removes ? this.#writes.deleteMany(this.#resource, ids) : this.#noRoute(isKnown);
      await this.#run.write("DELETE", path, undefined, deleted);
    }
  }

  async upserts(): Promise<void> {
    const path = `${this.#path}/batch/upsert`;
    if (!this.#offers.create || !this.#resource.fields.some(({ clientId }) => clientId)) {
      await this.#run.write("POST", path, { items: [] }, this.#noRoute(false));
      return;
    }
    for (const id of this.#drawn(this.#ids)) {
      const there = { id, ...this.#body() };
      const items = this.#random.chance(0.5)
        ? [there]
        : [{ id: this.#random.uuid(), ...this.#body() }, there];
      await this.#run.write("POST", path, { items }, this.#writes.upsert(this.#resource, items));
    }
    const made = { id: this.#random.uuid(), ...this.#body() };
    await this.#run.write("POST", path, { items: [made] }, this.#writes.upsert(this.#resource, [made]));
  }

  /** Changes of rows of which the request knows the version, another one, or none where it has to. */
  async versions(): Promise<void> {
    const { update, delete: removes } = this.#offers;
    const version = this.#resource.fields.find(({ generated }) => generated === "version");
    if (version === undefined) return;
    const known = (this.#run.rows[this.#resource.key] ?? []).map((row) => [row.id, row[version.column]]);
    const ids = this.#drawn(this.#ids).slice(0, 2);
    for (const id of [...ids, this.#random.uuid()]) {
      const path = `${this.#path}/${id}`;
      const patch = this.#patch();
      const tag = `"${known.find(([one]) => one === id)?.[1] ?? 1}"`;
      for (const [method, outcome, json] of [
        ["PATCH", update && patch !== null ? this.#writes.update(this.#resource, id, patch) : null, patch],
        ["DELETE", removes ? this.#writes.delete(this.#resource, id) : null, undefined],
      ] as const) {
        if (outcome === null) continue;
        await this.#run.write(method, path, json, outcome, { "If-Match": `"99", ${tag}` });
        const stale = [401, 404].includes(outcome.status)
          ? [outcome.status]
          : [412, ...(outcome.status < 300 ? [] : [outcome.status])];
        await this.#run.refusal(method, path, json, { "If-Match": `"99"` }, stale);
        if (!this.#resource.requireIfMatch) continue;
        // Whoever may never do it learns that first; of the row nothing is looked at.
        await this.#run.refusal(method, path, json, {}, outcome.status === 401 ? [401] : [428]);
      }
    }
  }

  /** Writes under an `Idempotency-Key`, sent twice. Somebody has to be signed in. */
  async replays(): Promise<void> {
    const { create, update, delete: removes } = this.#offers;
    const { user } = this.#run;
    const keyed = (): Readonly<Record<string, string>> => ({
      "Idempotency-Key": `key-${this.#random.uuid()}`,
    });
    if (create) {
      const body = this.#body();
      const outcome = this.#writes.create(this.#resource, [body], false);
      if (user !== null) await this.#run.replay("POST", this.#path, body, keyed(), outcome);
      else await this.#run.refusal("POST", this.#path, body, keyed(), [400, outcome.status]);
    }
    for (const id of this.#drawn(this.#ids).slice(0, 2)) {
      const path = `${this.#path}/${id}`;
      const headers = { ...keyed(), ...this.#anyVersion };
      const patch = this.#patch();
      if (update && patch !== null && user !== null)
        await this.#run.replay("PATCH", path, patch, headers, this.#writes.update(this.#resource, id, patch));
      if (removes && user !== null) {
        const outcome = this.#writes.delete(this.#resource, id);
        await this.#run.replay("DELETE", path, undefined, { ...keyed(), ...this.#anyVersion }, outcome);
      }
    }
  }

  /** Calls of procedures: who gets to them at all. One that takes or gives something does what only its own code knows. */
  async procedures(): Promise<void> {
    for (const procedure of this.#resource.procedures?.list ?? []) {
      const names = procedure.type === "rpc" ? [""] : [...this.#drawn(this.#ids), this.#random.uuid()];
      for (const id of names) {
        const { user, rows, model } = this.#run;
        const status = isCallable(model, this.#resource, procedure)
          ? this.#writes.call(this.#resource, procedure, id)
          : 404;
        const path = `${this.#path}${procedurePath(procedure).replace(":id", id)}`;
        const json = procedure.input === null ? undefined : {};
        if (status !== 200) await this.#run.write("POST", path, json, { status, rows });
        else if (procedure.input === null && procedure.output === null)
          await this.#run.write("POST", path, undefined, { status: 204, rows });
        if (user === null || status === 404) continue;
        await this.#run.refusal("POST", path, json, { "Idempotency-Key": "procedures-take-none" }, [400]);
      }
    }
  }
}
