/** Runs inside workerd: counts what a Worker and its objects ask of the database and of each other. */

/** Calls since the start, by what was called. */
export interface Counts {
  /** Statements and batches that read the change log. */
  logReads: number;
  /** Other calls of the database. */
  otherCalls: number;
  /** Requests that ask the pump to look at the log. */
  pokes: number;
  /** Messages of the pump to hubs. */
  receives: number;
  /** Connections to hubs, and what hubs tell the pump of theirs. */
  connections: number;
}

export const counts: Counts = { logReads: 0, otherCalls: 0, pokes: 0, receives: 0, connections: 0 };

interface Bindings {
  readonly DB: D1Database;
  readonly COVARA_LIVE: { getByName(name: string): object };
}

/** The bindings, with every call counted. */
export const counted = <Env extends Bindings>(env: Env): Env => ({
  ...env,
  DB: countedDatabase(env.DB),
  COVARA_LIVE: { getByName: (name: string) => countedStub(env.COVARA_LIVE.getByName(name)) },
});

const methods: Readonly<Record<string, keyof Counts>> = {
  poke: "pokes",
  receive: "receives",
  listen: "connections",
  fetch: "connections",
};

function countedStub(stub: object): object {
  return new Proxy(stub, {
    get(target, name) {
      const counter = methods[String(name)];
      const method: unknown = Reflect.get(target, name);
      if (counter === undefined || typeof method !== "function") return method;
      return (...values: readonly unknown[]): unknown => {
        counts[counter] += 1;
        return Reflect.apply(method, target, values);
      };
    },
  });
}

const countedDatabase = (db: D1Database): D1Database =>
  new Proxy(db, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => countedStatement(target.prepare(sql), sql);
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...values: readonly unknown[]): unknown => {
        if (name === "batch" || name === "exec") counts.otherCalls += 1;
        return Reflect.apply(method, target, values);
      };
    },
  });

/** The statement itself, which batches take, with its own calls counted. */
function countedStatement(statement: D1PreparedStatement, sql: string): D1PreparedStatement {
  const counter = /FROM _covara_changes/.test(sql) ? "logReads" : "otherCalls";
  const bind = statement.bind.bind(statement);
  const members: Record<string, unknown> = {
    bind: (...values: unknown[]) => countedStatement(bind(...values), sql),
  };
  for (const name of ["all", "first", "run", "raw"] as const) {
    const method = statement[name].bind(statement) as (...values: unknown[]) => unknown;
    members[name] = (...values: unknown[]) => {
      counts[counter] += 1;
      return method(...values);
    };
  }
  return Object.assign(statement, members);
}
