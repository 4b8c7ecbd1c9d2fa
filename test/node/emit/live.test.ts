import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { rolesOf, simplify } from "../../../generator/emit/rule.ts";
import { type RuleView, ruleView } from "../../../generator/emit/rule-js.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { custom, d1, defineConfig, field } from "../../../schema/index.ts";
import { randomProject } from "./random-project.ts";
import { serverExports } from "./random-server.ts";
import { exportsOf } from "./random-stores.ts";

function modelOf(config: ConfigData): Model {
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
}

const filesOf = (config: ConfigData): Map<string, string> => emit(modelOf(config), { wranglerToml: null });

/** Teams of users, and their tasks. */
const config = (live: boolean): ConfigData =>
  defineConfig({
    name: "teams",
    database: d1(),
    openapi: true,
    auth: custom("./src/auth.ts", {
      user: { role: field.enum(["member", "admin", "auditor"]), level: field.integer().optional() },
    }),
    resources: {
      users: { fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) },
      teams: {
        fields: { id: field.id(), name: field.text() },
        relations: { members: { manyToMany: "users", through: "memberships" } },
        access: ({ through }) => ({ read: through("members", (user) => user.owner("id")) }),
      },
      memberships: {
        fields: { id: field.id(), teamId: field.ref("teams"), userId: field.ref("users") },
        access: ({ nobody }) => ({ read: nobody() }),
        softDelete: true,
      },
      tasks: {
        fields: {
          id: field.id(),
          title: field.text(),
          ownerId: field.ref("users").owner(),
          teamId: field.ref("teams").optional(),
          level: field.integer().optional(),
          secret: field.text().hidden().optional(),
          isLong: field.boolean().computed("length({title}) > 80"),
        },
        access: ({ any, owner, through, where, role }) => ({
          read: any(
            owner("ownerId"),
            through("team", "read"),
            where((row, user) => row.level.lt(user.level).and(row.secret.isNull())),
            role("admin"),
          ),
          create: owner("ownerId"),
          ...(live ? { subscribe: any(owner("ownerId"), through("team", "read"), role("auditor")) } : {}),
        }),
        live,
      },
      notes: {
        fields: { id: field.id(), ownerId: field.ref("users").owner(), body: field.text() },
        access: ({ any, owner, role }) => ({ read: any(owner("ownerId"), role("admin"), role("auditor")) }),
        live,
      },
    },
  });

describe("a config without live resources", () => {
  test("gives files without a trace of them", () => {
    for (const [name, text] of filesOf(config(false))) {
      expect([name, text.match(/.*(?:\blive|subscri|event-stream|request_signal).*/i)]).toEqual([name, null]);
    }
  });
});

describe("contract 5: what is emitted for live resources", () => {
  const files = filesOf(config(true));

  test("one file with the log, and the rules of events", () => {
    const [own = ""] = (files.get("live.ts") ?? "").split("/** What the streams of a request run on");
    expect(own.slice(own.indexOf("/** What is logged"))).toBe(expectedLive);
  });

  test("a rule in SQL for subscribers only where it is not that of readers", () => {
    const access = files.get("access.ts") ?? "";
    expect(access.match(/function \w+/g)).toEqual([
      "function readTeams",
      "function readTasks",
      "function subscribeTasks",
      "function readNotes",
    ]);
    expect(access).toContain(" Who may follow changes of tasks:");
  });

  test("two routes for each", () => {
    expect(files.get("routes/notes.ts")).toContain(`
/** \`GET /api/notes/subscribe\` */
notesRoutes.get("/subscribe", (c) => subscribe(c, notesLive, subscriber(c)));
notesRoutes.all("/subscribe", allow("GET, HEAD"));

/** \`GET /api/notes/aggregate/subscribe\` */
notesRoutes.get("/aggregate/subscribe", (c) => subscribeAggregate(c, notesLive, subscriber(c)));
notesRoutes.all("/aggregate/subscribe", allow("GET, HEAD"));
`);
    expect(files.get("routes/teams.ts")).not.toContain("subscribe");
  });

  test("a class of objects, its binding, its readiness, and a sign after each write", () => {
    expect(files.get("worker.ts")).toContain('export { CovaraLiveDurableObject } from "./live-object.js";');
    expect(files.get("env.ts")).toContain("COVARA_LIVE: DurableObjectNamespace<CovaraLiveDurableObject>;");
    expect(files.get("app.ts")).toMatch(/ready\(c, c\.env\.DB, .*c\.env\.COVARA_LIVE\.getByName\("pump"\)\)/);
    expect(files.get("app.ts")).toMatch(/identify\(\w+\)\);\napp\.use\("\/api\/\*", pokeAfterWrites\(\)\);/);
  });

  test("streams in the description of the API, each event by its name", () => {
    const document = JSON.parse(files.get("openapi.json") ?? "");
    const { get } = document.paths["/api/tasks/subscribe"];
    expect(get.description).toContain("owner(ownerId) or through(team: ");
    expect(Object.keys(get.responses)).toEqual(["200", "400", "401", "500"]);
    expect(get.responses[200].content["text/event-stream"].schema.items).toEqual({
      $ref: "#/components/schemas/TaskEvent",
    });
    expect(document.components.schemas.TaskEvent.oneOf).toHaveLength(7);
    const { parameters } = document.paths["/api/tasks/aggregate/subscribe"].get;
    expect(parameters).toContainEqual({ $ref: "#/components/parameters/TaskGroupBy" });
  });
});

