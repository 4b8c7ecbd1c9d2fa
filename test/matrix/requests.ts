/** Requests for every route that a model has: what a caller who may do everything would send. */
import { type Endpoint, endpointsOf } from "../../generator/emit/endpoints.ts";
import { includables } from "../../generator/emit/includable.ts";
import { nestedRelations } from "../../generator/emit/nested.ts";
import { offers } from "../../generator/emit/rule.ts";
import type { Model, ResourceModel } from "../../generator/model/types.ts";
import type { Random } from "./random.ts";
import { type Row, type Rows, resourceOf } from "./rows.ts";
import { drawn, randomBody, words } from "./seed.ts";

/** A request, and what it takes to be allowed. */
export interface Asked {
  /** The route: `todos.list`. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly json?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** The scopes that a key needs, each of one resource. */
  readonly scopes: readonly string[];
  /** Whether the answer shows the row that is written. */
  readonly showsWritten: boolean;
}

/** One request or more for each route. @param rows At least one of each resource that is not deleted, and one that is. */
export function requestsOf(model: Model, rows: Rows, random: Random): Asked[] {
  return model.resources.flatMap((resource) =>
    endpointsOf(resource).flatMap((endpoint) => new Asker(model, rows, random, resource).ask(endpoint)),
  );
}

type Query = Readonly<Record<string, string>>;

class Asker {
  readonly #model: Model;
  readonly #rows: Rows;
  readonly #random: Random;
  readonly #resource: ResourceModel;

  constructor(model: Model, rows: Rows, random: Random, resource: ResourceModel) {
    this.#model = model;
    this.#rows = rows;
    this.#random = random;
    this.#resource = resource;
  }

