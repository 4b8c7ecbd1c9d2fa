/** Small applications with random rules: users, teams with members, items of teams and below other items, notes on items. */
import type { ruleBuilder } from "../../../schema/access.ts";
import type { ConfigData, RuleData } from "../../../schema/data.ts";
import { custom, d1, field } from "../../../schema/index.ts";
import type { Random } from "../../matrix/random.ts";

type Builder = typeof ruleBuilder;
type MakeRule = (rules: Builder) => RuleData;

interface Term {
  and(other: Term): Term;
  or(other: Term): Term;
  not(): Term;
}
type Operators = Readonly<Record<string, (value?: unknown) => Term>>;
type Row = Readonly<Record<string, Operators>>;

/** What rules of a resource can be about. */
interface Subject {
  readonly owners: readonly string[];
  /** By relation, the resource it leads to. */
  readonly relations: Readonly<Record<string, string>>;
  /** Operators and constants by field. */
  readonly terms: readonly (readonly [
    field: string,
    operators: readonly string[],
    values: readonly unknown[],
  ])[];
}

const compare = ["eq", "ne", "gt", "gte", "lt", "lte"];
const equal = ["eq", "ne"];
const nullable = ["isNull", "isNotNull"];
const texts = ["alpha", "beta", "gamma", "delta"];
const times = ["2020-01-01T00:00:00Z", "2021-06-01T12:00:00Z", "2024-01-01T00:00:00Z"];

const subjects: Readonly<Record<string, Subject>> = {
  users: {
    owners: ["id"],
    relations: {},
    terms: [["name", equal, texts]],
  },
  teams: {
    owners: ["ownerId"],
    relations: { owner: "users", members: "users", items: "items" },
    terms: [
      ["open", equal, [true, false]],
      ["name", compare, texts],
    ],
  },
  memberships: {
    owners: ["userId"],
    relations: { user: "users", team: "teams" },
    terms: [["level", compare, [0, 1, 2]]],
  },
  items: {
    owners: ["ownerId", "helperId", "id"],
    relations: {
      owner: "users",
      helper: "users",
      team: "teams",
      parent: "items",
      children: "items",
      notes: "notes",
    },
    terms: [
      ["title", compare, texts],
      ["level", compare, [-1, 0, 1, 2]],
      ["level", nullable, [undefined]],
      ["flag", equal, [true, false]],
      ["status", equal, ["open", "closed"]],
      ["dueAt", compare, times],
      ["helperId", nullable, [undefined]],
      ["version", compare, [1, 2, 3]],
      ["updatedAt", compare, times],
    ],
  },
  notes: {
    owners: ["authorId", "writer"],
    relations: { item: "items", author: "users" },
    terms: [["text", compare, texts]],
  },
};

/** A config; some lead a read rule back to itself, which the model refuses. */
export function randomConfig(random: Random): ConfigData {
  const some = <T extends object>(value: T): T | object => (random.chance(0.5) ? value : {});
  const versioned = (): object =>
    some({ updatedAt: field.timestamp().updatedAt(), version: field.version() });
  const config = {
    name: "matrix",
    database: d1(),
    auth: custom("./auth.ts", {
      user: { role: field.enum(["member", "admin"]), level: field.integer().optional(), word: field.text() },
    }),
    resources: {
      users: {
        fields: {
          id: field.id(),
          name: field.text(),
          ...some({ passhash: field.text().hidden().optional() }),
        },
        ...resource("users", random),
      },
      teams: {
        fields: {
          id: field.id(),
          name: field.text(),
          open: field.boolean().default(true),
          ownerId: random.chance(0.7) ? field.ref("users").owner() : field.ref("users"),
          ...versioned(),
        },
        relations: { members: { manyToMany: "users", through: "memberships" }, items: { hasMany: "items" } },
        ...resource("teams", random, random.chance(0.5)),
      },
      memberships: {
        fields: {
          id: field.id(),
          teamId: field.ref("teams", { onDelete: "cascade" }),
          userId: field.ref("users", { onDelete: random.pick(["cascade", "restrict"] as const) }),
          level: field.integer().default(0),
        },
        ...resource("memberships", random, random.chance(0.5)),
      },
      items: {
        fields: {
          id: random.chance(0.5) ? field.id({ client: true }) : field.id(),
          title: field.text(),
          level: field.integer().optional(),
          flag: field.boolean().default(false),
          status: field.enum(["open", "closed"]).default("open"),
          dueAt: field.timestamp().optional(),
          ownerId: random.chance(0.7) ? field.ref("users").owner() : field.ref("users"),
          helperId: field.ref("users", { onDelete: "set null" }).optional(),
          teamId: field.ref("teams", { onDelete: random.pick(["cascade", "set null"] as const) }).optional(),
          parentId: field
            .ref("items", { onDelete: random.pick(["cascade", "set null"] as const) })
            .optional(),
          ...some({ code: field.text().optional().unique() }),
          ...some({ classified: field.text().hidden().default("s3cret-default") }),
          ...some({ grade: field.integer().readOnly().default(1) }),
          ...some({ tags: field.json().default([]) }),
          updatedAt: field.timestamp().updatedAt(),
          version: field.version(),
        },
        requireIfMatch: random.chance(0.3),
        relations: {
          children: { hasMany: "items", by: "parentId" },
          notes: { hasMany: "notes" },
        },
        ...some({ search: ["title"] }),
        ...resource("items", random, random.chance(0.5)),
      },
      notes: {
        fields: {
          id: field.id(),
          text: field.text(),
          itemId: field.ref("items", { onDelete: random.pick(["cascade", "restrict"] as const) }),
          authorId: field.ref("users").owner(),
          // The caller's id, which need not be a row's.
          writer: field.text().owner(),
          createdAt: field.timestamp().createdAt(),
        },
        relations: { item: { belongsTo: "items", by: "itemId" } },
        ...resource("notes", random, random.chance(0.5)),
      },
    },
  };
  return config as unknown as ConfigData;
}

