/** `db.ts`: the rows of every resource for server code, which acts as the server or for a user. Nothing else imports it. */
import type { Model, ResourceModel } from "../model/types.ts";
import { constants, type DbEmission, key, serverPolicy, userPolicy } from "./db-policy.ts";
import { hooksName, runsOn } from "./hooks.ts";
import { answerOf } from "./readable.ts";
import { rowInputTypes, rowType } from "./rows.ts";
import { offers } from "./rule.ts";
import { shared } from "./schemas.ts";
import { SourceFile } from "./source-file.ts";
import { list, property, propertyName, quote } from "./text.ts";
import { generic, layOutType, type TypeExpression, union } from "./type-layout.ts";

const anything = ["read", "create", "update", "delete"] as const;

/** Null where there are no resources. */
export function emitDb(model: Model): string | null {
  const { resources } = model;
  if (resources.length === 0) return null;
  const file = new SourceFile([
    ...["db", "Db", "UserDb", "at", "env", "request", "user", "context", "input", "now", "anyJson", "z"],
    ...Object.keys(shared),
    ...resources.flatMap((resource) => Object.values(constants(resource))),
  ]);
  const used = new Set<keyof typeof shared>();
  let isUnchecked = false;
  const e: DbEmission = {
    model,
    file,
    share(name) {
      used.add(name);
      return name;
    },
    unchecked() {
      isUnchecked = true;
      return "anyJson";
    },
  };
  file.use("zod/mini", "* as z");
  const servers = resources.map((resource) => serverPolicy(e, resource));
  const forUsers =
    model.auth === null ? [] : resources.filter((one) => anything.some((name) => offers(one, name)));
  if (used.has("json")) file.useType("./types.js", "JsonValue");
  for (const name of ["id", "timestamp", "url", "json"] as const)
    if (used.has(name)) file.section(...shared[name]);
  if (isUnchecked) {
    file.section(
      "/** JSON that no request can send: its type is the compiler's affair. */",
      "const anyJson = z.custom<NonNullable<unknown>>((value) => value !== undefined && value !== null);",
    );
  }
  for (const sections of servers) for (const lines of sections) file.section(...lines);
  const user = model.auth === null ? "null" : `${file.useType("./env.js", "User")} | null`;
  file.section(
    "/** The rows of every resource, for the server: no access rule applies, and nothing is hidden. */",
    "export interface Db {",
    ...resources.map((resource) => memberOf(resource, serverType(e, resource))),
    ...(forUsers.length === 0
      ? []
      : [`  /** The rows under the rules for a user, or for nobody. */`, `  as(user: ${user}): UserDb;`]),
    "}",
  );
  if (forUsers.length > 0) {
    file.section(
      "/** The rows that a user may read and write, as the routes give them. */",
      "export interface UserDb {",
      ...forUsers.map((resource) => memberOf(resource, userType(e, resource))),
      "}",
    );
  }
  return file.section(...emitFunction(e, forUsers, user)).toString();
}

const memberOf = (resource: ResourceModel, type: TypeExpression): string =>
  layOutType(`  readonly ${propertyName(key(resource))}: `, type, ";");

const hooked = (resource: ResourceModel): boolean =>
  (["create", "update", "delete"] as const).some((operation) => runsOn(resource, operation));

