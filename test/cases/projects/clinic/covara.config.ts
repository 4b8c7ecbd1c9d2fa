/** A veterinary clinic whose author picked awkward names: SQL keywords, reserved words, names of globals. */
import { custom, d1, defineConfig, field } from "covara";
import type { Entry, Finding, Rights } from "./src/findings.js";

/** A helper of the author's: the type goes with the field. */
const entries = () => field.json<Entry[]>().default([]);

export default defineConfig({
  name: "clinic",
  basePath: "/v1",
  bodyLimit: 20_000,
  database: d1({ binding: "CLINIC_DB", name: "clinic-db" }),
  auth: custom("./src/identity.ts", {
    user: {
      role: field.enum(["vet", "keeper"]),
      nickname: field.text().optional(),
      rights: field.json<Rights[]>(),
      any: field.json().optional(),
    },
  }),
  cors: { origins: ["https://clinic.example.com"], credentials: true },
  operators: "./src/operators.ts",
  openapi: { title: 'The "clinic"', version: "2026.1" },
  wrangler: { vars: { LEVEL: "info", LIMITS: { daily: 3 } }, workers_dev: true },
  environments: {
    staging: {},
    production: { databaseName: "clinic-live", wrangler: { vars: { LEVEL: "warn" } } },
  },
  resources: {
    people: {
      fields: {
        id: field.id({ client: true }),
        email: field.text().trim().email().max(200).unique(),
        homepage: field.text().url().optional(),
        phone: field
          .text()
          .regex(/^\+[0-9/ ]{5,20}$/)
          .optional(),
        secret: field.text().hidden().optional(),
        score: field.number().min(-1.5).max(1e6).default(0.5),
        visitsLeft: field.integer().min(-3).max(9).optional(),
        bestFriendId: field.ref("people", { onDelete: "set null" }).optional(),
        favouriteId: field.ref("pets", { onDelete: "set null" }).optional(),
        createdAt: field.timestamp().createdAt(),
        updatedAt: field.timestamp().updatedAt(),
        version: field.version(),
      },
      relations: {
        friends: { hasMany: "people", by: "bestFriendId" },
        animals: { hasMany: "pets", by: "keeperId" },
        card: { hasOne: "records", by: "personId" },
      },
      access: ({ signedIn, nobody }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: nobody(),
      }),
    },
    pets: {
      fields: {
        id: field.id(),
        name: field.text().default("Rex \"the\" `dog` $\u007bx} \\ 'q'"),
        species: field.enum(["cat", "dog", 'it\'s "other"']).default("cat"),
        keeperId: field.ref("people", { onDelete: "cascade" }).optional(),
        born: field.timestamp().optional(),
        chip: field.json<{ code: string }>().default({ code: "`$\u007b0}`" }),
        tame: field.boolean().default(true),
        wild: field.boolean().optional(),
      },
      relations: { tags: { manyToMany: "class", through: "petClasses" } },
      search: { name: 10, species: 0.5 },
      indexes: [["species", "born"], ["keeperId"]],
      // Nobody sees them then.
      softDelete: true,
      access: ({ public: anyone, signedIn }) => ({
        read: anyone(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    class: {
      fields: {
        id: field.id(),
        default: field.text().optional(),
        order: field.integer().default(1),
        group: field.text().default("g"),
        select: field.boolean().default(false),
      },
      search: ["group", "default"],
      access: ({ signedIn, role }) => ({
        read: signedIn(),
        create: signedIn(),
        update: role("vet"),
        delete: role("vet"),
      }),
    },
    petClasses: {
      fields: {
        id: field.id(),
        petId: field.ref("pets", { onDelete: "cascade" }),
        classId: field.ref("class"),
      },
      access: ({ signedIn }) => ({ read: signedIn(), create: signedIn(), delete: signedIn() }),
    },
    constructor: {
      fields: { id: field.id(), name: field.text() },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    app: {
      fields: {
        id: field.id(),
        user: field.text(),
        table: field.text().optional(),
        input: field.text().optional(),
      },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    env: {
      fields: { id: field.id(), key: field.text(), value: field.json().optional() },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    index: {
      fields: {
        id: field.id(),
        row: field.integer(),
        read: field.text().optional(),
        now: field.text().optional(),
      },
      // Neither module is there: `covara gen` starts both.
      hooks: "./src/index.hooks.ts",
      procedures: {
        module: "./src/procedures/index.ts",
        row: {
          output: { input: { row: field.integer() }, output: { row: field.integer().optional() } },
          row: {},
        },
        rpc: {
          assess: { input: { finding: field.json<Finding>() }, output: { entries: field.json<Entry[]>() } },
        },
      },
      access: ({ signedIn, role }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        procedures: { output: signedIn(), row: role("vet"), assess: signedIn() },
      }),
    },
    order: {
      fields: { id: field.id(), by: field.ref("people"), total: field.number() },
      access: ({ signedIn, owner, any, role }) => ({
        read: any(owner("by"), role("vet")),
        create: owner("by"),
        update: owner("by"),
        delete: signedIn(),
      }),
    },
    records: {
      fields: {
        id: field.id(),
        personId: field.ref("people", { onDelete: "cascade" }).unique(),
        note: field.text().default(""),
      },
      // What a keeper takes out, a vet still sees.
      softDelete: true,
      access: ({ signedIn, role }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
        readDeleted: role("vet"),
      }),
    },
    promises: {
      fields: { id: field.id(), keptAt: field.timestamp().default("2026-01-01T00:00:00.000Z") },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    responses: {
      fields: { id: field.id(), body: field.text(), status: field.integer().default(200).readOnly() },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    hono: {
      fields: { id: field.id(), Env: field.text().optional() },
      access: ({ signedIn }) => ({ read: signedIn(), create: signedIn() }),
    },
    select: {
      fields: {
        id: field.id(),
        from: field.text(),
        where: field.text().optional(),
        rank: field.text().default("x1"),
      },
      search: ["rank", "from", "where"],
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    visitNotes: {
      route: "notes",
      table: "vn",
      singular: "VisitNote",
      defaultLimit: 2,
      maxLimit: 3,
      fields: {
        id: field.id(),
        text: field.text().min(1),
        authorId: field.ref("people").owner(),
        visitId: field.ref("visits", { onDelete: "cascade" }),
        previousId: field.ref("visitNotes", { onDelete: "set null" }).optional(),
      },
      search: ["text"],
      access: ({ owner, all, signedIn }) => ({
        read: all(signedIn(), owner("authorId")),
        create: owner("authorId"),
        update: owner("authorId"),
        delete: owner("authorId"),
      }),
    },
    visits: {
      fields: {
        id: field.id(),
        petId: field.ref("pets"),
        entries: entries(),
        main: field.json<Finding>().optional(),
        plan: field
          .json<{ kind: "rest"; days: number } | { kind: "diet"; without: string[] } | { kind: "none" }>()
          .default({ kind: "rest", days: 3 }),
        secret: field.json<{ by: string; because: string[] }>().hidden().optional(),
        lastNoteId: field.ref("visitNotes", { onDelete: "set null" }).optional(),
      },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    dropBox: {
      fields: { id: field.id(), message: field.text().max(500) },
      access: ({ public: anyone, nobody }) => ({ read: nobody(), create: anyone() }),
    },
    prices: {
      fields: { id: field.id(), item: field.text().unique(), cents: field.integer() },
      softDelete: true,
      access: ({ public: anyone }) => ({ read: anyone(), readDeleted: anyone() }),
    },
    ledgers: {
      fields: { id: field.id(), amount: field.number(), checksum: field.text().hidden().default("none") },
      access: ({ role }) => ({
        read: role("vet"),
        create: role("vet"),
        update: role("vet"),
        delete: role("vet"),
      }),
    },
    empty: {
      fields: { id: field.id() },
      access: ({ signedIn }) => ({
        read: signedIn(),
        create: signedIn(),
        update: signedIn(),
        delete: signedIn(),
      }),
    },
    internal: {
      fields: { id: field.id(), state: field.text() },
      access: () => ({}),
    },
  },
});
