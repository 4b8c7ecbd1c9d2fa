/** Query keys: what a `QueryClient` knows the answers of a resource by. */

/** A key, or the beginning of the keys of several answers. */
export type Key = readonly unknown[];

/**
 * The keys of a resource. Without options, each gives what the keys of all queries of its kind begin with:
 * `invalidateQueries({ queryKey: todosKeys.list() })` is meant for every list.
 */
export interface ResourceKeys {
  /** What all keys of the resource begin with. Behind the name of the API, so that two APIs can have the same resource. */
  readonly all: readonly [api: string, resource: string];
  list(options?: object): Key;
  infinite(options?: object): Key;
  detail(id?: string, options?: object): Key;
  count(options?: object): Key;
  aggregate(options?: object): Key;
  search(q?: string, options?: object): Key;
}

export function resourceKeys(api: string, resource: string): ResourceKeys {
  const all = [api, resource] as const;
  const kind =
    (name: string) =>
    (options?: object): Key =>
      key(all, name, options);
  return {
    all,
    list: kind("list"),
    infinite: kind("infinite"),
    detail: (id, options) => key(all, "detail", id, options),
    count: kind("count"),
    aggregate: kind("aggregate"),
    search: (q, options) => key(all, "search", q, options),
  };
}

/** Ends where a part is missing. */
function key(all: Key, name: string, ...parts: readonly (string | object | undefined)[]): Key {
  const end = parts.indexOf(undefined);
  const given = end < 0 ? parts : parts.slice(0, end);
  return [...all, name, ...given.map((part) => (typeof part === "object" ? asked(part) : part))];
}

/** The options without those that change nothing about the answer. */
function asked(options: object): object {
  const { signal, timeout, retries, ...rest } = options as Readonly<Record<string, unknown>>;
  return rest;
}
