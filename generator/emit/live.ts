/** `live.ts`: what is logged of each table, and who hears of changes. */
import { createHash } from "node:crypto";
import { rolesBeyondPartition } from "../model/live-partition.ts";
import type { LiveModel, LoggedTableModel, Model, ResourceModel, UserFieldModel } from "../model/types.ts";
import { scopeFunction } from "./access.ts";
import { authenticator } from "./authenticator.ts";
import { layOut } from "./expression.ts";
import { emitLog, imageOf, logName, names, tableOf } from "./live-log.ts";
import { describe, isSame, offers, type Residue, rolesOf, simplify } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { fits, property, quote } from "./text.ts";
import { viewOf } from "./view.ts";

const module = "covara/runtime/live";

/** The resources whose changes somebody may follow. */
export const followed = ({ resources }: Model): readonly ResourceModel[] =>
  resources.filter((resource) => offers(resource, "subscribe"));

/** `todosLive`: name of the constant that describes a live resource. */
export const liveName = ({ identifier }: Pick<ResourceModel, "identifier">): string => `${identifier}Live`;

/** Name of the function that says what the streams of a request run on. */
export const subscriberName = "subscriber";

const viewName = ({ identifier }: ResourceModel): string => `${identifier}View`;

/** What is written, and where. */
interface Emitted {
  readonly file: SourceFile;
  readonly model: Model;
  readonly live: LiveModel;
}

export function emitLive(model: Model, live: LiveModel, userModule: (path: string) => string): string {
  const resources = followed(model);
  const own = resources.flatMap((resource) => [liveName(resource), viewName(resource)]);
  const file = new SourceFile([logName, subscriberName, ...own, "c", "user", "row", "has"]);
  const emitted = { file, model, live };
  emitLog(file, model, live);
  for (const resource of resources) emitResource(emitted, resource);
  emitSubscriber(emitted, userModule);
  return file.toString();
}

/** A resource whose changes are followed: its description, after the function that holds its rule. */
function emitResource(emitted: Emitted, resource: ResourceModel): void {
  const { file, live } = emitted;
  const logged = live.tables.find((table) => table.resource === resource.key);
  if (logged === undefined) throw new Error(`The changes of ${resource.key} are not logged`);
  emitView(emitted, resource);
  file.section(
    `/** The changes of ${resource.key}. */`,
    `export const ${liveName(resource)}: ${file.useType(module, "Live")}<${userType(emitted)}> = {`,
    `  name: ${quote(resource.key)},`,
    `  table: ${tableOf(file, resource)},`,
    `  ${logName},`,
    `  schema: ${quote(schemaOf(resource, logged))},`,
    `  scope: ${file.use("./access.js", scopeFunction(resource, "subscribe"))},`,
    `  view: ${viewName(resource)},`,
    ...partition(emitted, resource),
    "};",
  );
}

const userType = ({ file, model }: Emitted): string =>
  model.auth === null ? "null" : `${file.useType("./env.js", "User")} | null`;

/** Differs from that of any other image or rule: what a stream was told before would not fit what it is told after. */
const schemaOf = (resource: ResourceModel, logged: LoggedTableModel): string =>
  createHash("sha256")
    .update(JSON.stringify([imageOf(resource, logged), resource.access.subscribe]))
    .digest("hex")
    .slice(0, 8);

function emitView(emitted: Emitted, resource: ResourceModel): void {
  const { file } = emitted;
  const rule = resource.access.subscribe;
  const view = file.useType(module, "View");
  const line = `/** Who hears of changes of ${resource.key}: ${describe(rule)}. */`;
  const open = simplify(rule, { signedIn: false, role: null });
  const other = simplify(rule, { signedIn: true, role: null });
  const roles = rolesOf(rule)
    .map((role) => ({ role, residue: simplify(rule, { signedIn: true, role }) }))
    .filter(({ residue }) => !isSame(residue, other));
  const depends = roles.length > 0 || !isSame(open, other);
  file.section(
    ...(fits(line)
      ? [line]
      : ["/**", ` * Who hears of changes of ${resource.key}:`, ` * ${describe(rule)}.`, " */"]),
    `function ${viewName(resource)}(${depends ? `user: ${userType(emitted)}` : ""}): ${view} {`,
    ...(depends ? branch(emitted, resource, "user === null", open) : []),
    ...roles.flatMap(({ role, residue }) =>
      branch(emitted, resource, `user.role === ${quote(role)}`, residue),
    ),
    returned(emitted, resource, other, "  return "),
    "}",
  );
}

