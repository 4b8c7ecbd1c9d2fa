/** Every read of every resource by one caller, compared with what the rules mean. */
import type { ResourceModel } from "../../generator/model/types.ts";
import type { Random } from "./random.ts";
import { Reads } from "./reads.ts";
import { resourceOf, shownRow, visibleFields } from "./rows.ts";
import type { Run } from "./run.ts";
import { words } from "./seed.ts";
import { isOffered } from "./writes.ts";

type Json = Readonly<Record<string, unknown>>;

/** Reads everything that one caller can name. */
export async function checkReads(run: Run, random: Random): Promise<void> {
  for (const resource of run.model.resources) {
    const path = `${run.model.basePath}/${resource.route}`;
    if (!isOffered(run.model, resource, "read")) {
      await checkUnreadable(run, resource, path);
      continue;
    }
    const reads = new Reads(run.model, run.rows, run.user);
    const reader = new Reader(run, reads, resource, path, random);
    await reader.lists(false);
    await reader.each(false);
    await reader.aggregates();
    await reader.searches();
    await reader.includes();
    if (isOffered(run.model, resource, "readDeleted") && resource.deletedAt !== null) {
      await reader.lists(true);
      await reader.each(true);
    } else {
      await run.expect(400, "GET", `${path}?withDeleted=true`, undefined, [401]);
    }
  }
}

/** Of a resource that nobody may read there is nothing to get. */
async function checkUnreadable(run: Run, resource: ResourceModel, path: string): Promise<void> {
  const status = isOffered(run.model, resource, "create") ? 405 : 404;
  await run.expect(status, "GET", path);
  const [row] = run.rows[resource.key] ?? [];
  await run.expect(404, "GET", `${path}/${String(row?.id)}`);
  for (const name of ["count", "aggregate?count=true", "search?q=alpha"])
    await run.expect(404, "GET", `${path}/${name}`);
}

class Reader {
  readonly #run: Run;
  readonly #reads: Reads;
  readonly #resource: ResourceModel;
  readonly #path: string;
  readonly #random: Random;

  constructor(run: Run, reads: Reads, resource: ResourceModel, path: string, random: Random) {
    this.#run = run;
    this.#reads = reads;
    this.#resource = resource;
    this.#path = path;
    this.#random = random;
  }

