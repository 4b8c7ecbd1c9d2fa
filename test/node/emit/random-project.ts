import fc from "fast-check";
import type { ConfigData, FieldData, ResourceData, RuleData } from "../../../schema/data.ts";
import { field } from "../../../schema/fields.ts";
import { hostileNames } from "../model/random-config.ts";
import { randomAuth, userFields } from "./random-auth.ts";
import { randomChannels } from "./random-channels.ts";
import { randomLive, wideRule } from "./random-live.ts";
import { randomServer } from "./random-server.ts";
import { randomTypes } from "./random-shape.ts";
import { randomStores } from "./random-stores.ts";

type FieldLike = { readonly data: FieldData };

/** Strings that are awkward inside TypeScript, SQL or TOML. */
const awkward = fc.constantFrom(
  "",
  "it's",
  'say "hi"',
  "`$\u007bx}`",
  "\\",
  "a\nb",
  "\u2028",
  "*/",
  "-- x",
  "😀",
  "'\"`",
);

const settable = fc.oneof(
  awkward.map((text) => field.text().default(text)),
  fc.constantFrom<FieldLike>(
    field.text(),
    field.text().optional().hidden(),
    field.text().trim().email().max(99),
    field.text().url().optional(),
    field.text().regex(/^[a-z/"'`]+$/iu),
    field.text().unique(),
    field.integer(),
    field.integer().min(-5).max(5).default(-1),
    field.number().optional(),
    field.number().min(-0.5).default(1e-7),
    field.boolean(),
    field.boolean().optional(),
    field.json(),
    field.json().optional(),
    field.json().default([]),
    field.timestamp(),
    field.timestamp().default("2026-01-01T00:00:00.000Z"),
    field.text().default("set here").readOnly(),
  ),
  fc
    .uniqueArray(awkward, { minLength: 1, maxLength: 4 })
    .map((values) => field.enum(values as [string, ...string[]]).default(values[0] ?? "")),
  awkward.map((text) => field.json().default({ text, deep: { list: [1, null, text] } })),
);

/** What the database computes. */
const expressions = fc.oneof(
  awkward.map((text) => field.text().computed(`{id} || '${text.replaceAll("'", "''")}'`)),
  fc.constantFrom<FieldLike>(
    field.boolean().computed("{id} IS NULL"),
    field.boolean().optional().computed("{id} < 'a' AND\n  NOT {id} LIKE '\\\\%' ESCAPE '\\\\'"),
    field.integer().computed("length({id}) * 2"),
    field.number().computed("length({id}) / 2.5").optional(),
    field.timestamp().computed("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"),
    field.json().computed("json_array({id}, '\"')"),
  ),
  fc
    .uniqueArray(awkward, { minLength: 1, maxLength: 4 })
    .map((values) => field.enum(values as [string, ...string[]]).computed("'it''s'")),
);

/** The names of fields that functions compute. */
const functionNames = [
  "initials",
  "row",
  "input",
  "aNameThatIsLongEnoughToBreakLinesWhereverItStands",
  "now",
];

const stamps: Readonly<Record<string, FieldLike>> = {
  createdAt: field.timestamp().createdAt(),
  updatedAt: field.timestamp().updatedAt(),
  version: field.version(),
};

function rule(fields: readonly string[]): fc.Arbitrary<RuleData> {
  const leaf = fc.oneof(
    fc.constantFrom<RuleData>({ type: "public" }, { type: "signedIn" }, { type: "nobody" }),
    fc.constantFrom("admin", "member").map((role): RuleData => ({ type: "role", role })),
    fc.constantFrom(...fields).map((name): RuleData => ({ type: "owner", field: name })),
  );
  const { tree } = fc.letrec<{ tree: RuleData }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.record({
        type: fc.constantFrom("any" as const, "all" as const),
        rules: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }),
      }),
    ),
  }));
  return tree;
}