test("an application without identities has streams for everybody", () => {
  const files = filesOf(
    defineConfig({
      name: "open",
      database: d1(),
      resources: {
        notes: {
          fields: { id: field.id(), listId: field.text(), body: field.text() },
          access: (rules) => ({ read: rules.public() }),
          live: { by: "listId" },
        },
      },
    }),
  );
  expect(files.get("live.ts")).toContain(`
/** Who hears of changes of notes: public. */
function notesView(): View {
  return { holds: () => true, paths: [] };
}

/** The changes of notes. */
export const notesLive: Live<null> = {
`);
  expect(files.get("live.ts")).toContain(`
  scope: readNotes,
  view: notesView,
  partition: {
    fields: ["listId"],
    value: "filter",
  },
};

/** What the streams of a request run on, and who listens. */
export const subscriber = (c: Context<AppEnv>): Subscriber<null> => ({
  db: c.env.DB,
  hubs: c.env.COVARA_LIVE,
  user: null,
});
`);
});

test("subscribers are divided up by any field of the user that rows are held against", () => {
  const partition = (name: "level" | "floor" | "city"): string => {
    const files = filesOf(
      defineConfig({
        name: "floors",
        database: d1(),
        auth: custom("./src/auth.ts", {
          user: { level: field.integer(), floor: field.integer().optional(), city: field.text().optional() },
        }),
        resources: {
          notes: {
            fields: {
              id: field.id(),
              level: field.integer(),
              floor: field.integer().optional(),
              city: field.text(),
            },
            access: ({ where }) => ({ read: where((row, user) => row[name].eq(user[name] as never)) }),
            live: true,
          },
        },
      }),
    );
    return / {4}value: .*\n/.exec(files.get("live.ts") ?? "")?.[0]?.trim() ?? "";
  };
  expect(partition("level")).toBe("value: (user) => (user === null ? null : String(user.level)),");
  expect(partition("floor")).toBe(
    "value: (user) => (user === null || user.floor === null ? null : String(user.floor)),",
  );
  expect(partition("city")).toBe("value: (user) => (user === null ? null : user.city),");
});

test("the log has every field of every table that a view of random configs looks at", () => {
  const files = {
    exists: () => true,
    exportsOf: (file: string) => serverExports(file) ?? exportsOf(file),
  };
  let looked = 0;
  for (const drawn of fc.sample(randomProject, { seed: 3, numRuns: 150 })) {
    const { model } = buildModel(drawn, files);
    if (model === null) continue;
    const loggedOf = (key: string): readonly string[] =>
      model.live?.tables.find(({ resource }) => resource === key)?.fields ?? [];
    const check = (key: string, { holds, paths }: RuleView): void => {
      for (const [, name = ""] of JSON.stringify(holds).matchAll(/row\.(\w+)/g)) {
        expect(loggedOf(key), `${key}.${name}`).toContain(name);
      }
      for (const path of paths) {
        looked += 1;
        expect(loggedOf(path.over.key), path.name).toContain(path.key);
        check(path.over.key, path);
      }
    };
    for (const resource of model.resources.filter(({ live }) => live !== null)) {
      const { subscribe } = resource.access;
      for (const role of [null, ...rolesOf(subscribe)]) {
        const residue = simplify(subscribe, { signedIn: true, role });
        check(
          resource.key,
          ruleView(model, resource, residue, (name) => name),
        );
      }
    }
  }
  expect(looked).toBeGreaterThan(10);
});

