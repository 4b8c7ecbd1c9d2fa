import type {
  ApiKeyAuthData,
  AuthData,
  BetterAuthData,
  ChannelData,
  ClientData,
  ConfigData,
  CorsData,
  CustomAuthData,
  DatabaseData,
  EnvironmentData,
  FieldData,
  Json,
  JwtAuthData,
  LiveData,
  OpenApiData,
  OwnClientData,
  ProcedureData,
  ProceduresData,
  RateLimitData,
  RateLimitedOperation,
  RelationData,
  ResourceData,
  SessionAuthData,
  StoreData,
  StoreOptionsData,
  StoreType,
  StoreValueData,
} from "../../schema/data.ts";
import type { JsonTypeData } from "../../schema/json-shape.ts";
import { quote } from "./report.ts";
import {
  array,
  at,
  boolean,
  invalid,
  isPlainObject,
  number,
  object,
  oneOf,
  record,
  type Shape,
  string,
} from "./shape.ts";

const kinds = [
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
] as const;

/** JSON nested deeper than this is a mistake, or a cycle. */
const MAX_JSON_DEPTH = 64;

const json: Shape<Json> = (value, path, report) => {
  const problem = jsonProblem(value, 0);
  if (problem === null) return value as Json;
  report.error("COV1502", path, `${at(path)} must be a JSON value, but ${problem}.`);
  return invalid;
};