function emitFunction(
  { model, file }: DbEmission,
  forUsers: readonly ResourceModel[],
  user: string,
): string[] {
  const { resources } = model;
  const runtime = (name: string): string => file.use("covara/runtime", name);
  const env = file.useType("./env.js", "Env");
  const context = `${file.useType("covara/runtime", "ServerContext")}<${env}, ${user}>`;
  const runsHooks = resources.some(hooked);
  const wait = runsHooks ? file.use("cloudflare:workers", "waitUntil") : "";
  const rows = runtime("rows");
  const hooks = (resource: ResourceModel): string[] =>
    hooked(resource)
      ? [`hooks: ${file.use(`./resources/${resource.file}.js`, hooksName(resource))}(context)`]
      : [];
  const server = resources.map((resource) => {
    // Not in a constant: resources import their hooks, which may import this file before there are tables.
    const table = file.use(`./resources/${resource.file}.js`, resource.identifier);
    const members = [
      "...at",
      `...${constants(resource).server}`,
      `table: ${runtime("unveiled")}(${table})`,
      ...hooks(resource),
    ];
    return list(`    ${propertyName(key(resource))}: ${rows}(`, "{ ", members, "}", "),");
  });
  const users = forUsers.flatMap((resource) => userPolicy(model, file, resource, hooks(resource), rows));
  const withHooks = forUsers.some(hooked);
  return [
    "/**",
    " * The rows of every resource.",
    " *",
    " * @param request What tells the id of a request, so that what runs is logged as a part of it.",
    " */",
    `export function db(env: ${env}, request?: Pick<${context}, "requestId" | "waitUntil">): Db {`,
    `  const at = { db: ${property("env", model.database.binding)}, requestId: request?.requestId ?? crypto.randomUUID() };`,
    ...(runsHooks
      ? [
          `  const contextOf = (user: ${user}): ${context} => ({`,
          "    env,",
          "    user,",
          "    requestId: at.requestId,",
          `    waitUntil: request?.waitUntil ?? ${wait},`,
          "  });",
          "  const context = contextOf(null);",
        ]
      : []),
    "  return {",
    ...server,
    ...(forUsers.length === 0
      ? []
      : [
          withHooks ? "    as(user) {" : "    as: (user) => ({",
          ...(withHooks ? ["      const context = contextOf(user);", "      return {"] : []),
          ...users.map((line) => (withHooks ? line : line.replace(/^ {2}/, ""))),
          ...(withHooks ? ["      };", "    },"] : ["    }),"]),
        ]),
    "  };",
    "}",
  ];
}

/** The type of what the server can do. */
function serverType({ file }: DbEmission, resource: ResourceModel): TypeExpression {
  const names = rowInputTypes(resource);
  const row = file.useType("./rows.js", rowType(resource));
  return generic(
    file.useType("covara/runtime", "Rows"),
    row,
    order(file, resource, row, false),
    file.useType("./rows.js", names.create),
    file.useType("./rows.js", names.update),
  );
}

/** The type of what users can do. */
function userType({ file }: DbEmission, resource: ResourceModel): TypeExpression {
  const type = (name: string): string => file.useType("./types.js", name);
  const row = type(resource.typeName);
  const [reads, creates] = [offers(resource, "read"), offers(resource, "create")];
  const [updates, deletes] = [offers(resource, "update"), offers(resource, "delete")];
  const answer = (operation: "create" | "update"): string => {
    const given = answerOf(resource, operation);
    return given === "row" ? row : given === "null" ? "null" : `${row} | null`;
  };
  const types = [
    row,
    reads ? order(file, resource, row, true) : "never",
    creates ? type(`${resource.typeName}Create`) : "never",
    updates ? type(`${resource.typeName}Update`) : "never",
    creates ? answer("create") : "never",
    updates ? answer("update") : "never",
  ];
  const whole = generic(file.useType("covara/runtime", "Rows"), ...types);
  const names = [
    ...(reads ? ["get", "list", "count"] : []),
    ...(creates ? ["create", "createMany"] : []),
    ...(updates ? ["update"] : []),
    ...(deletes ? ["delete"] : []),
  ];
  return names.length === 7 ? whole : generic("Pick", whole, union(names.map(quote)));
}

function order(file: SourceFile, resource: ResourceModel, row: string, visible: boolean): TypeExpression {
  const json = resource.fields.filter(
    (field) => field.kind === "json" && field !== resource.deletedAt && !(visible && field.hidden),
  );
  const computed = resource.computed.fields.filter(
    ({ kind, expression }) => kind === "json" || expression === null,
  );
  const unordered = [...json, ...computed];
  const excluded = union(unordered.map(({ name }) => quote(name)));
  const fields = unordered.length === 0 ? `keyof ${row}` : generic("Exclude", `keyof ${row}`, excluded);
  return generic(file.useType("covara/runtime", "RowOrder"), fields);
}