function branch(emitted: Emitted, resource: ResourceModel, test: string, residue: Residue): string[] {
  const line = returned(emitted, resource, residue, `  if (${test}) return `);
  return line.includes("\n")
    ? [`  if (${test}) {`, returned(emitted, resource, residue, "    return "), "  }"]
    : [line];
}

function returned(
  { file, model }: Emitted,
  resource: ResourceModel,
  residue: Residue,
  before: string,
): string {
  const view = viewOf(model, resource, residue, {
    live: (name) => file.use(module, name),
    runtime: (name) => file.use("covara/runtime", name),
  });
  return layOut(before, view, ";");
}

/** The member that says which hub a caller listens to; none where there is one hub only. */
function partition({ file, model }: Emitted, resource: ResourceModel): string[] {
  const { live, access, fields } = resource;
  if (live === null || live.by === null) return [];
  const own = layOut("    fields: ", names(live.partition), ",");
  if (live.by.type === "filter") return ["  partition: {", own, '    value: "filter",', "  },"];
  const name = live.by.field;
  const field = model.auth?.userFields.find((each) => each.name === name);
  const roles = rolesBeyondPartition(access.subscribe, live, fields);
  const all = ["user === null"];
  const [role, ...others] = roles.map(quote);
  if (role !== undefined) {
    const test =
      others.length === 0
        ? `user.role === ${role}`
        : `${file.use(module, "oneOf")}(user.role, ${[role, ...others].join(", ")})`;
    all.push(test);
  }
  const value = property("user", name);
  // The user's id is none of the declared fields.
  const isPlain = field === undefined || isText(field);
  if (!isPlain && field.nullable) all.push(`${value} === null`);
  const choice = `${all.join(" || ")} ? null : ${isPlain ? value : `String(${value})`}`;
  const line = `    value: (user) => (${choice}),`;
  return [
    "  partition: {",
    own,
    ...(roles.length === 0 ? [] : [`    // ${list(roles)} may see other rows, too.`]),
    ...(fits(line) ? [line] : ["    value: (user) =>", `      ${choice},`]),
    "  },",
  ];
}

const list = (roles: readonly string[]): string => roles.map((role) => `role(${role})`).join(" and ");

/** Whether the values of a field of the user are text. */
const isText = ({ kind }: UserFieldModel): boolean =>
  kind !== "boolean" && kind !== "integer" && kind !== "number" && kind !== "version";

/** What the streams of a request run on. */
function emitSubscriber({ file, model, live }: Emitted, userModule: (path: string) => string): void {
  const context = `${file.useType("hono", "Context")}<${file.useType("./env.js", "AppEnv")}>`;
  const user = model.auth === null ? "null" : `${file.useType("./env.js", "User")} | null`;
  const type = `${file.useType(module, "Subscriber")}<${user}>`;
  file.section(
    "/** What the streams of a request run on, and who listens. */",
    `export const ${subscriberName} = (c: ${context}): ${type} => ({`,
    `  db: ${property("c.env", model.database.binding)},`,
    `  hubs: ${property("c.env", live.binding)},`,
    `  user: ${model.auth === null ? "null" : `c.get("user")`},`,
    ...identity(file, model, userModule),
    "});",
  );
}

/** The member that says who asks, where anybody can be signed in. */
function identity(file: SourceFile, model: Model, userModule: (path: string) => string): string[] {
  const { auth } = model;
  if (auth === null) return [];
  const types = [file.useType("./env.js", "Env"), file.useType("./env.js", "User")];
  const identify = `${file.use("covara/runtime", "identifier")}<${types.join(", ")}>`;
  return [`  identify: ${identify}(${authenticator(file, model, auth, userModule)}, c),`];
}
