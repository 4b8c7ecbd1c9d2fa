/** The pass over the key-value stores. */
import type { ConfigData, StoreData } from "../../schema/data.ts";
import { milliseconds } from "../../schema/duration.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { authStores } from "./auth-ways.ts";
import { pascalCase, singular } from "./casing.ts";
import { buildFunctions } from "./kv-functions.ts";
import { buildPlacement, checkPlacements, groupObjects } from "./kv-placement.ts";
import { buildValue, buildValueFields } from "./kv-values.ts";
import { ticketStores } from "./live-tickets.ts";
import type { NamedFiles } from "./modules.ts";
import { checkName } from "./names.ts";
import { limitStores } from "./rate-limits.ts";
import { quote, type Report } from "./report.ts";
import { reservedTypes } from "./reserved.ts";
import type { KVModel, RateModel, StoreModel } from "./types.ts";

/** What `kv(env)` has besides stores, and what would make a promise of it. */
const reservedKeys: ReadonlySet<string> = new Set(["multi", "pipeline", "then"]);

const DAY = 86_400_000;
const MAX_DAYS = 3650;
const SESSION_TTL = 30 * DAY;

/** More elements than an object of 10 GB can hold. */
const MAX_LENGTH = 1_000_000_000;
const MAX_REQUESTS = 1_000_000_000;

/** A store that the config does not declare, but something in it needs. */
interface ImpliedStore {
  readonly key: string;
  readonly data: StoreData;
  /** What needs it, in the config and in words. */
  readonly path: ConfigPath;
  readonly what: string;
}

function impliedStores(config: ConfigData): ImpliedStore[] {
  const limits = limitStores(config).map((store) => ({ ...store, what: "that of a rate limit" }));
  const tickets = ticketStores(config).map((store) => ({
    ...store,
    path: ["auth"],
    what: "that of the tickets for streams",
  }));
  return [...limits, ...authStores(config), ...tickets];
}

/** Whether there are stores: those of the config, or implied ones. */
export const hasStores = (config: ConfigData): boolean =>
  Object.keys(config.kv ?? {}).length > 0 || impliedStores(config).length > 0;

/** Null where the config declares no store, and nothing in it needs one. */
export function buildKV(config: ConfigData, files: NamedFiles, report: Report): KVModel | null {
  if (!hasStores(config)) return null;
  const usable = Object.entries(config.kv ?? {}).filter(([key]) => checkKey(key, report));
  const implied = impliedStores(config);
  const taken = implied.filter(({ key }) => usable.some(([other]) => other === key));
  for (const { key, what } of taken) {
    report.error("COV1601", ["kv", key], `The store name ${quote(key)} is ${what}.`);
  }
  if (taken.length > 0) return null;
  const all = [...usable.map(([key, data]) => ({ key, data, path: ["kv", key] as ConfigPath })), ...implied];
  const typeNames = nameTypes(all.map(({ key }) => key));
  const stores = all.map(({ key, data, path }) =>
    buildStore(key, path, data, typeNames.get(key) ?? key, files, report),
  );
  checkPlacements(stores, new Map(all.map(({ key, path }) => [key, path])), report);
  return { stores, objects: groupObjects(stores) };
}

function checkKey(key: string, report: Report): boolean {
  const path = ["kv", key];
  if (!checkName(key, "store", path, report)) return false;
  if (!reservedKeys.has(key)) return true;
  report.error("COV1601", path, `The store name ${quote(key)} is reserved.`);
  return false;
}

/** Names that `kv.ts` uses for types of its own. */
const ownTypes =
  "KV KVTransaction Stores Tagged ReplyMode Multi Pipeline Functions Batch BatchReply JsonValue StringCommands JsonStringCommands CounterCommands HashCommands SetCommands ListCommands SortedSetCommands SessionCommands RateLimitCommands";

function nameTypes(keys: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set([...reservedTypes, ...ownTypes.split(" ")]);
  return new Map(
    keys.map((key) => {
      let name = pascalCase(singular(key));
      while (taken.has(name) || /(?:Stores|Transaction)$/.test(name)) name += "Value";
      taken.add(name);
      return [key, name];
    }),
  );
}

