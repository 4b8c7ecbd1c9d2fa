/** Where each store's data lies: its prefix, its objects and how keys are spread over them. */
import type { StoreData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { pascalCase } from "./casing.ts";
import { quote, type Report } from "./report.ts";
import type { ObjectModel, StoreModel } from "./types.ts";

export type Placement = Pick<StoreModel, "prefix" | "object" | "shards" | "shardBy" | "movedFrom">;

const MAX_SHARDS = 1024;

/** Sessions and limits take the traffic of all users, and none of their keys belongs with another. */
const DEFAULT_SHARDS = 8;

export function buildPlacement(key: string, path: ConfigPath, data: StoreData, report: Report): Placement {
  const spread = data.type === "session" || data.type === "rateLimit";
  const { shardBy = null, reshardFrom = null } = spread ? {} : data;
  checkCount(key, path, "shards", data.shards, report);
  checkCount(key, path, "reshardFrom", reshardFrom ?? undefined, report);
  const wrong = (option: string, message: string, fix: string): void =>
    report.error("COV1603", [...path, option], message, { fix });
  if (shardBy !== null && data.shards !== undefined) {
    wrong("shardBy", `\`${key}\` has both shards and shardBy, which exclude each other.`, "Remove one.");
  }
  if (shardBy !== null && reshardFrom !== null) {
    wrong("reshardFrom", `\`${key}\` cannot move keys to objects by tag.`, "Remove `reshardFrom`.");
  } else if (reshardFrom !== null && reshardFrom === (data.shards ?? 1)) {
    const message = `\`reshardFrom\` of \`${key}\` is the number of objects that it has now, ${reshardFrom}.`;
    wrong("reshardFrom", message, "Give the number before the change, or remove `reshardFrom`.");
  }
  const shards = data.shards ?? (spread ? DEFAULT_SHARDS : 1);
  const alone = spread || data.shards !== undefined || shardBy !== null;
  for (const option of ["prefix", "name"] as const) {
    const value = data[option];
    if (value === undefined || /^[A-Za-z0-9_.:-]{1,60}$/.test(value)) continue;
    const message = `The ${option} ${quote(value)} of \`${key}\` is not usable.`;
    const fix = "Use 1 to 60 letters, digits, underscores, dots, colons and dashes.";
    report.error("COV1503", [...path, option], message, { text: value, fix });
  }
  const named = (isAlone: boolean): string => data.name ?? (isAlone ? key : "main");
  return {
    prefix: data.prefix ?? key,
    object: named(alone),
    shards: several(shards),
    shardBy,
    movedFrom: reshardFrom === null ? null : { object: named(reshardFrom > 1), shards: several(reshardFrom) },
  };
}

/** One object needs no number. */
const several = (shards: number): number | null => (shards === 1 ? null : shards);

function checkCount(
  key: string,
  path: ConfigPath,
  option: "shards" | "reshardFrom",
  count: number | undefined,
  report: Report,
): void {
  if (count === undefined || (Number.isSafeInteger(count) && count >= 1 && count <= MAX_SHARDS)) return;
  const message = `\`${option}\` of \`${key}\` is ${count}.`;
  report.error("COV1603", [...path, option], message, {
    fix: `Give a whole number from 1 to ${MAX_SHARDS}.`,
  });
}

/** How the keys of a store are spread, as text to compare and to show. */
export function sharding({ shards, shardBy }: Pick<Placement, "shards" | "shardBy">): string {
  return shardBy === "tag" ? "one object per tag" : shards === null ? "one object" : `${shards} objects`;
}

/**
 * Reports stores that would read each other's data, or that only seem to share an object.
 *
 * @param paths Where the config says what each store is.
 */
export function checkPlacements(
  stores: readonly StoreModel[],
  paths: ReadonlyMap<string, ConfigPath>,
  report: Report,
): void {
  const byPrefix = new Map<string, StoreModel>();
  const byName = new Map<string, StoreModel>();
  for (const store of stores) {
    const path = paths.get(store.key) ?? ["kv", store.key];
    const place = JSON.stringify([store.object, store.prefix]);
    const rival = byPrefix.get(place);
    if (rival !== undefined) {
      const message = `\`${rival.key}\` and \`${store.key}\` have the same prefix, ${quote(store.prefix)}, in the same object.`;
      report.error("COV1604", path, message);
    }
    byPrefix.set(place, store);
    const first = byName.get(store.object) ?? store;
    byName.set(store.object, first);
    if (sharding(store) === sharding(first)) continue;
    const message = `\`${first.key}\` and \`${store.key}\` both name the object ${quote(store.object)}, but the first has ${sharding(first)} and the second ${sharding(store)}.`;
    report.error("COV1605", path, message);
  }
}

/** The objects whose stores can be changed together, each with a name for its types. */
export function groupObjects(stores: readonly StoreModel[]): ObjectModel[] {
  const groups = new Map<string, StoreModel[]>();
  for (const store of stores) {
    if (store.type === "session" || store.type === "rateLimit") continue;
    const place = JSON.stringify([store.object, store.shards, store.shardBy]);
    groups.set(place, [...(groups.get(place) ?? []), store]);
  }
  const taken = new Set(["KV"]);
  return [...groups.values()].map((members) => {
    const [{ object = "", shards = null } = {}] = members;
    const base = pascalCase(object.replace(/[^A-Za-z0-9]/g, "_"));
    let typeName = /^[A-Z]/.test(base) ? base : `Object${base}`;
    if (taken.has(typeName) && shards !== null) typeName += shards;
    while (taken.has(typeName)) typeName += "Object";
    taken.add(typeName);
    return { name: object, typeName, stores: members.map((store) => store.key) };
  });
}