/** The rules of a resource. Most can be read by somebody, so that there is something to compare. */
function resource(key: string, random: Random, softDelete = false): object {
  const rule = (): MakeRule => randomRule(key, random, 3);
  const stated: Readonly<Record<string, MakeRule>> = {
    read: random.chance(0.5) ? either(rule(), leaf(key, random)) : rule(),
    create: rule(),
    update: rule(),
    delete: rule(),
    ...(softDelete ? { readDeleted: rule() } : {}),
  };
  const procedures = random.chance(0.5) ? { touch: rule(), ping: callerRule(random, 2) } : null;
  return {
    ...(softDelete ? { softDelete } : {}),
    ...(random.chance(0.4) ? { hooks: `./${key}.hooks.ts` } : {}),
    ...(procedures === null
      ? {}
      : { procedures: { module: `./${key}.procedures.ts`, row: { touch: {} }, rpc: { ping: {} } } }),
    access: (rules: Builder) => {
      const made = (all: Readonly<Record<string, MakeRule>>): object =>
        Object.fromEntries(Object.entries(all).map(([name, make]) => [name, make(rules)] as const));
      return { ...made(stated), ...(procedures === null ? {} : { procedures: made(procedures) }) };
    },
  };
}

/** A rule about the caller alone, for procedures that have no row. */
function callerRule(random: Random, depth: number): MakeRule {
  if (depth > 0 && random.chance(0.4)) {
    const type = random.pick(["any", "all"] as const);
    const parts = [callerRule(random, depth - 1), callerRule(random, depth - 1)];
    return (rules) => rules[type](...parts.map((part) => part(rules)));
  }
  return random.pick<MakeRule>([
    (rules) => rules.public(),
    (rules) => rules.signedIn(),
    (rules) => rules.role("admin"),
    (rules) => rules.role("member"),
  ]);
}

const either =
  (first: MakeRule, second: MakeRule): MakeRule =>
  (rules) =>
    rules.any(first(rules), second(rules));

function randomRule(key: string, random: Random, depth: number): MakeRule {
  if (depth === 0 || random.chance(0.4)) return leaf(key, random);
  const relations = Object.entries(subjects[key]?.relations ?? {});
  if (relations.length > 0 && random.chance(0.45)) {
    const [name, target] = random.pick(relations);
    if (random.chance(0.3)) return (rules) => rules.through(name, "read");
    const inner = randomRule(target, random, depth - 1);
    return (rules) => rules.through(name, ((of: Builder) => inner(of)) as never);
  }
  const type = random.pick(["any", "all"] as const);
  const parts = Array.from({ length: 2 + random.below(2) }, () => randomRule(key, random, depth - 1));
  return (rules) => rules[type](...parts.map((part) => part(rules)));
}

function leaf(key: string, random: Random): MakeRule {
  const subject = subjects[key];
  if (subject === undefined) throw new Error(`there is nothing to say of ${key}`);
  const kind = random.below(10);
  if (kind < 3) {
    const owner = random.pick(subject.owners);
    return (rules) => rules.owner(owner);
  }
  if (kind < 6) {
    const condition = randomTerm(subject, random, 2);
    return (rules) => rules.where(condition as never);
  }
  return random.pick<MakeRule>([
    (rules) => rules.public(),
    (rules) => rules.signedIn(),
    (rules) => rules.signedIn(),
    (rules) => rules.role("admin"),
    (rules) => rules.role("member"),
    (rules) => rules.nobody(),
  ]);
}

type MakeTerm = (row: Row, user: Readonly<Record<string, unknown>>) => Term;

function randomTerm(subject: Subject, random: Random, depth: number): MakeTerm {
  if (depth > 0 && random.chance(0.35)) {
    const first = randomTerm(subject, random, depth - 1);
    const second = randomTerm(subject, random, depth - 1);
    return random.pick<MakeTerm>([
      (row, user) => first(row, user).not(),
      (row, user) => first(row, user).and(second(row, user)),
      (row, user) => first(row, user).or(second(row, user)),
    ]);
  }
  const [name, operators, values] = random.pick(subject.terms);
  const operator = random.pick(operators);
  const own =
    name === "level" ? "level" : name === "title" || name === "text" || name === "name" ? "word" : null;
  const withUser = own !== null && !nullable.includes(operator) && random.chance(0.3);
  const value = random.pick(values);
  return (row, user) => {
    const method = row[name]?.[operator];
    if (method === undefined) throw new Error(`${name} has no ${operator}`);
    return method(withUser ? user[own] : value);
  };
}