function buildStore(
  key: string,
  path: ConfigPath,
  data: StoreData,
  typeName: string,
  files: NamedFiles,
  report: Report,
): StoreModel {
  const placement = buildPlacement(key, path, data, report);
  const base: StoreModel = {
    key,
    type: data.type,
    typeName,
    ...placement,
    ttl: data.type === "rateLimit" ? null : duration(data.ttl, [...path, "ttl"], report),
    idle: null,
    max: null,
    rate: null,
    value: null,
    fields: null,
    functions: null,
  };
  switch (data.type) {
    case "session":
      return { ...base, ...sessionOptions(data, base.ttl, path, report) };
    case "rateLimit":
      return { ...base, rate: rate(data, path, report) };
    default:
      return {
        ...base,
        ...contents(data, path, report),
        functions:
          data.functions === undefined
            ? null
            : buildFunctions({ key, type: data.type, ...placement }, data.functions, files, report),
      };
  }
}

type DataOf<Type extends StoreData["type"]> = Extract<StoreData, { readonly type: Type }>;

function sessionOptions(
  data: DataOf<"session">,
  stated: number | null,
  path: ConfigPath,
  report: Report,
): Pick<StoreModel, "ttl" | "idle" | "fields"> {
  const ttl = stated ?? SESSION_TTL;
  const idle = duration(data.idle, [...path, "idle"], report);
  if (idle !== null && idle > ttl) {
    const message = `A session of \`${path.findLast((step) => typeof step === "string")}\` may be unused for longer than it lives.`;
    report.error("COV1602", [...path, "idle"], message, { fix: "Lower `idle`, or raise `ttl`." });
  }
  // Any of them may be missing, and is then not there.
  const fields = data.data && buildValueFields(data.data, false, [...path, "data"], report);
  return { ttl, idle, fields: fields ?? null };
}

function rate(data: DataOf<"rateLimit">, path: ConfigPath, report: Report): RateModel {
  size("requests", data.requests, MAX_REQUESTS, path, report);
  const burst = size("burst", data.burst, MAX_REQUESTS, path, report);
  const per = duration(data.per, [...path, "per"], report) ?? 0;
  return { requests: data.requests, per, burst };
}

function contents(
  data: Exclude<StoreData, DataOf<"session" | "rateLimit">>,
  path: ConfigPath,
  report: Report,
): Pick<StoreModel, "value" | "fields" | "max"> {
  const nothing = { value: null, fields: null, max: null };
  switch (data.type) {
    case "counter":
      return nothing;
    case "set":
    case "sortedSet":
      return { ...nothing, value: buildValue(data.member, [...path, "member"], report) };
    case "hash": {
      if (data.fields === undefined)
        return { ...nothing, value: buildValue(data.value, [...path, "value"], report) };
      if (data.value !== undefined) {
        const message = `\`${path[1]}\` has both fields and value, which exclude each other.`;
        report.error("COV1606", [...path, "value"], message, { fix: "Remove one." });
      }
      return { ...nothing, fields: buildValueFields(data.fields, false, [...path, "fields"], report) };
    }
    case "list":
      return {
        ...nothing,
        value: buildValue(data.value, [...path, "value"], report),
        max: size("max", data.max, MAX_LENGTH, path, report),
      };
    case "string":
      return { ...nothing, value: buildValue(data.value, [...path, "value"], report) };
  }
}

/** Milliseconds; null where none is stated or it was reported. */
function duration(text: string | undefined, path: ConfigPath, report: Report): number | null {
  if (text === undefined) return null;
  const time = milliseconds(text);
  if (time === null) {
    report.error("COV1602", path, `${quote(text)} is not a duration.`, { text });
  } else if (time < 1 || time > MAX_DAYS * DAY) {
    const fix = `Give a time from 1ms to ${MAX_DAYS}d.`;
    report.error("COV1602", path, `The duration ${quote(text)} is out of range.`, { text, fix });
  } else {
    return time;
  }
  return null;
}

function size(
  option: string,
  value: number | undefined,
  most: number,
  path: ConfigPath,
  report: Report,
): number | null {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= most))
    return value ?? null;
  const message = `\`${option}\` of \`${path[1]}\` is ${value}.`;
  report.error("COV1607", [...path, option], message, {
    fix: `Give a whole number from 1 to ${most.toLocaleString("en-US")}.`,
  });
  return null;
}