function resource(keys: readonly string[]): fc.Arbitrary<ResourceData> {
  const names = fc.uniqueArray(fc.constantFrom(...hostileNames), { maxLength: 6 });
  const reference = fc.tuple(
    fc.constantFrom(...keys),
    fc.constantFrom("optional", "cascade", "owner", "set null"),
  );
  return fc
    .tuple(
      names,
      fc.array(fc.oneof({ weight: 4, arbitrary: settable }, { weight: 1, arbitrary: expressions }), {
        minLength: 6,
        maxLength: 6,
      }),
      fc.array(reference, { maxLength: 3 }),
      fc.subarray(Object.keys(stamps)),
      fc.boolean(),
      fc.oneof(fc.constant([]), fc.subarray(functionNames)),
    )
    .chain(([columns, kinds, references, stamped, client, functions]) => {
      const fields: Record<string, FieldLike> = { id: field.id({ client }) };
      columns.forEach((name, index) => {
        const kind = kinds[index];
        if (name !== "id" && kind !== undefined) fields[name] = kind;
      });
      for (const name of stamped) fields[name] = stamps[name] ?? field.version();
      const owners = ["id"];
      references.forEach(([target, how], index) => {
        const name = `link${index}Id`;
        owners.push(name);
        if (how === "owner") fields[name] = field.ref(target).owner();
        else if (how === "cascade") fields[name] = field.ref(target, { onDelete: "cascade" }).optional();
        else if (how === "set null") fields[name] = field.ref(target, { onDelete: "set null" }).optional();
        else fields[name] = field.ref(target).optional();
      });
      const made = functions.filter((name) => fields[name] === undefined);
      for (const [index, name] of made.entries()) {
        fields[name] = index % 2 === 0 ? field.json().computed() : field.text().computed().optional();
      }
      const relations = references.map((_, index) => `link${index}`);
      const rules = {
        read: wideRule(owners, relations, rule(owners)),
        create: rule(owners),
        update: rule(owners),
        delete: rule(owners),
        readDeleted: rule(owners),
        subscribe: wideRule(owners, relations, rule(owners)),
      };
      const words = Object.entries(fields).flatMap(([name, { data }]) =>
        (data.kind === "text" || data.kind === "enum") && data.hidden !== true && data.computed === undefined
          ? [name]
          : [],
      );
      const weights = fc.constantFrom(1, 0.1, 10, 1e21);
      const search = fc.oneof(
        fc.constant<readonly string[]>([]),
        fc.shuffledSubarray(words),
        fc
          .tuple(...words.map((name) => fc.tuple(fc.constant(name), weights)))
          .map(Object.fromEntries<number>),
      );
      return fc
        .tuple(
          fc.record(rules, { requiredKeys: [] }),
          fc.boolean(),
          search,
          randomServer(owners),
          randomLive(owners),
        )
        .map(([{ readDeleted, subscribe, ...access }, softDelete, searched, server, live]): ResourceData => {
          const seen = readDeleted === undefined ? {} : { readDeleted };
          const follows = live === false || subscribe === undefined ? {} : { subscribe };
          const isSearched = access.read !== undefined && Object.keys(searched).length > 0;
          return {
            fields,
            softDelete,
            live,
            ...(made.length === 0 ? {} : { computed: `./src/computed_${made.join("_")}.ts` }),
            ...(isSearched ? { search: searched } : {}),
            ...server.options,
            access: () => ({
              ...access,
              ...(softDelete ? seen : {}),
              ...follows,
              procedures: server.rules,
            }),
          };
        });
    });
}

/** Configs that mean something: whatever the model lets through has to compile, format, migrate and run. */
export const randomProject: fc.Arbitrary<ConfigData> = fc
  .uniqueArray(fc.constantFrom(...hostileNames), { minLength: 1, maxLength: 5 })
  .chain((keys) =>
    fc.tuple(
      fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), resource(keys)))),
      randomTypes(keys.length),
      fc.constantFrom({}, { optional: true as const }, { optional: true as const, hidden: true as const }),
      fc.oneof(fc.constant({}), randomStores),
      fc.constantFrom({}, { routes: "./src/routes.ts" }, { openapi: true }, { clients: { react: true } }),
      randomAuth(keys[0] ?? ""),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        randomChannels({ roles: ["admin", "member"], fields: ["id", "role"] }).map((channels) => ({
          channels,
        })),
      ),
    ),
  )
  .map(([entries, types, options, kv, routes, { auth, users }, channels]) => ({
    ...routes,
    ...channels,
    kv,
    name: "random",
    database: { type: "d1" as const },
    auth,
    resources: Object.fromEntries(
      entries.map(([key, own], index) => {
        const shape = types[index];
        const typed = {
          data: { kind: "json" as const, ...options, ...(shape === undefined ? {} : { shape }) },
        };
        return [key, { ...own, fields: { ...own.fields, ...(key === users ? userFields : {}), typed } }];
      }),
    ),
  }));