function jsonProblem(value: unknown, depth: number): string | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : `holds ${value}`;
  if (depth > MAX_JSON_DEPTH) return `is nested deeper than ${MAX_JSON_DEPTH} levels or contains itself`;
  const inner = Array.isArray(value) ? value : isPlainObject(value) ? Object.values(value) : null;
  if (inner === null) return `holds ${typeof value === "object" ? "an object of a class" : typeof value}`;
  for (const element of inner) {
    const problem = jsonProblem(element, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

const flag = oneOf(true);

/** The generator made it from the source. */
const jsonType: Shape<JsonTypeData> = (value, path, report) => {
  if (isPlainObject(value) && isPlainObject(value.shape) && isPlainObject(value.named))
    return value as unknown as JsonTypeData;
  report.error("COV1502", path, `${at(path)} is not what the type argument of json<T>() is read as.`);
  return invalid;
};

const fieldData = object<FieldData>({
  what: "a field",
  required: ["kind"],
  keys: {
    kind: oneOf(...kinds),
    optional: flag,
    default: json,
    min: number,
    max: number,
    format: oneOf("email", "url"),
    regex: object({
      what: "a pattern",
      required: ["source", "flags"],
      keys: { source: string, flags: string },
    }),
    trim: flag,
    unique: flag,
    hidden: flag,
    readOnly: flag,
    owner: flag,
    createdAt: flag,
    updatedAt: flag,
    client: flag,
    values: array(string),
    target: string,
    onDelete: oneOf("cascade", "set null", "restrict"),
    renamedFrom: string,
    computed: (value, path, report) => (value === true ? value : string(value, path, report)),
    shape: jsonType,
  },
});

/** A field is the builder's object; only its `data` counts. */
const field: Shape<{ readonly data: FieldData }> = (value, path, report) => {
  if (typeof value === "function") {
    report.error("COV1502", path, `${at(path)} is a function, not a field.`, {
      fix: "Call it: `field.text()`.",
    });
    return invalid;
  }
  if (typeof value !== "object" || value === null || !("data" in value)) {
    report.error("COV1502", path, `${at(path)} is not a field.`, {
      fix: "Make it with `field`: `field.text()`.",
    });
    return invalid;
  }
  const data = fieldData(value.data, path, report);
  return data === invalid ? invalid : { data };
};

const relationTypes = ["hasMany", "hasOne", "belongsTo", "manyToMany"] as const;

const looseRelation = object<{
  hasMany?: string;
  hasOne?: string;
  belongsTo?: string;
  manyToMany?: string;
  through?: string;
  by?: string;
  to?: string;
}>({
  what: "a relation",
  required: [],
  keys: {
    hasMany: string,
    hasOne: string,
    belongsTo: string,
    manyToMany: string,
    through: string,
    by: string,
    to: string,
  },
});

const relation: Shape<RelationData> = (value, path, report) => {
  const loose = looseRelation(value, path, report);
  if (loose === invalid) return invalid;
  const { hasMany, hasOne, belongsTo, manyToMany, through, by, to } = loose;
  const given = relationTypes.filter((type) => isPlainObject(value) && value[type] !== undefined);
  if (given.length !== 1) {
    report.error("COV1502", path, `${at(path)} must have exactly one of ${relationTypes.join(", ")}.`);
    return invalid;
  }
  for (const key of ["through", "to"] as const) {
    if (loose[key] === undefined || manyToMany !== undefined) continue;
    report.error("COV1501", [...path, key], `${quote(key)} belongs to manyToMany, not to ${given[0]}.`);
  }
  const own = by === undefined ? {} : { by };
  if (hasMany !== undefined) return { hasMany, ...own };
  if (hasOne !== undefined) return { hasOne, ...own };
  if (belongsTo !== undefined) return { belongsTo, ...own };
  if (manyToMany === undefined) return invalid;
  if (through !== undefined) return { manyToMany, through, ...own, ...(to === undefined ? {} : { to }) };
  report.error("COV1502", path, `${at(path)} needs \`through\`, the resource that joins the two.`);
  return invalid;
};

/** Anything: the access pass says what is wrong with it, in its own words. */
const access: Shape<NonNullable<ResourceData["access"]>> = (value) =>
  value as NonNullable<ResourceData["access"]>;

/** Any number: the pass over searches says which are weights. */
const weight: Shape<number> = (value, path, report) =>
  typeof value === "number" ? value : number(value, path, report);

/** Fields, or the weight of each. */
const search: Shape<NonNullable<ResourceData["search"]>> = (value, path, report) => {
  if (isPlainObject(value)) return record(weight)(value, path, report);
  if (Array.isArray(value)) return array(string)(value, path, report);
  report.error(
    "COV1502",
    path,
    `${at(path)} must be a list of fields, or an object with the weight of each.`,
  );
  return invalid;
};

const procedure = object<ProcedureData>({
  what: "a procedure",
  required: [],
  keys: { input: record(field), output: record(field) },
});

const procedures = object<ProceduresData>({
  what: "procedures",
  required: ["module"],
  keys: { module: string, row: record(procedure), rpc: record(procedure) },
});

const limit = object<RateLimitData>({
  what: "a rate limit",
  required: ["requests", "per"],
  keys: { requests: number, per: string, by: oneOf("user", "address"), burst: number },
});

const limits = object<Partial<Record<RateLimitedOperation, RateLimitData>>>({
  what: "rateLimit",
  required: [],
  keys: { read: limit, create: limit, update: limit, delete: limit, procedures: limit },
});

/** One limit is told from several by what it must have. */
const rateLimit: Shape<NonNullable<ResourceData["rateLimit"]>> = (value, path, report) =>
  isPlainObject(value) && (value.requests !== undefined || value.per !== undefined)
    ? limit(value, path, report)
    : limits(value, path, report);

const liveBy = object<{ readonly by: string }>({ what: "`live`", required: ["by"], keys: { by: string } });

/** On or off, or on with the field that divides subscribers up. */
const live: Shape<boolean | { readonly by: string }> = (value, path, report) =>
  isPlainObject(value) ? liveBy(value, path, report) : boolean(value, path, report);

const resource = object<ResourceData>({
  what: "a resource",
  required: ["fields"],
  keys: {
    fields: record(field),
    access,
    relations: record(relation),
    indexes: array(array(string)),
    route: string,
    table: string,
    singular: string,
    defaultLimit: number,
    maxLimit: number,
    batchLimit: number,
    requireIfMatch: boolean,
    rateLimit,
    softDelete: boolean,
    live,
    hooks: string,
    procedures,
    computed: string,
    search,
    renamedFrom: string,
  },
});

const database = object<DatabaseData>({
  what: "the database",
  required: ["type"],
  keys: { type: oneOf("d1"), binding: string, name: string },
});

const cors = object<CorsData>({
  what: "cors",
  required: ["origins"],
  keys: { origins: array(string), credentials: boolean },
});

const openApiData = object<OpenApiData>({
  what: "openapi",
  required: [],
  keys: { title: string, version: string, description: string },
});

const client = object<ClientData>({
  what: "a client",
  required: ["out"],
  keys: {
    out: string,
    only: array(string),
    omit: array(string),
    dates: oneOf("string", "Date"),
    react: boolean,
  },
});

const ownClient = object<OwnClientData>({
  what: "the client in the output folder",
  required: [],
  keys: { react: boolean },
});

/** A copy says where to; settings without that are of the client in the output folder. */
const anyClient: Shape<OwnClientData | ClientData> = (value, path, report) =>
  isPlainObject(value) && Object.keys(value).every((key) => key === "react")
    ? ownClient(value, path, report)
    : client(value, path, report);

const clients: Shape<NonNullable<ConfigData["clients"]>> = (value, path, report) =>
  isPlainObject(value) ? ownClient(value, path, report) : array(anyClient)(value, path, report);

/** On, off, or on with settings. */
const openapi: Shape<boolean | OpenApiData> = (value, path, report) =>
  isPlainObject(value) ? openApiData(value, path, report) : boolean(value, path, report);

/** A field, or an object of fields. */
const storeValue: Shape<StoreValueData> = (value, path, report) =>
  isPlainObject(value) && !isFieldData(value.data)
    ? record(field)(value, path, report)
    : field(value, path, report);

const isFieldData = (value: unknown): boolean => isPlainObject(value) && typeof value.kind === "string";

const placement = { prefix: string, name: string, shards: number };
const keyed = { ...placement, ttl: string, shardBy: oneOf("tag"), reshardFrom: number, functions: string };

/** The options of each type of store. */
const storeOptions = {
  string: { ...keyed, value: storeValue },
  counter: keyed,
  hash: { ...keyed, fields: record(field), value: storeValue },
  set: { ...keyed, member: storeValue },
  list: { ...keyed, value: storeValue, max: number },
  sortedSet: { ...keyed, member: storeValue },
  session: { ...placement, data: record(field), ttl: string, idle: string },
  rateLimit: { ...placement, requests: number, per: string, burst: number },
} satisfies {
  readonly [Type in StoreType]: {
    readonly [Key in keyof Required<StoreOptionsData[Type]>]: Shape<unknown>;
  };
};

const storeTypes = Object.keys(storeOptions) as StoreType[];

const store: Shape<StoreData> = (value, path, report) => {
  const { type: stated = undefined, ...options } = isPlainObject(value) ? value : {};
  const type = storeTypes.find((known) => known === stated);
  if (type === undefined) {
    const called = typeof value === "function" ? "a function, not a store" : "not a store";
    report.error("COV1502", path, `${at(path)} is ${called}.`, { fix: "Make it with `kv`: `kv.string()`." });
    return invalid;
  }
  const shape = object<object>({
    what: `\`kv.${type}\``,
    required: (type === "rateLimit" ? ["requests", "per"] : []) as never[],
    keys: storeOptions[type],
  });
  const checked = shape(options, path, report);
  // Its options were checked by the shape of that type.
  return checked === invalid ? invalid : ({ ...checked, type } as StoreData);
};

/** The builder's object. */
const channel = object<ChannelData>({
  what: "a channel",
  required: ["type", "message"],
  keys: {
    type: oneOf("channel"),
    params: record(field),
    message: record(field),
    access: (value) => value as ChannelData["access"],
    history: number,
    presence: boolean,
    patterns: boolean,
  },
});

const customAuth = object<CustomAuthData>({
  what: "`custom(…)`",
  required: ["type", "module", "user"],
  keys: { type: oneOf("custom"), module: string, user: record(field) },
});

const sessionAuth = object<SessionAuthData>({
  what: "`session(…)`",
  required: ["type", "users"],
  keys: { type: oneOf("session"), users: string, ...storeOptions.session },
});

const jwtAuth = object<JwtAuthData>({
  what: "`jwt(…)`",
  required: ["type", "issuer", "audience"],
  keys: {
    type: oneOf("jwt"),
    jwks: string,
    secret: string,
    issuer: string,
    audience: string,
    algorithms: array(oneOf("RS256", "ES256", "EdDSA")),
    user: record(field),
    claims: record(string),
    users: string,
  },
});

const apiKeyAuth = object<ApiKeyAuthData>({
  what: "`apiKey(…)`",
  required: ["type", "users", "prefix"],
  keys: { type: oneOf("apiKey"), users: string, prefix: string, ttl: string, shards: number },
});

const betterAuthWay = object<BetterAuthData>({
  what: "`betterAuth(…)`",
  required: ["type", "users", "options"],
  keys: {
    type: oneOf("betterAuth"),
    users: string,
    options: string,
    secret: string,
    input: array(string),
    tables: record(string),
    shards: number,
  },
});

const authWay: Shape<AuthData> = (value, path, report) => {
  switch (isPlainObject(value) ? value.type : undefined) {
    case "custom":
      return customAuth(value, path, report);
    case "session":
      return sessionAuth(value, path, report);
    case "apiKey":
      return apiKeyAuth(value, path, report);
    case "jwt":
      return jwtAuth(value, path, report);
    case "betterAuth":
      return betterAuthWay(value, path, report);
    default:
      report.error("COV1502", path, `${at(path)} does not say how requests are identified.`, {
        fix: 'Make it with `session({ users: "users" })` or `custom("./src/auth.ts")`.',
      });
      return invalid;
  }
};

/** One way, or a list of them. */
const auth: Shape<AuthData | readonly AuthData[]> = (value, path, report) =>
  Array.isArray(value) ? array(authWay)(value, path, report) : authWay(value, path, report);

const environment = object<EnvironmentData>({
  what: "an environment",
  required: [],
  keys: { databaseName: string, wrangler: record(json) },
});

/** The whole config. What is wrong is reported and left out, so that the passes can go on with the rest. */
export const configShape = object<ConfigData>({
  what: "the config",
  required: ["name", "database", "resources"],
  keys: {
    name: string,
    compatibilityDate: string,
    basePath: string,
    bodyLimit: number,
    database,
    auth,
    cors,
    resources: record(resource),
    kv: record(store),
    channels: record(channel),
    routes: string,
    operators: string,
    live: object<LiveData>({ what: "`live`", required: [], keys: { retention: number } }),
    openapi,
    clients,
    wrangler: record(json),
    environments: record(environment),
  },
});
