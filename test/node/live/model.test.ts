/**
 * Live streams of random applications: writes through the API and past it, subscribers with filters, broken connections, lost pokes,
 * restarts. Each stream must tell exactly the changes of what its user may see, by the rules' own meaning.
 */
import type { SQLInputValue } from "node:sqlite";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model, ResourceModel } from "../../../generator/model/types.ts";
import type { ruleBuilder } from "../../../schema/access.ts";
import type { ConfigData, ResourceData } from "../../../schema/data.ts";
import { Random } from "../../matrix/random.ts";
import type { Row, Rows, User } from "../../matrix/rows.ts";
import { drawn, inOrder, seedRows, words } from "../../matrix/seed.ts";
import { type App, cleanUp, loadApplication, userHeader, waiting } from "../matrix/bundle.ts";
import { randomConfig } from "../matrix/random-config.ts";
import { openDatabase, type SqliteDatabase } from "../matrix/sqlite.ts";
import { History, type Interest } from "./history.ts";
import { calm, Network } from "./network.ts";
import { Subscriber } from "./subscriber.ts";

/** Fixed, so that a run says something of the change and not of its luck. */
const seed = Number(process.env.SEED ?? 1);
const wanted = Number(process.env.RUNS ?? 6);
const steps = 120;

const storm = { failedCall: 0.4, brokenSocket: 0.05, lostMessage: 0, lostPoke: 0.3 };

