import { apiKey, betterAuth, channel, custom, d1, field, kv, session } from "covara";
import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { emitCopy } from "../../../generator/emit/react-copy.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import { ruleBuilder } from "../../../schema/access.ts";
import type {
  ApiKeyAuthData,
  BetterAuthData,
  ChannelData,
  ClientData,
  ConfigData,
  CorsData,
  CustomAuthData,
  DatabaseData,
  EnvironmentData,
  FieldData,
  FieldKind,
  JwtAuthData,
  OpenApiData,
  OwnClientData,
  RateLimitData,
  RateLimitedOperation,
  RelationData,
  ResourceData,
  RuleData,
  SessionAuthData,
} from "../../../schema/data.ts";
import type { JsonMember, JsonShape } from "../../../schema/json-shape.ts";

type FieldLike = { readonly data: FieldData };

const everyone = (): { read: RuleData; create: RuleData; update: RuleData } => ({
  read: { type: "public" },
  create: { type: "signedIn" },
  update: { type: "signedIn" },
});

/** A project with one resource to vary and some to refer to. */
function project(changes: {
  config?: Partial<ConfigData>;
  resource?: Partial<ResourceData>;
  fields?: Record<string, FieldLike>;
}): ConfigData {
  const others: Record<string, ResourceData> = {
    users: { fields: { id: field.id() }, access: everyone },
    tags: { fields: { id: field.id() }, access: everyone },
    notes: {
      fields: { id: field.id(), itemId: field.ref("items").unique(), tagId: field.ref("tags") },
      access: everyone,
    },
  };
  return {
    name: "walk",
    database: d1(),
    auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
    resources: {
      ...others,
      items: {
        fields: { id: field.id(), name: field.text(), ...changes.fields },
        access: everyone,
        ...changes.resource,
      },
    },
    ...changes.config,
  };
}

/** Everything that is emitted for a config, as one text. */
function output(config: ConfigData): string {
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  if (model === null)
    throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  const migration = planMigration(model, { snapshot: null, files: [] }, { allowDestructive: false });
  const copies = model.clients.flatMap((copy) =>
    [...emitCopy(model, copy, { client: [], react: [] })].map(
      ([file, text]) => [`${copy.folder}/${file}`, text] as const,
    ),
  );
  const files = [...emit(model, { wranglerToml: null }), ...migration.files, ...copies];
  return files.map(([path, text]) => `== ${path}\n${text}`).join("\n");
}

type Walk<Key extends PropertyKey> = Record<Key, readonly [without: ConfigData, with_: ConfigData]>;

function expectChange(walk: Walk<string>): void {
  for (const [option, [without, with_]] of Object.entries(walk)) {
    expect(output(with_) !== output(without), `${option} changes nothing`).toBe(true);
  }
}

const fields = (a: FieldLike, b: FieldLike) =>
  [project({ fields: { x: a } }), project({ fields: { x: b } })] as const;

