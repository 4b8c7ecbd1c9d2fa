import fc from "fast-check";
import { field } from "../../../schema/fields.ts";

/** Names that are legal in a config and awkward somewhere below: in JavaScript, in SQL, in URLs or on Windows. */
export const hostileNames = [
  ..."app await class constructor default delete env enum export function group hasOwnProperty id import index".split(
    " ",
  ),
  ..."interface key let limit name new null order prototype select self static table then toString true undefined".split(
    " ",
  ),
  ..."user users value values valueOf void where with yield con aux nul a A aB a_b a1 x__y HTTPServer v2Items".split(
    " ",
  ),
  ..."news series data status statuses people todo todos todosRoutes todosRelations todoCreates dates records".split(
    " ",
  ),
];

const unusable = [
  "",
  " ",
  "__proto__",
  "2fa",
  "a-b",
  "é",
  "a b",
  "sqlite_x",
  "d1_x",
  "_cf_x",
  "\0",
  "x".repeat(80),
];

const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...hostileNames) },
  // Drawn often, so that names that collide only with each other meet.
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      "todos",
      "todoCreates",
      "todosRoutes",
      "users",
      "todo_tags",
      "todoTags",
      "news",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...unusable) },
);

const text = fc.oneof(
  fc.constantFrom("", "a", "open", "a\0", "\ud800", "x@y.example"),
  fc.string({ maxLength: 5 }),
);
const amount = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53),
);

const value = fc.oneof(text, amount, fc.boolean(), fc.constant(null), fc.constant("2026-01-01T00:00:00Z"));
const yes = fc.constant(true as const);

/** Field data with any options, most of which do not belong together. */
const wildField = fc
  .record(
    {
      kind: fc.constantFrom(
        "id",
        "text",
        "integer",
        "number",
        "boolean",
        "enum",
        "json",
        "timestamp",
        "ref",
        "version",
        "blob",
      ),
      optional: yes,
      default: value,
      min: amount,
      max: amount,
      format: fc.constantFrom("email", "url", "phone"),
      regex: fc.record({
        source: fc.constantFrom("a", "(", "^$"),
        flags: fc.constantFrom("", "g", "uv", "zz"),
      }),
      trim: yes,
      unique: yes,
      hidden: yes,
      readOnly: yes,
      owner: yes,
      createdAt: yes,
      updatedAt: yes,
      client: yes,
      values: fc.array(text, { maxLength: 3 }),
      target: name,
      onDelete: fc.constantFrom("cascade", "set null", "restrict", "explode"),
      renamedFrom: name,
    },
    { requiredKeys: ["kind"] },
  )
  .map((data) => ({ data }));

/** Fields that are legal by themselves. */
const tameField = fc.oneof(
  fc.constantFrom(
    field.text().optional(),
    field.text().min(1).max(20).unique(),
    field.integer().min(0).default(1),
    field.boolean().default(false),
    field.enum(["a", "b"]).default("a"),
    field.timestamp().createdAt(),
    field.json().optional(),
  ),
  name.map((target) => field.ref(target).optional()),
);

function dictionary<T>(entry: fc.Arbitrary<T>, maxKeys: number): fc.Arbitrary<Record<string, T>> {
  // fromEntries makes `__proto__` an ordinary key, as the computed key of a config is.
  return fc
    .array(fc.tuple(name, entry), { maxLength: maxKeys })
    .map((entries) => Object.fromEntries(entries));
}

const rule = fc.oneof(
  fc.constantFrom(
    { type: "public" },
    { type: "nobody" },
    { type: "signedIn" },
    { type: "role", role: "admin" },
    { type: "any", rules: [] },
    { type: "owner", field: "id" },
    { type: "sometimes" },
    "public",
  ),
  name.map((owner) => ({ type: "owner", field: owner })),
  name.map((relation) => ({ type: "through", relation, rule: { type: "owner", field: "id" } })),
  name.map((relation) => ({ type: "through", relation, rule: "read" })),
);
const access = fc.dictionary(
  fc.constantFrom("read", "create", "update", "delete", "readDeleted", "subscribe", "raed"),
  rule,
  {
    maxKeys: 4,
  },
);

const relation = fc.record(
  { hasMany: name, hasOne: name, belongsTo: name, manyToMany: name, through: name, by: name, to: name },
  { requiredKeys: [] },
);

