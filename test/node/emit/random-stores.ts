import fc from "fast-check";
import type { ModuleExports } from "../../../generator/model/modules.ts";
import type { FieldData, StoreData } from "../../../schema/data.ts";
import { field } from "../../../schema/fields.ts";
import { hostileNames } from "../model/random-config.ts";

type FieldLike = { readonly data: FieldData };

const long = Array.from({ length: 12 }, (_, index) => `a fairly long member number ${index}`);

const plain = fc.constantFrom<FieldLike>(
  field.text(),
  field.text().min(1).max(20),
  field.text().regex(/^[a-z/"'`]+$/iu),
  field.text().url(),
  field.text().trim().email(),
  field.integer(),
  field.integer().min(-5).max(5),
  field.number(),
  field.number().max(0.5),
  field.boolean(),
  field.enum(["it's", 'say "hi"']),
  field.enum(long as [string, ...string[]]),
  field.timestamp(),
  field.json(),
);

const names = fc.constantFrom(...hostileNames);
const fields = fc
  .uniqueArray(names, { minLength: 1, maxLength: 5 })
  .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), plain))))
  .map((entries) => Object.fromEntries(entries));
const value = fc.oneof(plain, fields);

/** The names of a module's functions stand in its path. */
const functions = fc
  .uniqueArray(
    names.filter((name) => name !== "then" && !(name in Object.prototype)),
    { minLength: 1, maxLength: 8 },
  )
  .map((functionNames) => `./src/${functionNames.join(".")}.kv.ts`);

/** What a module of that path exports. */
export function exportsOf(path: string): ModuleExports {
  const exports = exportNames(path).map((name) => ({ name, kind: "function", parameters: 2 }) as const);
  return { ok: true, exports };
}

const exportNames = (path: string): string[] =>
  path
    .replace(/^.*\/|\.kv\.ts$/g, "")
    .split(".")
    .sort();

/** The text of that module. */
export function moduleText(path: string): string {
  const exported = exportNames(path).map((name) => `export { run as ${name} };\n`);
  return `const run = (tx: unknown, key: string): string => key + typeof tx;\n\n${exported.join("")}`;
}

/** Ways of placing a store that go together. */
const placement = fc.constantFrom<object>(
  {},
  {},
  { name: "games" },
  { name: "1st-floor", prefix: "a:b" },
  { shards: 1 },
  { shards: 1000 },
  { shardBy: "tag" },
  { shards: 4, reshardFrom: 1 },
);

const keyed = { ttl: fc.constantFrom("60s", "7d"), functions };

function of(
  type: StoreData["type"],
  options: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<StoreData> {
  return fc
    .tuple(fc.record(options, { requiredKeys: [] }), placement)
    .map(([given, place]) => ({ ...given, ...place, type }) as unknown as StoreData);
}

const spread = { shards: fc.constantFrom(1, 4) };

const store = fc.oneof(
  of("string", { ...keyed, value }),
  of("counter", keyed),
  of("hash", { ...keyed, fields }),
  of("hash", { ...keyed, value }),
  of("set", { ...keyed, member: value }),
  of("list", { ...keyed, value, max: fc.constantFrom(1, 100_000) }),
  of("sortedSet", { ...keyed, member: value }),
  fc
    .record({ data: fields, idle: fc.constant("1h"), ...spread }, { requiredKeys: [] })
    .map((options) => ({ ...options, type: "session" }) as StoreData),
  fc
    .record({ burst: fc.constant(5), ...spread }, { requiredKeys: [] })
    .map((options): StoreData => ({ requests: 10, per: "1m", ...options, type: "rateLimit" })),
);

/** Stores of which most mean something, under hostile names. */
export const randomStores: fc.Arbitrary<Readonly<Record<string, StoreData>>> = fc
  .uniqueArray(names, { maxLength: 4 })
  .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), store))))
  .map((entries) => Object.fromEntries(entries));