beforeEach(() => {
  // Streams wait before they connect again, and pumps before they call again.
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  // The platform has it; for tests it does the same.
  vi.stubGlobal("IdentityTransformStream", TransformStream);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
afterAll(cleanUp);

/** A random application of which some resources are live; null where the model refuses it. */
function liveModel(random: Random): Model | null {
  const config = randomConfig(random);
  const resources = Object.entries(config.resources).map(([key, resource]): [string, ResourceData] => {
    if (key === "users" || random.chance(0.3)) return [key, resource];
    const owners = Object.keys(resource.fields).filter((name) =>
      /^(?:owner|helper|user|author)Id$/.test(name),
    );
    return [
      key,
      {
        ...resource,
        ...(random.chance(0.3) ? { access: ownedBy(owners) } : {}),
        live: key === "items" && random.chance(0.5) ? { by: "teamId" } : true,
      },
    ];
  });
  const changed: ConfigData = { ...config, resources: Object.fromEntries(resources) };
  const { model } = buildModel(changed, { exists: () => true });
  return model?.live == null ? null : model;
}

/** Rules by which each user has a hub. */
const ownedBy =
  (owners: readonly string[]): NonNullable<ResourceData["access"]> =>
  ({ any, owner, role, public: everybody }: typeof ruleBuilder) => ({
    read: any(...owners.map((name) => owner(name)), role("admin")),
    update: everybody(),
    delete: everybody(),
  });

function callers(rows: Rows): (User | null)[] {
  const [ann = "", bob = "", eve = ""] = (rows.users ?? []).map(({ id }) => String(id));
  return [
    null,
    { id: ann, role: "member", level: 1, word: "beta" },
    { id: bob, role: "member", level: null, word: "alpha" },
    { id: eve, role: "admin", level: 0, word: "delta" },
  ];
}

/** A filter, and what it means. */
function randomFilter(resource: ResourceModel, rows: Rows, random: Random): [string, (row: Row) => boolean] {
  const fields = resource.fields.filter(
    ({ hidden, kind }) => !hidden && ["boolean", "integer", "text", "ref"].includes(kind),
  );
  const [partition] = resource.live?.partition ?? [];
  const dividing = fields.find(({ name }) => name === partition);
  const field = dividing !== undefined && random.chance(0.6) ? dividing : random.pick(fields);
  if (random.chance(0.4)) return ["", () => true];
  const { name, column, kind } = field;
  if (kind === "boolean") return [`${name}==true`, (row) => row[column] === 1];
  if (kind === "integer") return [`${name}>=1`, (row) => Number(row[column] ?? 0) >= 1];
  if (kind === "text") {
    const word = random.pick(words);
    return [`${name}=="${word}"`, (row) => row[column] === word];
  }
  const target = random.pick(rows[field.reference?.resource ?? ""] ?? [{ id: "" }]).id;
  return [`${name}=="${target}"`, (row) => row[column] === target];
}

class World {
  readonly model: Model;
  readonly random: Random;
  readonly database: SqliteDatabase;
  readonly network: Network;
  readonly history: History;
  readonly users: readonly (User | null)[];
  readonly subscribers: Subscriber[] = [];
  readonly #app: App;
  readonly #env: object;
  readonly #seeded: Rows;

  constructor(model: Model, { app, log }: Awaited<ReturnType<typeof loadApplication>>, random: Random) {
    const retention = model.live?.retention;
    if (log === undefined || retention === undefined) throw new Error("the application has no change log");
    this.model = model;
    this.random = random;
    this.database = openDatabase(model);
    this.network = new Network(this.database.binding, log, retention, random, calm);
    this.#app = app;
    this.#env = { [model.database.binding]: this.database.binding, COVARA_LIVE: this.network };
    this.#seeded = seedRows(model, random, 5, () => ({}));
    this.users = callers(this.#seeded);
    for (const resource of inOrder(model))
      for (const row of this.#seeded[resource.key] ?? []) this.insert(resource, row);
    // Rows of tables that are not logged stay as they are.
    this.database.db.exec(
      "DELETE FROM _covara_changes; DELETE FROM sqlite_sequence WHERE name = '_covara_changes'",
    );
    this.history = new History(model, this.database, this.dump());
  }

  insert({ table, fields }: ResourceModel, row: Row): void {
    const columns = fields.map(({ column }) => column);
    this.database
      .prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`)
      .run(...columns.map((column) => row[column] ?? null));
  }

  dump(): Rows {
    return Object.fromEntries(
      this.model.resources.map(({ key, table }) => {
        const statement = this.database.prepare(`SELECT * FROM ${table} ORDER BY rowid`);
        statement.setReturnArrays(false);
        return [key, statement.all() as Row[]];
      }),
    );
  }

  /** SQL of the application's own: one statement, of one row or of many. It may be refused. */
  writeSql(): void {
    const { random } = this;
    const resource = random.pick(this.model.resources.filter(({ key }) => key !== "users"));
    const rows = this.dump();
    const own = rows[resource.key] ?? [];
    const kind = random.below(10);
    try {
      if (kind < 3) {
        const [row] = seedRows(this.model, random, 1, () => ({}))[resource.key] ?? [];
        const references = resource.fields.flatMap(({ column, reference }) =>
          reference === null
            ? []
            : [[column, random.pick([{ id: null }, ...(rows[reference.resource] ?? [])]).id ?? null]],
        );
        if (row !== undefined) this.insert(resource, { ...row, ...Object.fromEntries(references) });
        return;
      }
      if (own.length === 0) return;
      if (kind < 5) {
        this.#run(`DELETE FROM ${resource.table} WHERE id = ?`, random.pick(own).id ?? null);
        return;
      }
      const settable = resource.fields.filter(
        ({ kind: of, unique }) => of !== "id" && of !== "version" && !unique,
      );
      const field = random.pick(settable);
      const value =
        field === resource.deletedAt
          ? random.pick([null, "2024-05-05T05:05:05.000Z"])
          : this.#stored(field, rows);
      const where = kind < 9 ? "WHERE id = ?2" : "WHERE ?2 IS NOT NULL";
      this.#run(
        `UPDATE ${resource.table} SET ${field.column} = ?1 ${where}`,
        value,
        random.pick(own).id ?? null,
      );
    } catch (error) {
      // Foreign keys and constraints refuse some statements, as they do in production.
      if (!/constraint|covara:/i.test(String(error))) throw error;
    }
  }

  #stored(field: ResourceModel["fields"][number], rows: Rows): SQLInputValue {
    const value = drawn(field, rows, this.random, `x${this.random.below(1e9)}`);
    if (value === null || typeof value === "string" || typeof value === "number") return value;
    return typeof value === "boolean" ? Number(value) : JSON.stringify(value);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.database.prepare(sql).all(...values);
  }

  /** A request of some user; most are refused by the rules. */
  async writeApi(): Promise<void> {
    const { random } = this;
    const resource = random.pick(this.model.resources.filter(({ key }) => key !== "users"));
    const row = random.pick([...(this.dump()[resource.key] ?? []), { id: random.uuid() }]);
    const headers = new Headers({ "Content-Type": "application/json" });
    const user = random.pick(this.users);
    if (user !== null) headers.set(userHeader, JSON.stringify(user));
    const field = random.pick(resource.fields.filter(({ writable, kind }) => writable && kind !== "id"));
    const body = JSON.stringify({ [field.name]: drawn(field, this.dump(), random, `y${random.below(1e9)}`) });
    const method = random.chance(0.8) ? "PATCH" : "DELETE";
    const path = random.chance(0.8) ? `/${row.id}` : `/batch?filter=*`;
    const request = new Request(`https://covara.test/api/${resource.route}${path}`, {
      method,
      headers,
      ...(method === "PATCH" ? { body } : {}),
    });
    const response = await this.#app.fetch(request, this.#env);
    expect(response.status, await response.text()).toBeLessThan(500);
    await finish(Promise.all(waiting.splice(0)));
  }

  async subscribe(): Promise<void> {
    const { random } = this;
    const resource = random.pick(this.model.resources.filter(({ live }) => live !== null));
    const [filter, matches] = randomFilter(resource, this.#seeded, random);
    const interest: Interest = { user: random.pick(this.users), resource, matches };
    const query = new URLSearchParams({ snapshot: "true", ...(filter === "" ? {} : { filter }) });
    const url = `/api/${resource.route}/subscribe?${query}`;
    const subscriber = new Subscriber(this.#app, this.#env, this.history, interest, url);
    if (await subscriber.connect()) this.subscribers.push(subscriber);
  }
}

/** Waits for what may wait for timers. */
async function finish(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await settle(1);
    await vi.advanceTimersByTimeAsync(100);
  }
  await done;
}

/** Lets everything that is under way get on. */
async function settle(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
}

test(`contract 5.2: streams of random applications tell what their users may see (SEED=${seed})`, {
  timeout: 60_000 * wanted,
}, async () => {
  let checked = 0;
  let told = 0;
  for (let number = seed * 1_000_003; checked < wanted; number++) {
    const random = new Random(number);
    const model = liveModel(random);
    if (model === null) continue;
    checked += 1;
    const world = new World(model, await loadApplication(model), random);
    try {
      told += await run(world);
    } catch (error) {
      throw new Error(`SEED of the application: ${number}`, { cause: error });
    }
    world.database.db.close();
  }
  expect(told, "there was something to tell").toBeGreaterThan(wanted * 10);
});

async function run(world: World): Promise<number> {
  const { random, network, history, subscribers } = world;
  for (let count = 0; count < 6; count++) await world.subscribe();
  await settle(5);
  const losesMessages = random.chance(0.3);
  network.weather = losesMessages ? { ...storm, lostMessage: 0.3 } : storm;
  for (let step = 0; step < steps; step++) {
    const kind = random.below(20);
    if (kind < 9) world.writeSql();
    else if (kind < 13) await world.writeApi();
    else if (kind < 14) await world.subscribe();
    else if (kind < 15) network.breakHubs();
    else if (kind < 16) network.restartPump();
    else if (kind < 17) await vi.advanceTimersByTimeAsync(1_000);
    else if (kind < 18) await finish(network.alarm());
    else if (subscribers.length > 0) {
      const subscriber = random.pick(subscribers);
      if (subscriber.isConnected) await subscriber.disconnect();
      else await subscriber.connect();
    }
    history.catchUp();
    await settle(random.below(4));
  }
  network.weather = calm;
  // A message that was lost is found out by the next one, or when the connection is made anew.
  if (losesMessages) network.breakHubs();
  for (const subscriber of subscribers) if (!subscriber.isConnected) await subscriber.connect();
  for (let round = 0; round < 8; round++) {
    await vi.advanceTimersByTimeAsync(2_000);
    await finish(network.alarm());
    await settle(10);
  }
  for (const subscriber of subscribers) subscriber.verify();
  const told = subscribers.reduce((sum, { events }) => sum + events, 0);
  for (const subscriber of subscribers) await subscriber.disconnect();
  await settle(5);
  return told;
}