  ask(endpoint: Endpoint): Asked[] {
    const { name } = endpoint;
    const kept = this.#kept();
    switch (name) {
      case "list":
        return [{}, { totalCount: "true" }, ...this.#withDeleted(), ...this.#includes()].map((query) =>
          this.#read(endpoint, query),
        );
      case "count":
        return [{}, { filter: `id==${String(kept.id)}` }, ...this.#withDeleted()].map((query) =>
          this.#read(endpoint, query),
        );
      case "aggregate":
        return [this.#read(endpoint, { count: "true", groupBy: "id" })];
      case "search":
        return words.map((q) => this.#read(endpoint, { q, highlight: "true" }));
      case "get":
        return [{}, ...this.#withDeleted(), ...this.#includes()].map((query) =>
          this.#read(endpoint, query, kept),
        );
      case "subscribe":
      case "subscribeAggregate":
        // A stream does not end.
        return [];
      case "create":
        return [this.#write(endpoint, this.#body()), ...this.#nested(endpoint)];
      case "createMany":
        return [this.#write(endpoint, { items: [this.#body(), this.#body()] })];
      case "upsertMany":
        return [{}, { id: kept.id }, { id: this.#random.uuid() }].map((id) =>
          this.#write(endpoint, { items: [{ ...this.#body(), id: this.#random.uuid(), ...id }] }),
        );
      case "update":
        return [this.#write(endpoint, this.#patch(), kept), this.#write(endpoint, {}, kept)];
      case "replace":
        return [this.#write(endpoint, this.#body(), kept)];
      case "delete":
        return [this.#write(endpoint, undefined, kept)];
      case "restore":
        return [this.#write(endpoint, undefined, this.#gone())];
      case "updateMany":
        return ["*", `id==${String(kept.id)}`].map((filter) => this.#batch(endpoint, this.#patch(), filter));
      case "deleteMany":
        return ["*", `id==${String(kept.id)}`].map((filter) => this.#batch(endpoint, undefined, filter));
      case "procedure": {
        const { input = null, type } = endpoint.procedure ?? {};
        const body = input?.map((field) => [field.name, `${this.#random.pick(words)}`] as const);
        const row = type === "row" ? kept : undefined;
        return [this.#asked(endpoint, {}, body && Object.fromEntries(body), row, { shows: false })];
      }
      default:
        // A stream does not end, so its own tests are about it.
        if (endpoint.path.endsWith("/subscribe")) return [];
        throw new Error(`there is no request for ${name}`);
    }
  }

  #read(endpoint: Endpoint, { include, ...query }: Query, row?: Row): Asked {
    const path = include?.split(".") ?? [];
    const led: string[] = [];
    let at = this.#resource;
    for (const name of path) {
      const found = includables(this.#model, at).find(({ relation }) => relation.name === name);
      if (found === undefined) throw new Error(`${at.key} has no relation ${name}`);
      at = found.target;
      led.push(at.key, ...(found.through === null ? [] : [found.through.resource.key]));
    }
    const asked = include === undefined ? query : { ...query, include };
    return this.#asked(endpoint, asked, undefined, row, { more: led.map((key) => `${key}:read`) });
  }

  #write(endpoint: Endpoint, json: unknown, row?: Row): Asked {
    return this.#asked(endpoint, {}, json, row, { shows: endpoint.name !== "delete" });
  }

  #batch(endpoint: Endpoint, json: unknown, filter: string): Asked {
    return this.#asked(endpoint, { filter }, json, undefined, { more: [`${this.#resource.key}:read`] });
  }

  #asked(
    { name, method, path, procedure }: Endpoint,
    query: Query,
    json: unknown,
    row: Row | undefined,
    { more = [], shows = false }: { readonly more?: readonly string[]; readonly shows?: boolean },
  ): Asked {
    const { key, route, requireIfMatch } = this.#resource;
    const place = path === "/" ? "" : path.replace(":id", String(row?.id));
    const search = new URLSearchParams(query).toString();
    const tagged = requireIfMatch && row !== undefined && method !== "GET" && procedure === null;
    return {
      route: `${key}.${procedure?.name ?? name}`,
      method,
      path: `${this.#model.basePath}/${route}${place}${search === "" ? "" : `?${search}`}`,
      ...(json === undefined ? {} : { json }),
      headers: tagged ? { "If-Match": "*" } : {},
      scopes: [...new Set([`${key}:${method === "GET" ? "read" : "write"}`, ...more])],
      showsWritten: shows,
    };
  }

  /** A create with one row more for each relation that may be embedded. */
  #nested(endpoint: Endpoint): Asked[] {
    return nestedRelations(this.#model, this.#resource).map(({ name, target, type, field }) => {
      const whole = this.#body(target);
      const { [field.name]: _, ...child } = whole;
      const { [field.name]: __, ...own } = this.#body();
      const embedded = type === "belongsTo" ? whole : type === "hasMany" ? [child] : child;
      const body = { ...(type === "belongsTo" ? own : this.#body()), [name]: embedded };
      return this.#asked(endpoint, {}, body, undefined, { more: [`${target.key}:write`], shows: true });
    });
  }

  #includes(): Query[] {
    return includables(this.#model, this.#resource).flatMap(({ relation, target }) => {
      const [next] = includables(this.#model, target);
      const further = next === undefined ? [] : [{ include: `${relation.name}.${next.relation.name}` }];
      return [{ include: relation.name }, ...further];
    });
  }

  #withDeleted(): Query[] {
    return offers(this.#resource, "readDeleted") ? [{ withDeleted: "true" }] : [];
  }

  #label = 0;

  /** What a row is made from. Its references lead to rows that are there. */
  #body(resource = this.#resource): Record<string, unknown> {
    this.#label += 1;
    const body = randomBody(resource, this.#rows, this.#random, `asked-${this.#label}`);
    const references = resource.fields.filter(({ name, reference }) => reference !== null && name in body);
    const found = references.map(
      ({ name, reference }) => [name, this.#kept(reference?.resource).id] as const,
    );
    return { ...body, ...Object.fromEntries(found) };
  }

  /** A change of something that leads nowhere, so that no rule about references gets in its way. */
  #patch(): Record<string, unknown> {
    this.#label += 1;
    const field = this.#resource.fields.find(
      ({ writable, kind }) => writable && kind !== "ref" && kind !== "id",
    );
    if (field === undefined) return {};
    return { [field.name]: drawn(field, this.#rows, this.#random, `asked-${this.#label}`) };
  }

  #kept(key = this.#resource.key): Row {
    return this.#one(key, false);
  }

  #gone(): Row {
    return this.#one(this.#resource.key, true);
  }

  #one(key: string, deleted: boolean): Row {
    const { deletedAt } = resourceOf(this.#model, key);
    const found = (this.#rows[key] ?? []).find(
      (row) => (deletedAt !== null && row[deletedAt.column] !== null) === deleted,
    );
    if (found === undefined) throw new Error(`there is no ${deleted ? "deleted " : ""}row of ${key}`);
    return found;
  }
}
