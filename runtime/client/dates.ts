/** Moments as `Date`: in clients that are generated with `dates: "Date"`, on top of the texts that the API sends. */
import { withDates } from "./live/fields.ts";
import type { AnyRow } from "./live/matches.ts";
import type { ApiRequest, Send, ShownDates } from "./transport.ts";

/** Where the rows of a resource hold moments. */
export interface Moments {
  /** Names of the fields. */
  readonly fields: readonly string[];
  /** The paths of the resources that relations lead to, by relation. */
  readonly relations?: Readonly<Record<string, string>>;
  /** The fields of what procedures give, by path segment. */
  readonly procedures?: Readonly<Record<string, readonly string[]>>;
}

/** By path of the resource: `/api/todos`. */
export type MomentsByPath = Readonly<Record<string, Moments>>;

type DatedValues = Record<string, unknown>;

/** Sends with moments as `Date` in answers. Bodies may hold dates as they are. */
export const dated = (send: Send, moments: MomentsByPath): Send =>
  Object.assign(
    async <Answer>(request: ApiRequest): Promise<Answer> => {
      refuseInvalid(request.body, "");
      const answer = await send<Answer>(request);
      if (typeof answer === "object" && answer !== null) reviveAnswer(answer, request, moments);
      return answer;
    },
    send,
    { dates: shownDates(moments) },
  );

/** What streams tell, of which copies are made: what live lists compare are texts. */
function shownDates(moments: MomentsByPath): ShownDates {
  /** A row that has not changed has to look like the one before. */
  const known = new WeakMap<AnyRow, AnyRow>();
  const row = (path: string, values: AnyRow): AnyRow => {
    const shown = known.get(values) ?? withDates(values, moments[path]?.fields ?? []);
    known.set(values, shown);
    return shown;
  };
  return {
    row,
    event: (path, data) => {
      const { object, groups } = data as { object?: AnyRow; groups?: readonly Record<string, AnyRow>[] };
      if (object !== undefined) return { ...data, object: row(path, object) };
      if (groups === undefined) return data;
      const dated = groups.map((group) => ({
        ...group,
        ...Object.fromEntries(
          ["key", "min", "max"].flatMap((part) => (group[part] ? [[part, row(path, group[part])]] : [])),
        ),
      }));
      return { ...data, groups: dated };
    },
  };
}

function reviveAnswer(answer: object, { method, path }: ApiRequest, moments: MomentsByPath): void {
  const [at = ""] = path.split("?");
  const resource = Object.keys(moments).find((each) => at === each || at.startsWith(`${each}/`));
  const own = resource === undefined ? undefined : moments[resource];
  if (resource === undefined || own === undefined) return;
  const rest = at.slice(resource.length + 1).split("/");
  const [first = "", second = ""] = rest;
  const { items, groups } = answer as { items?: DatedValues[]; groups?: Record<string, DatedValues>[] };
  if (first === "aggregate") {
    for (const { key = {}, min = {}, max = {} } of groups ?? []) {
      for (const values of [key, min, max]) reviveFields(values, own.fields);
    }
  } else if (first === "search" || first === "batch" || (first === "" && method === "GET")) {
    for (const row of items ?? []) reviveRow(row, own, moments);
  } else if (first !== "count") {
    const procedure = own.procedures?.[second];
    if (procedure === undefined) reviveRow(answer as DatedValues, own, moments);
    else reviveFields(answer as DatedValues, procedure);
  }
}

/** A row, with those that were included in it. One that the caller may not read is null. */
function reviveRow(
  row: DatedValues | null,
  { fields, relations = {} }: Moments,
  moments: MomentsByPath,
): void {
  if (row === null) return;
  reviveFields(row, fields);
  for (const [relation, path] of Object.entries(relations)) {
    const [led, target] = [row[relation], moments[path]];
    if (led === undefined || target === undefined) continue;
    for (const each of [led].flat()) reviveRow(each as DatedValues | null, target, moments);
  }
}

function reviveFields(values: DatedValues, fields: readonly string[]): void {
  for (const field of fields) {
    const text = values[field];
    if (typeof text === "string") values[field] = new Date(text);
  }
}

/**
 * JSON has null for a date that is none, and the server would take it.
 *
 * @throws {TypeError}
 */
function refuseInvalid(value: unknown, path: string): void {
  if (value instanceof Date && Number.isNaN(value.getTime()))
    throw new TypeError(`${path} is an invalid date.`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value))
    refuseInvalid(inner, path === "" ? key : `${path}.${key}`);
}