  async lists(deleted: boolean): Promise<void> {
    const [run, resource, path] = [this.#run, this.#resource, this.#path];
    const status = this.#reads.status(resource, deleted);
    const flag = deleted ? "&withDeleted=true" : "";
    const rows = status === 200 ? this.#reads.rows(resource, deleted) : [];
    const expected = rows.map((row) => shownRow(resource, row, deleted));
    const order = this.#random.pick(["", "&orderBy=-id"]);
    if (order !== "") expected.reverse();
    const items: unknown[] = [];
    let cursor = "";
    const list = `${path}?limit=3&totalCount=true${order}${flag}`;
    const foreign = run.cursors.get(list);
    if (foreign !== undefined && foreign.user?.id !== run.user?.id)
      await run.expect(status === 200 ? 400 : status, "GET", `${list}${foreign.cursor}`);
    do {
      const json = await run.expect(status, "GET", `${list}${cursor}`);
      if (status !== 200) break;
      run.same(json.totalCount, rows.length, "totalCount");
      items.push(...(json.items as unknown[]));
      cursor = typeof json.nextCursor === "string" ? `&cursor=${encodeURIComponent(json.nextCursor)}` : "";
      if (cursor !== "") run.cursors.set(list, { user: run.user, cursor });
    } while (cursor !== "");
    if (status === 200) run.same(items, expected, "items");
    const count = await run.expect(status, "GET", `${path}/count${flag.replace("&", "?")}`);
    if (status === 200) run.same(count, { count: rows.length }, "count");
    const [filtered] = run.rows[resource.key] ?? [];
    const one = await run.expect(status, "GET", `${path}/count?filter=id==${String(filtered?.id)}${flag}`);
    if (status === 200)
      run.same(one, { count: rows.filter(({ id }) => id === filtered?.id).length }, "filter by id");
  }

  async each(deleted: boolean): Promise<void> {
    const resource = this.#resource;
    const status = this.#reads.status(resource, deleted);
    const readable = this.#reads.rows(resource, deleted);
    const flag = deleted ? "?withDeleted=true" : "";
    const missing = { id: this.#random.uuid() };
    for (const { id } of [...(this.#run.rows[resource.key] ?? []), missing]) {
      const row = readable.find((one) => one.id === id);
      const expected = status === 200 && row === undefined ? 404 : status;
      const json = await this.#run.expect(expected, "GET", `${this.#path}/${String(id)}${flag}`);
      if (row !== undefined && status === 200) this.#run.same(json, shownRow(resource, row, deleted), "row");
    }
  }

  async aggregates(): Promise<void> {
    const status = this.#reads.status(this.#resource);
    const fields = visibleFields(this.#resource).filter(({ kind }) => kind !== "json");
    for (const { name } of this.#random.some(fields, 4)) {
      const path = `${this.#path}/aggregate?count=true&groupBy=${name}`;
      const json = await this.#run.expect(status, "GET", path);
      if (status !== 200) continue;
      const groups = json.groups as { key: Json; count: number }[];
      const counts = groups.map(({ key, count }) => [JSON.stringify(key[name]), count] as const);
      const expected = this.#reads.groups(this.#resource, name);
      this.#run.same(counts.sort(), [...expected].sort(), `groups of ${name}`);
    }
    const json = await this.#run.expect(status, "GET", `${this.#path}/aggregate?min=id&max=id`);
    if (status !== 200) return;
    const rows = this.#reads.rows(this.#resource);
    const [least, most] = [rows[0]?.id ?? null, rows.at(-1)?.id ?? null];
    this.#run.same(json, { groups: [{ key: {}, min: { id: least }, max: { id: most } }] }, "min and max");
  }

  async searches(): Promise<void> {
    if (this.#resource.search === null) return;
    const status = this.#reads.status(this.#resource);
    for (const word of this.#random.some(words, 2)) {
      const json = await this.#run.expect(
        status,
        "GET",
        `${this.#path}/search?q=%22${word}%22&highlight=true&limit=100`,
      );
      if (status !== 200) continue;
      const found = this.#reads.found(this.#resource, word).sort();
      this.#run.same((json.items as Json[]).map(({ id }) => id).sort(), found, `search for ${word}`);
      this.#run.same([json.total, (json.highlights as Json[]).length], [found.length, found.length], "total");
    }
  }

  async includes(): Promise<void> {
    const status = this.#reads.status(this.#resource);
    for (const path of this.#paths()) {
      const json = await this.#run.expect(status, "GET", `${this.#path}?limit=100&include=${path.join(".")}`);
      if (status !== 200) continue;
      const expected = this.#reads
        .rows(this.#resource)
        .map((row) => this.#reads.including(this.#resource, row, path));
      this.#run.same(json.items, expected, `include ${path.join(".")}`);
    }
    for (const { name } of this.#resource.relations) {
      if (this.#reads.relations(this.#resource).some((one) => one.name === name)) continue;
      await this.#run.expect(400, "GET", `${this.#path}?include=${name}`, undefined, [401]);
    }
  }

  /** Every relation, and on from some of them to a depth of three. */
  #paths(): string[][] {
    return this.#reads.relations(this.#resource).map((relation) => {
      const path = [relation.name];
      let at = resourceOf(this.#run.model, relation.target);
      while (path.length < 3) {
        const next = this.#reads.relations(at);
        if (next.length === 0) break;
        const chosen = this.#random.pick(next);
        path.push(chosen.name);
        at = resourceOf(this.#run.model, chosen.target);
      }
      return path;
    });
  }
}