function resource(entry: fc.Arbitrary<unknown>, isTame: boolean): fc.Arbitrary<Record<string, unknown>> {
  const plain = {
    fields: dictionary(entry, 5).map((fields) => (isTame ? { ...fields, id: field.id() } : fields)),
  };
  const granted = { access: (isTame ? fc.constant({}) : access).map((rules) => () => rules) };
  const override = fc.constantFrom("Todos", "users", "Other", "News");
  if (isTame) {
    const named = { route: override, table: override, singular: override };
    return fc.record({ ...plain, ...granted, ...named }, { requiredKeys: ["fields", "access"] });
  }
  return fc.record(
    {
      ...plain,
      ...granted,
      relations: dictionary(relation, 3),
      indexes: fc.array(fc.array(name, { maxLength: 3 }), { maxLength: 3 }),
      route: name,
      table: name,
      singular: name,
      renamedFrom: name,
      defaultLimit: amount,
      maxLimit: amount,
      softDelete: fc.boolean(),
      live: fc.oneof(
        fc.boolean(),
        name.map((by) => ({ by })),
        value,
      ),
      search: fc.oneof(fc.array(name, { maxLength: 3 }), dictionary(amount, 3)),
      nonsense: value,
    },
    { requiredKeys: ["fields"] },
  );
}

const words = fc.oneof(text, fc.constantFrom("60s", "0s", "1d", "1w", "tag", "games", "./a.ts", "a b"));
const holding = fc.oneof(wildField, tameField, dictionary(fc.oneof(wildField, tameField), 2), value);

/** Stores with any options, most of which do not belong to their type. */
const wildStore = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        type: fc.constantFrom(
          "string",
          "counter",
          "hash",
          "set",
          "list",
          "sortedSet",
          "session",
          "rateLimit",
          "stream",
        ),
        prefix: words,
        name: words,
        shards: amount,
        shardBy: words,
        reshardFrom: amount,
        ttl: words,
        idle: words,
        per: words,
        max: amount,
        requests: amount,
        burst: amount,
        functions: words,
        value: holding,
        member: holding,
        fields: dictionary(fc.oneof(wildField, tameField), 3),
        data: holding,
        nonsense: value,
      },
      { requiredKeys: ["type"] },
    ),
  },
  { weight: 1, arbitrary: value },
);

/** Stores of which most are legal by themselves. */
const tameStore = fc.record(
  {
    type: fc.constantFrom("string", "counter", "hash", "set", "list", "sortedSet", "session"),
    name: fc.constantFrom("main", "games", "1st"),
    shards: fc.constantFrom(1, 2, 8),
  },
  { requiredKeys: ["type"] },
);

/** One way to identify requests. */
const wildWay = fc.oneof(
  fc.record({
    type: fc.constant("custom"),
    module: fc.oneof(text, fc.constant("./src/auth.ts")),
    user: dictionary(wildField, 3),
  }),
  fc.record(
    {
      type: fc.constant("session"),
      users: name,
      ttl: text,
      idle: text,
      shards: amount,
      data: dictionary(wildField, 2),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record(
    {
      type: fc.constant("jwt"),
      jwks: fc.oneof(text, fc.webUrl()),
      secret: name,
      issuer: text,
      audience: text,
      algorithms: fc.array(fc.constantFrom("RS256", "ES256", "none")),
      user: dictionary(wildField, 3),
      claims: dictionary(text, 3),
      users: name,
    },
    { requiredKeys: ["type"] },
  ),
  fc.record(
    { type: fc.constant("apiKey"), users: name, prefix: text, ttl: text, shards: amount },
    { requiredKeys: ["type"] },
  ),
);

/** Configs of which most are wrong, often in many ways. */
export const wildConfig: fc.Arbitrary<unknown> = fc.record(
  {
    name: fc.oneof(fc.constant("app"), name),
    database: fc.record(
      { type: fc.constantFrom("d1", "kv"), binding: name, name },
      { requiredKeys: ["type"] },
    ),
    auth: fc.oneof(wildWay, wildWay, fc.array(wildWay, { maxLength: 3 })),
    cors: fc.record({ origins: fc.array(fc.oneof(text, fc.webUrl(), fc.constant("https://a.example"))) }),
    basePath: fc.oneof(text, fc.constant("/v1")),
    bodyLimit: amount,
    compatibilityDate: text,
    resources: dictionary(resource(fc.oneof(wildField, tameField), false), 4),
    kv: fc.oneof(dictionary(fc.oneof(wildStore, tameStore), 4), value),
    routes: words,
    live: fc.record({ retention: amount }, { requiredKeys: [] }),
    wrangler: fc.dictionary(fc.constantFrom("name", "vars", "d1_databases", "__proto__"), fc.jsonValue()),
    environments: dictionary(fc.record({ databaseName: name }, { requiredKeys: [] }), 2),
  },
  { requiredKeys: ["name", "database", "resources"] },
);

/** Configs whose names are hostile and the rest harmless, so that many of them give a model. */
export const hostileConfig: fc.Arbitrary<unknown> = fc.record({
  name: fc.constant("app"),
  database: fc.constant({ type: "d1" }),
  resources: dictionary(resource(tameField, true), 5),
  kv: fc.oneof(fc.constant({}), dictionary(tameStore, 3)),
});
