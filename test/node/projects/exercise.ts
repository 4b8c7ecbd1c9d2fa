import { expect } from "vitest";
import { type Includable, includables } from "../../../generator/emit/includable.ts";
import { hasRoutes, offers } from "../../../generator/emit/rule.ts";
import type { FieldModel, Model, ResourceModel } from "../../../generator/model/types.ts";
import { sampleOf } from "./json-sample.ts";

/** The part of fetch that is needed; workerd's test harness offers it. */
export type Fetch = (
  path: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ status: number; headers: { get(name: string): string | null }; text(): Promise<string> }>;

type Row = Record<string, unknown> & { id: string };

/** Resources in an order in which each comes after those that its rows must refer to. */
function ordered(resources: readonly ResourceModel[]): ResourceModel[] {
  const done: ResourceModel[] = [];
  const waiting = [...resources];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ fields }) =>
      fields.every(
        ({ reference, nullable }) =>
          reference === null || nullable || done.some(({ key }) => key === reference.resource),
      ),
    );
    const [resource] = waiting.splice(next, 1);
    if (next === -1 || resource === undefined) throw new Error("rows of these resources cannot be made");
    done.push(resource);
  }
  return done;
}

/**
 * Uses each route of an application with input made from its model, as a vet who has a row in `people`.
 *
 * @returns the keys of the resources used, the types of relations that led to rows, and whether a search found one; sorted.
 */
