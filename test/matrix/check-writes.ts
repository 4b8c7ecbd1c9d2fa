/** Every write of every resource by one caller, on every row, compared with what the rules mean. */
import type { ResourceModel } from "../../generator/model/types.ts";
import type { Random } from "./random.ts";
import { resourceOf } from "./rows.ts";
import type { Run } from "./run.ts";
import { randomBody, randomPatch } from "./seed.ts";
import { type Body, isOffered, type Outcome, Writes } from "./writes.ts";

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

  async changes(): Promise<void> {
    const { read, update, delete: removes, readDeleted } = this.#offers;
    for (const id of this.#drawn([...this.#ids, this.#random.uuid()])) {
      const path = `${this.#path}/${id}`;
      const patch = this.#patch();
      if (patch !== null || !update) {
        const outcome = update ? this.#writes.update(this.#resource, id, patch ?? {}) : this.#noRoute(read);
        await this.#run.write("PATCH", path, patch ?? {}, outcome);
        const body = this.#body();
        const replaced = update ? this.#writes.replace(this.#resource, id, body) : this.#noRoute(read);
        await this.#run.write("PUT", path, body, replaced);
      }
      const deleted = removes ? this.#writes.delete(this.#resource, id) : this.#noRoute(read);
      await this.#run.write("DELETE", path, undefined, deleted);
      const restored =
        removes && readDeleted ? this.#writes.restore(this.#resource, id) : this.#noRoute(false);
      await this.#run.write("POST", `${path}/restore`, undefined, restored);
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
}
