/** The API of the task board as far as it runs in this process. */
import { custom, field } from "covara";
import reference from "../../../covara.config.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { FetchOptions } from "../../../runtime/client/index.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { cleanUp, loadApplication, userHeader } from "../matrix/bundle.ts";
import { openDatabase } from "../matrix/sqlite.ts";

/** Who calls. */
export const user = {
  id: "00000000-0000-7000-8000-000000000001",
  email: "ann@example.com",
  name: "Ann",
  role: "admin",
};

/** A server whose answers tests can hold back or replace. */
export interface Server {
  /** What a client sends with. */
  readonly fetch: (url: string, options: FetchOptions) => Promise<Response>;
  /** Requests so far, such as `GET /api/todos`; each with its query. */
  readonly requests: string[];
  /** Is asked before each request: gives another answer, waits, or throws. */
  before: (call: string) => Response | null | Promise<Response | null>;
  close(): void;
}

/** Starts a server with an empty database but for {@link user}. */
export async function startServer(): Promise<Server> {
  const model = boardModel();
  const { app } = await loadApplication(model);
  const database = openDatabase(model);
  const env = { [model.database.binding]: database.binding };
  database
    .prepare(`INSERT INTO users (id, email, name, role, created_at) VALUES (?, ?, ?, ?, ?)`)
    .run(user.id, user.email, user.name, user.role, "2026-01-01T00:00:00.000Z");
  const requests: string[] = [];
  const server: Server = {
    requests,
    before: () => null,
    fetch: async (url, options) => {
      const call = `${options.method} ${url.slice(url.indexOf("/api"))}`;
      requests.push(call);
      const instead = await server.before(call);
      if (instead !== null) return instead;
      const headers = new Headers(options.headers);
      headers.set(userHeader, JSON.stringify(user));
      return app.fetch(new Request(url, { ...options, headers }), env);
    },
    close: () => {
      database.db.close();
      cleanUp();
    },
  };
  return server;
}

/** Without what needs modules of its own, or Durable Objects. */
function boardModel(): Model {
  const { name, compatibilityDate, database, resources } = reference as ConfigData;
  const { users, lists, memberships, todos, comments } = resources ?? {};
  if (!users || !lists || !memberships || !todos || !comments) throw new Error("a resource is missing");
  const { hooks, computed, ...plainUsers } = users;
  const { initials, ...userFields } = users.fields;
  const { procedures, access, ...plainTodos } = todos;
  const withoutProcedures: typeof access = (builder) => {
    const { procedures: called, ...rules } = access?.(builder) ?? {};
    return rules;
  };
  const user = { email: field.text(), name: field.text(), role: field.enum(["member", "admin"]) };
  const { model, diagnostics } = buildModel(
    {
      name,
      ...(compatibilityDate === undefined ? {} : { compatibilityDate }),
      database,
      auth: custom("./auth.ts", { user }),
      resources: {
        users: { ...plainUsers, fields: userFields },
        lists: { ...lists, live: false },
        memberships,
        todos: { ...plainTodos, access: withoutProcedures, live: false },
        comments: { ...comments, live: false },
      },
    } as ConfigData,
    { exists: () => true },
  );
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
}