export async function exercise(model: Model, fetch: Fetch): Promise<string[]> {
  const caller = crypto.randomUUID();
  const rows = new Map<string, Row>();
  const made: { path: string; resource: ResourceModel }[] = [];
  const used = new Set<string>();
  let count = 0;

  async function send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; row: Row; text: string }> {
    const headers: Record<string, string> = { "X-Test-User": `${caller} vet` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, row: text === "" ? { id: "" } : JSON.parse(text), text };
  }

  function value(field: FieldModel): unknown {
    count += 1;
    switch (field.kind) {
      case "integer":
        return field.min ?? 7;
      case "number":
        return field.max ?? 1.25;
      case "boolean":
        return true;
      case "enum":
        return field.values.at(-1);
      case "json":
        return field.shape === null
          ? { nested: ["it's", { deep: null }] }
          : sampleOf(field.shape, model.jsonTypes);
      case "timestamp":
        return "2026-03-04T05:06:07.000Z";
      case "ref":
        return rows.get(field.reference?.resource ?? "")?.id;
      default:
        if (field.format === "email") return `someone${count}@example.com`;
        if (field.format === "url") return `https://example.com/${count}`;
        return field.regex === null ? `text ${count} '";--\`` : "+49 30/123456";
    }
  }

  const input = (resource: ResourceModel, all: boolean): Record<string, unknown> =>
    Object.fromEntries(
      resource.fields
        .filter((field) => field.writable && field.kind !== "id")
        .filter((field) => all || (!field.nullable && field.default === undefined))
        .map((field) => [field.name, value(field)] as const)
        .filter(([, item]) => item !== undefined),
    );

  async function create(resource: ResourceModel, body: Record<string, unknown>): Promise<Row | null> {
    const path = `${model.basePath}/${resource.route}`;
    const { status, row, text } = await send("POST", path, body);
    if (!offers(resource, "read")) {
      expect([resource.key, status, text]).toEqual([resource.key, 204, ""]);
      return null;
    }
    expect([resource.key, status, text]).toEqual([resource.key, 201, text]);
    expect(row).toMatchObject(body);
    const visible = resource.fields.filter(({ hidden }) => !hidden).map(({ name }) => name);
    expect(Object.keys(row)).toEqual(visible);
    made.push({ path: `${path}/${row.id}`, resource });
    return row;
  }

  const people = model.resources.find(({ key }) => key === "people");
  if (people === undefined) throw new Error("the project has no people");
  const self = await create(people, { id: caller, email: "vet@example.com" });
  if (self !== null) rows.set("people", self);

  for (const resource of ordered(model.resources)) {
    const path = `${model.basePath}/${resource.route}`;
    if (!hasRoutes(resource)) {
      expect((await send("GET", path)).status).toBe(404);
      continue;
    }
    if (offers(resource, "create")) {
      const row = await create(resource, input(resource, true));
      const single = resource.fields.some((field) => field.unique && field.reference !== null);
      if (!single) await create(resource, input(resource, false));
      if (row !== null && !rows.has(resource.key)) rows.set(resource.key, row);
    } else {
      expect([resource.key, (await send("POST", path, {})).status]).toEqual([resource.key, 405]);
    }
    await use(resource, path, rows.get(resource.key));
  }

  async function use(resource: ResourceModel, path: string, row: Row | undefined): Promise<void> {
    const what = resource.key;
    used.add(what);
    if (offers(resource, "read")) {
      const list = await send("GET", `${path}?limit=1&totalCount=true&orderBy=-id`);
      expect([what, list.status]).toEqual([what, 200]);
      expect([what, (await send("GET", `${path}/count`)).status]).toEqual([what, 200]);
      if (row === undefined) return;
      expect(list.row).toMatchObject({ items: [{ id: expect.any(String) }], totalCount: expect.any(Number) });
      expect(await send("GET", `${path}/${row.id}`)).toMatchObject({ status: 200, row });
      const fields = resource.fields.filter(({ hidden }) => !hidden).map(({ name }) => name);
      for (const name of fields) {
        const one = await send("GET", `${path}/${row.id}?select=${encodeURIComponent(name)}`);
        expect([what, one.status, one.row]).toEqual([what, 200, { [name]: row[name] }]);
        const json = resource.fields.find((field) => field.name === name)?.kind === "json";
        const order = await send("GET", `${path}?orderBy=${encodeURIComponent(name)}`);
        expect([what, name, order.status]).toEqual([what, name, json ? 400 : 200]);
        const found = await send("GET", `${path}/count?filter=${encodeURIComponent(only(row, name, json))}`);
        expect([what, name, found.status, found.row]).toEqual([what, name, 200, { count: 1 }]);
      }
      for (const { name } of resource.search?.fields ?? []) await search(path, row, name);
      if (model.operators !== null) {
        const found = await send("GET", `${path}/count?filter=id=oneof=%22a%20${row.id}%22`);
        expect([what, found.status, found.row]).toEqual([what, 200, { count: 1 }]);
      }
    } else {
      expect([what, (await send("GET", path)).status]).toEqual([what, 405]);
    }
    if (row === undefined) return;
    const body = input(resource, true);
    for (const method of ["PATCH", "PUT"]) {
      const { status, row: changed, text } = await send(method, `${path}/${row.id}`, body);
      if (!offers(resource, "update")) expect([what, status]).toEqual([what, 405]);
      else
        expect([what, method, status, changed], text).toEqual([
          what,
          method,
          200,
          { ...row, ...changed, ...body },
        ]);
    }
  }

  /** Finds the row by the words of a field. */
  async function search(path: string, row: Row, name: string): Promise<void> {
    const words = String(row[name] ?? "").match(/[a-z0-9]+/gi);
    if (words === null) return;
    used.add("search");
    const q = encodeURIComponent(`"${words.join(" ")}"`);
    const found = await send("GET", `${path}/search?q=${q}&highlight=true&filter=id==${row.id}`);
    expect([path, name, found.status, found.text]).toEqual([path, name, 200, found.text]);
    expect(found.row).toMatchObject({ total: 1, items: [row], highlights: [{}] });
    const [highlight] = found.row.highlights as Record<string, string>[];
    for (const word of words) expect(highlight?.[name]).toContain(word);
  }

  /** A filter that names the row by a field and its id. */
  function only(row: Row, name: string, json: boolean): string {
    const value = row[name];
    const text = typeof value === "string" ? `"${value.replace(/["\\]/g, "\\$&")}"` : String(value);
    return `id==${row.id};${json ? `${name}=isnull=${value === null}` : `${name}==${text}`}`;
  }

  /** Follows every relation of a resource, from its list and from one row, and on from there. */
  async function follow(resource: ResourceModel): Promise<void> {
    const relations = includables(model, resource);
    const path = `${model.basePath}/${resource.route}`;
    if (relations.length === 0) {
      if (offers(resource, "read")) expect((await send("GET", `${path}?include=x`)).status).toBe(400);
      return;
    }
    const paths = relations.flatMap(({ relation: { name }, target }) => [
      name,
      ...includables(model, target).map(({ relation }) => `${name}.${relation.name}`),
    ]);
    const first = rows.get(resource.key);
    for (const include of paths) {
      const list = await send("GET", `${path}?include=${include}`);
      expect([path, include, list.status], list.text).toEqual([path, include, 200]);
      const one = first === undefined ? null : await send("GET", `${path}/${first.id}?include=${include}`);
      expect([path, include, one?.status ?? 200], one?.text).toEqual([path, include, 200]);
      const relation = relations.find(({ relation: { name } }) => name === include.split(".")[0]);
      for (const row of [...(list.row.items as Row[]), ...(one === null ? [] : [one.row])])
        expectLed(row, relation);
    }
  }

  /** Whether what a relation leads to looks like rows of its target. */
  function expectLed(row: Row, includable: Includable | undefined): void {
    if (includable === undefined) throw new Error("the relation is not known");
    const { relation, target, many, through } = includable;
    const found = row[relation.name];
    expect([relation.name, Array.isArray(found)]).toEqual([relation.name, many]);
    const all = many ? (found as Row[]) : found === null ? [] : [found as Row];
    const visible = target.fields.filter(({ hidden }) => !hidden).map(({ name }) => name);
    for (const each of all) {
      expect(each).toMatchObject(Object.fromEntries(visible.map((name) => [name, each[name]])));
      if (relation.type === "belongsTo") expect(each.id).toBe(row[relation.field]);
      else if (through === null) expect(each[includable.to.name]).toBe(row.id);
      used.add(relation.type);
    }
  }

  for (const resource of model.resources) await follow(resource);

  for (const { path, resource } of made.reverse()) {
    const { status, text } = await send("DELETE", path);
    expect([path, status, text]).toEqual([
      path,
      offers(resource, "delete") ? 204 : 405,
      offers(resource, "delete") ? "" : text,
    ]);
  }
  return [...used].sort();
}