const expectedLive = `/** What is logged of each table, and who hears of its changes. */
export const log: Log = {
  teams: {
    table: teams,
    image: "json_object('id', teams.id)",
    streams: [{ name: "tasks" }],
    reaches: [{ table: "tasks", field: "teamId", column: "team_id", key: "id", when: ["id"] }],
  },
  memberships: {
    table: memberships,
    image: \`
      json_object('id', memberships.id, 'teamId', memberships.team_id, 'userId', memberships.user_id,
      'deletedAt', memberships.deleted_at)
    \`,
    streams: [{ name: "tasks" }],
    reaches: [
      { table: "teams", field: "id", column: "id", key: "teamId", when: ["teamId", "userId", "deletedAt"] },
    ],
  },
  tasks: {
    table: tasks,
    image: \`
      json_object('id', tasks.id, 'ownerId', tasks.owner_id, 'teamId', tasks.team_id,
      'level', tasks.level, 'secret', tasks.secret, 'title', tasks.title,
      'isLong', ((length(tasks.title) > 80) IS TRUE))
    \`,
    streams: [{ name: "tasks" }],
  },
  notes: {
    table: notes,
    image: "json_object('id', notes.id, 'ownerId', notes.owner_id, 'body', notes.body)",
    streams: [{ name: "notes", by: ["ownerId"] }],
  },
};

/**
 * Who hears of changes of tasks:
 * (owner(ownerId) or through(team: through(members: owner(id))) or where(level < user.level and secret is null) or role(admin)) and (owner(ownerId) or through(team: through(members: owner(id))) or role(auditor)).
 */
function tasksView(user: User | null): View {
  if (user === null) return { holds: () => false, paths: [] };
  if (user.role === "admin") {
    return {
      holds: (row, has) => row.ownerId === user.id || has("team", row.teamId),
      paths: [
        {
          name: "team",
          table: "teams",
          key: "id",
          column: "id",
          rows: where(
            "id IN (SELECT team_id FROM memberships WHERE user_id = ? AND deleted_at IS NULL)",
            user.id,
          ),
          holds: (row, has) => has("team.members", row.id),
          paths: [
            {
              name: "team.members",
              table: "memberships",
              key: "teamId",
              column: "team_id",
              rows: where("user_id = ? AND deleted_at IS NULL", user.id),
              holds: (row) => row.userId === user.id && row.deletedAt === null,
              paths: [],
            },
          ],
        },
      ],
    };
  }
  if (user.role === "auditor") {
    return {
      holds: (row, has) =>
        row.ownerId === user.id ||
        has("team", row.teamId) ||
        (compare(row.level, user.level) < 0 && row.secret === null),
      paths: [
        {
          name: "team",
          table: "teams",
          key: "id",
          column: "id",
          rows: where(
            "id IN (SELECT team_id FROM memberships WHERE user_id = ? AND deleted_at IS NULL)",
            user.id,
          ),
          holds: (row, has) => has("team.members", row.id),
          paths: [
            {
              name: "team.members",
              table: "memberships",
              key: "teamId",
              column: "team_id",
              rows: where("user_id = ? AND deleted_at IS NULL", user.id),
              holds: (row) => row.userId === user.id && row.deletedAt === null,
              paths: [],
            },
          ],
        },
      ],
    };
  }
  return {
    holds: (row, has) =>
      (row.ownerId === user.id ||
        has("team", row.teamId) ||
        (compare(row.level, user.level) < 0 && row.secret === null)) &&
      (row.ownerId === user.id || has("team", row.teamId)),
    paths: [
      {
        name: "team",
        table: "teams",
        key: "id",
        column: "id",
        rows: where(
          "id IN (SELECT team_id FROM memberships WHERE user_id = ? AND deleted_at IS NULL)",
          user.id,
        ),
        holds: (row, has) => has("team.members", row.id),
        paths: [
          {
            name: "team.members",
            table: "memberships",
            key: "teamId",
            column: "team_id",
            rows: where("user_id = ? AND deleted_at IS NULL", user.id),
            holds: (row) => row.userId === user.id && row.deletedAt === null,
            paths: [],
          },
        ],
      },
    ],
  };
}

/** The changes of tasks. */
export const tasksLive: Live<User | null> = {
  name: "tasks",
  table: tasks,
  log,
  schema: "f0233948",
  scope: subscribeTasks,
  view: tasksView,
};

/** Who hears of changes of notes: owner(ownerId) or role(admin) or role(auditor). */
function notesView(user: User | null): View {
  if (user === null) return { holds: () => false, paths: [] };
  if (user.role === "admin") return { holds: () => true, paths: [] };
  if (user.role === "auditor") return { holds: () => true, paths: [] };
  return { holds: (row) => row.ownerId === user.id, paths: [] };
}

/** The changes of notes. */
export const notesLive: Live<User | null> = {
  name: "notes",
  table: notes,
  log,
  schema: "00d499f5",
  scope: readNotes,
  view: notesView,
  partition: {
    fields: ["ownerId"],
    // role(admin) and role(auditor) may see other rows, too.
    value: (user) => (user === null || oneOf(user.role, "admin", "auditor") ? null : user.id),
  },
};

`;