describe("every option changes the output", () => {
  test("of fields", () => {
    const walk: Walk<Exclude<keyof FieldData, "kind">> = {
      optional: fields(field.text(), field.text().optional()),
      default: fields(field.text(), field.text().default("d")),
      min: fields(field.text(), field.text().min(1)),
      max: fields(field.integer(), field.integer().max(9)),
      format: fields(field.text(), field.text().email()),
      regex: fields(field.text(), field.text().regex(/^a/)),
      trim: fields(field.text(), field.text().trim()),
      unique: fields(field.text(), field.text().unique()),
      hidden: fields(field.text().optional(), field.text().optional().hidden()),
      readOnly: fields(field.text().default("d"), field.text().default("d").readOnly()),
      owner: fields(field.ref("users"), field.ref("users").owner()),
      createdAt: fields(field.timestamp(), field.timestamp().createdAt()),
      updatedAt: fields(field.timestamp().createdAt(), field.timestamp().updatedAt()),
      client: [project({}), project({ fields: { id: field.id({ client: true }) } })],
      values: fields(field.enum(["a"]), field.enum(["a", "b"])),
      target: fields(field.ref("users"), field.ref("tags")),
      onDelete: fields(field.ref("users"), field.ref("users", { onDelete: "cascade" })),
      renamedFrom: fields(field.text(), field.text()),
      computed: fields(field.text().computed("lower({name})"), field.text().computed("upper({name})")),
      shape: fields(field.json(), {
        data: { kind: "json", shape: { shape: { type: "string" }, named: {}, problems: [] } },
      }),
    };
    expectChange({ owner: fields(field.text(), field.text().owner()) });
    // A rename shows in the next migration only; the migrations' own tests hold it.
    const { renamedFrom: _, ...visible } = walk;
    expectChange(visible);
  });

  test("of computed fields, whose absence leaves no trace, and who have no column", () => {
    const plain = output(project({}));
    expect(plain).not.toMatch(/comput/i);
    const sql = output(project({ fields: { x: field.text().computed("lower({name})") } }));
    expect(sql).toContain("CAST(lower(items.name) AS TEXT)");
    expect(sql).not.toMatch(/functions|computed\.ts/);
    const func = output(
      project({ fields: { x: field.text().computed() }, resource: { computed: "./x.ts" } }),
    );
    expect(func).toContain("functions: { x } satisfies ItemComputed");
    for (const text of [sql, func]) {
      const [own, without] = [text, plain].map((all) =>
        all.split("\n== ").filter((file) => /^(migrations|tables|schemas)/.test(file)),
      );
      expect(own).toEqual(without);
    }
  });

  test("of the type of a json field", () => {
    const point: JsonShape = { type: "reference", name: "a.ts#Point" };
    const member = (name: string, more: Partial<JsonMember> = {}): JsonShape => ({
      type: "object",
      members: [{ name, shape: { type: "number" }, ...more }],
    });
    const shapes: readonly JsonShape[] = [
      ...(["string", "number", "boolean"] as const).map((type) => ({ type })),
      ...["a", "b", 1, true].map((value): JsonShape => ({ type: "literal", value })),
      { type: "array", items: { type: "string" } },
      { type: "array", items: { type: "string" }, readonly: true },
      { type: "array", items: { type: "json" } },
      { type: "tuple", items: [{ type: "string" }] },
      { type: "tuple", items: [{ type: "string" }], readonly: true },
      { type: "record", values: { type: "string" } },
      { type: "record", values: { type: "null" } },
      { type: "union", shapes: [{ type: "string" }, { type: "number" }] },
      member("a"),
      member("b"),
      member("a", { optional: true }),
      member("a", { readonly: true }),
      member("a", { doc: "What it is." }),
      point,
    ];
    const named = (doc: string) => ({ "a.ts#Point": { name: "Point", shape: member("x"), doc } });
    const outputs = shapes.map((shape) =>
      output(
        project({ fields: { x: { data: { kind: "json", shape: { shape, named: {}, problems: [] } } } } }),
      ),
    );
    const documented = ["A.", "B."].map((doc) =>
      output(
        project({
          fields: { x: { data: { kind: "json", shape: { shape: point, named: named(doc), problems: [] } } } },
        }),
      ),
    );
    expect(new Set([...outputs, ...documented]).size).toBe(shapes.length + 2);
  });

  test("of field kinds", () => {
    const kinds: Record<FieldKind, FieldLike> = {
      id: field.id(),
      text: field.text(),
      integer: field.integer(),
      number: field.number(),
      boolean: field.boolean(),
      enum: field.enum(["a", "b"]),
      json: field.json(),
      timestamp: field.timestamp(),
      ref: field.ref("users"),
      version: field.version(),
    };
    const { id: _, ...usable } = kinds;
    const outputs = Object.values(usable).map((x) => output(project({ fields: { x } })));
    expect(new Set(outputs).size).toBe(outputs.length);
  });

  test("of resources", () => {
    const vary = (resource: Partial<ResourceData>) => [project({}), project({ resource })] as const;
    const walk: Walk<keyof ResourceData> = {
      fields: [project({}), project({ fields: { extra: field.text() } })],
      access: vary({ access: () => ({ read: { type: "signedIn" } }) }),
      relations: vary({ relations: { remarks: { hasMany: "notes", by: "itemId" } } }),
      indexes: vary({ indexes: [["name"]] }),
      route: vary({ route: "things" }),
      table: vary({ table: "item_table" }),
      singular: vary({ singular: "Thing" }),
      defaultLimit: vary({ defaultLimit: 5 }),
      maxLimit: vary({ maxLimit: 50 }),
      batchLimit: vary({ batchLimit: 50 }),
      rateLimit: vary({ rateLimit: { requests: 10, per: "1m" } }),
      requireIfMatch: [
        project({ fields: { version: field.version() } }),
        project({ fields: { version: field.version() }, resource: { requireIfMatch: true } }),
      ],
      softDelete: vary({ softDelete: true }),
      live: vary({ live: true }),
      search: vary({ search: ["name"] }),
      hooks: vary({ hooks: "./hooks.ts" }),
      procedures: vary({
        procedures: { module: "./procedures.ts", rpc: { ping: {} } },
        access: () => ({ ...everyone(), procedures: { ping: { type: "public" } } }),
      }),
      computed: [
        project({ fields: { x: field.text().computed() }, resource: { computed: "./a.ts" } }),
        project({ fields: { x: field.text().computed() }, resource: { computed: "./b.ts" } }),
      ],
      renamedFrom: vary({}),
    };
    const { renamedFrom: _, ...visible } = walk;
    expectChange(visible);
  });

  test("of searches", () => {
    const fields = { extra: field.text() };
    const searches = [
      undefined,
      ["name"],
      ["extra"],
      ["name", "extra"],
      ["extra", "name"],
      { name: 2 },
      { name: 0.5 },
    ];
    const outputs = searches.map((search) =>
      output(project({ fields, resource: search === undefined ? {} : { search } })),
    );
    expect(new Set(outputs).size).toBe(outputs.length);
    expect(outputs[0]).not.toMatch(/search/i);
  });

  test("of rate limits", () => {
    const limit = { requests: 10, per: "1m" };
    const vary = (rateLimit: ResourceData["rateLimit"]) =>
      [
        project({ resource: { rateLimit: limit } }),
        project({ resource: { ...(rateLimit === undefined ? {} : { rateLimit }) } }),
      ] as const;
    const walk: Walk<keyof RateLimitData | RateLimitedOperation> = {
      requests: vary({ ...limit, requests: 11 }),
      per: vary({ ...limit, per: "2m" }),
      by: vary({ ...limit, by: "address" }),
      burst: vary({ ...limit, burst: 3 }),
      read: vary({ read: limit }),
      create: vary({ create: limit }),
      update: vary({ update: limit }),
      delete: vary({ delete: limit }),
      procedures: vary({ procedures: limit }),
    };
    const { procedures: _, ...others } = walk;
    expectChange(others);
  });

  test("of relations", () => {
    const relations: Record<string, RelationData> = {
      hasMany: { hasMany: "notes", by: "itemId" },
      hasOne: { hasOne: "notes", by: "itemId" },
      manyToMany: { manyToMany: "tags", through: "notes", by: "itemId", to: "tagId" },
    };
    const outputs = Object.values(relations).map((x) => output(project({ resource: { relations: { x } } })));
    expect(new Set([output(project({})), ...outputs]).size).toBe(outputs.length + 1);
    const owner = { ownerId: field.ref("users") };
    const renamed: Record<string, RelationData> = { keeper: { belongsTo: "users", by: "ownerId" } };
    expect(output(project({ fields: owner, resource: { relations: renamed } }))).not.toBe(
      output(project({ fields: owner })),
    );
  });

  test("of rules", () => {
    const rules: Record<RuleData["type"], RuleData> = {
      public: { type: "public" },
      signedIn: { type: "signedIn" },
      nobody: { type: "nobody" },
      owner: { type: "owner", field: "ownerId" },
      role: { type: "role", role: "admin" },
      where: ruleBuilder.where(((row: Record<string, { eq(value: string): unknown }>) =>
        row.name?.eq("x")) as never),
      through: { type: "through", relation: "owner", rule: { type: "owner", field: "id" } },
      any: {
        type: "any",
        rules: [
          { type: "owner", field: "ownerId" },
          { type: "role", role: "admin" },
        ],
      },
      all: {
        type: "all",
        rules: [
          { type: "owner", field: "ownerId" },
          { type: "role", role: "admin" },
        ],
      },
    };
    for (const operation of ["read", "create", "update", "delete", "readDeleted"] as const) {
      const outputs = Object.values(rules).map((rule) =>
        output(
          project({
            fields: { ownerId: field.ref("users") },
            resource: {
              softDelete: operation === "readDeleted",
              access: () => ({ read: { type: "public" }, [operation]: rule }),
            },
          }),
        ),
      );
      expect(new Set(outputs).size, operation).toBe(outputs.length);
    }
  });

  test("of the config", () => {
    const vary = (config: Partial<ConfigData>) => [project({}), project({ config })] as const;
    const origins = ["https://app.example.com"];
    const cors: Walk<keyof CorsData> = {
      origins: [
        project({ config: { cors: { origins } } }),
        project({ config: { cors: { origins: ["https://b.example.com"] } } }),
      ],
      credentials: [
        project({ config: { cors: { origins } } }),
        project({ config: { cors: { origins, credentials: true } } }),
      ],
    };
    const database: Walk<Exclude<keyof DatabaseData, "type">> = {
      binding: vary({ database: d1({ binding: "MAIN" }) }),
      name: vary({ database: d1({ name: "other" }) }),
    };
    const staging = project({ config: { environments: { staging: {} } } });
    const environment: Walk<keyof EnvironmentData> = {
      databaseName: [staging, project({ config: { environments: { staging: { databaseName: "s" } } } })],
      wrangler: [
        staging,
        project({ config: { environments: { staging: { wrangler: { workers_dev: true } } } } }),
      ],
    };
    const auth: Walk<Exclude<keyof CustomAuthData, "type">> = {
      module: vary({
        auth: custom("./other.ts", {
          user: { role: field.enum(["member", "admin"]) },
        }),
      }),
      user: vary({ auth: custom("./auth.ts", { user: { role: field.enum(["admin", "other"]) } }) }),
    };
    const signedIn = (options: Partial<SessionAuthData>) =>
      project({ config: { auth: { ...session({ users: "users" }), ...options } } });
    const varySession = (options: Partial<SessionAuthData>) => [signedIn({}), signedIn(options)] as const;
    const sessions: Walk<Exclude<keyof SessionAuthData, "type">> = {
      users: [
        project({ config: { auth: session({ users: "users" }) } }),
        project({ config: { auth: session({ users: "tags" }) } }),
      ],
      data: varySession({ data: { device: field.text() } }),
      ttl: varySession({ ttl: "8d" }),
      idle: varySession({ idle: "1d" }),
      prefix: varySession({ prefix: "s" }),
      name: varySession({ name: "s" }),
      shards: varySession({ shards: 3 }),
    };
    const keyed = (options: Partial<ApiKeyAuthData>) =>
      project({ config: { auth: { ...apiKey({ users: "users", prefix: "acme" }), ...options } } });
    const varyKeys = (options: Partial<ApiKeyAuthData>) => [keyed({}), keyed(options)] as const;
    const keys: Walk<Exclude<keyof ApiKeyAuthData, "type">> = {
      users: varyKeys({ users: "tags" }),
      prefix: varyKeys({ prefix: "other" }),
      ttl: varyKeys({ ttl: "8d" }),
      shards: varyKeys({ shards: 3 }),
    };
    const claims = { role: field.enum(["member", "admin"]) };
    const good: JwtAuthData = {
      type: "jwt",
      jwks: "https://a.example/jwks",
      issuer: "https://a.example",
      audience: "api",
      user: claims,
    };
    const rows: ResourceData = { fields: { id: field.id(), ...claims }, access: everyone };
    const token = (options: Partial<JwtAuthData>) => {
      const { resources, ...rest } = project({ config: { auth: { ...good, ...options } } });
      return { ...rest, resources: { ...resources, users: rows } };
    };
    const { jwks: _, ...unsigned } = good;
    const { user: __, ...anonymous } = good;
    const varyToken = (options: Partial<JwtAuthData>) => [token({}), token(options)] as const;
    const tokens: Walk<Exclude<keyof JwtAuthData, "type">> = {
      jwks: varyToken({ jwks: "https://b.example/jwks" }),
      secret: [token({}), { ...token({}), auth: { ...unsigned, secret: "JWT_SECRET" } }],
      issuer: varyToken({ issuer: "https://b.example" }),
      audience: varyToken({ audience: "other" }),
      algorithms: varyToken({ algorithms: ["ES256"] }),
      user: varyToken({ user: { ...claims, plan: field.text() } }),
      claims: varyToken({ claims: { role: "r" } }),
      users: [token({}), { ...token({}), auth: { ...anonymous, users: "users" } }],
    };
    const person: ResourceData = {
      fields: {
        id: field.id(),
        name: field.text(),
        email: field.text().unique().readOnly(),
        emailVerified: field.boolean().default(false).readOnly(),
        image: field.text().optional(),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
        role: field.enum(["member", "admin"]).default("member"),
      },
      access: () => ({ read: everyone().read }),
    };
    const better = (options: Partial<BetterAuthData>) => {
      const auth = { ...betterAuth({ users: "users", options: "./better-auth.ts" }), ...options };
      const { resources, ...rest } = project({ config: { auth } });
      return { ...rest, resources: { ...resources, users: person, staff: person } };
    };
    const varyBetter = (options: Partial<BetterAuthData>) => [better({}), better(options)] as const;
    const betterAuths: Walk<Exclude<keyof BetterAuthData, "type">> = {
      users: varyBetter({ users: "staff" }),
      options: varyBetter({ options: "./other.ts" }),
      secret: varyBetter({ secret: "AUTH_SECRET" }),
      input: varyBetter({ input: ["role"] }),
      tables: varyBetter({ tables: { passkey: "tags" } }),
      shards: varyBetter({ shards: 3 }),
    };
    const chatting = (options: Partial<ChannelData>) => {
      const chat = channel({
        params: { room: field.text().max(64) },
        message: { text: field.text() },
        access: ({ signedIn }) => ({ subscribe: signedIn() }),
      });
      return project({ config: { channels: { chat: { ...chat, ...options } } } });
    };
    const varyChat = (options: Partial<ChannelData>) => [chatting({}), chatting(options)] as const;
    const channels: Walk<Exclude<keyof ChannelData, "type">> = {
      params: varyChat({ params: { room: field.text().max(32) } }),
      message: varyChat({ message: { text: field.text(), from: field.text().owner() } }),
      access: varyChat({ access: () => ({ subscribe: ruleBuilder.public() }) }),
      history: varyChat({ history: 7 }),
      presence: varyChat({ presence: true }),
      patterns: varyChat({ patterns: true }),
    };
    const config: Walk<keyof ConfigData> = {
      name: vary({ name: "other" }),
      compatibilityDate: vary({ compatibilityDate: "2026-01-01" }),
      basePath: vary({ basePath: "/v1" }),
      bodyLimit: vary({ bodyLimit: 1000 }),
      database: database.name,
      auth: auth.module,
      cors: vary({ cors: { origins } }),
      resources: [project({}), project({ fields: { extra: field.text() } })],
      // Its options have a test of their own.
      kv: vary({ kv: { visits: kv.counter() } }),
      channels: [project({}), chatting({})],
      routes: vary({ routes: "./routes.ts" }),
      operators: vary({ operators: "./operators.ts" }),
      live: [
        project({ resource: { live: true } }),
        project({ resource: { live: true }, config: { live: { retention: 500 } } }),
      ],
      openapi: vary({ openapi: true }),
      clients: vary({ clients: [{ out: "../web" }] }),
      wrangler: vary({ wrangler: { vars: { LEVEL: "info" } } }),
      environments: [project({}), staging],
    };
    const ownClient: Walk<keyof OwnClientData> = {
      react: [project({ config: { clients: {} } }), project({ config: { clients: { react: true } } })],
    };
    const copied = (client: Partial<ClientData>) =>
      project({ config: { clients: [{ out: "../web", ...client }] } });
    const clients: Walk<keyof ClientData> = {
      out: [copied({}), copied({ out: "../app" })],
      only: [copied({}), copied({ only: ["users"] })],
      omit: [copied({}), copied({ omit: ["users"] })],
      dates: [copied({}), copied({ dates: "Date" })],
      react: [copied({}), copied({ react: true })],
    };
    const described = project({ config: { openapi: true } });
    const openapi: Walk<keyof OpenApiData> = {
      title: [described, project({ config: { openapi: { title: "Other" } } })],
      version: [described, project({ config: { openapi: { version: "2.0.0" } } })],
      description: [described, project({ config: { openapi: { description: "What it is." } } })],
    };
    for (const walk of [
      config,
      channels,
      cors,
      database,
      environment,
      auth,
      sessions,
      keys,
      tokens,
      betterAuths,
      openapi,
      ownClient,
      clients,
    ])
      expectChange(walk);
  });
});
