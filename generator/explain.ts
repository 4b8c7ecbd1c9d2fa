/** What an access rule comes to: for each kind of caller, the SQL that enforces it. */
import { type ChannelOperation, roomCondition } from "./emit/channel-rules.ts";
import { channelPath } from "./emit/channels.ts";
import { inlineLogical } from "./emit/logical.ts";
import { procedurePath } from "./emit/procedures.ts";
import { recheck } from "./emit/routes-write.ts";
import {
  type Caller,
  callable,
  describe,
  fieldsOf,
  isNever,
  type Operation,
  offers,
  onDeleted,
  type Residue,
  rolesOf,
  simplify,
} from "./emit/rule.ts";
import { type RuleView, ruleView } from "./emit/rule-js.ts";
import { ruleSql } from "./emit/rule-sql.ts";
import type { ChannelModel, Model, ProcedureModel, ResourceModel, Rule } from "./model/types.ts";

/** What the rule of an operation lets one kind of caller do. */
export interface ExplainedCaller {
  /** `nobody signed in`, `role admin`, `anybody else`. */
  readonly who: string;
  /**
   * The condition on the row, with the caller's fields in place of parameters; true for every row, false for none. In JavaScript for
   * rooms of channels, which are in no database.
   */
  readonly rows: string | boolean;
  /** The same in JavaScript, for events: of the row, then of the rows that each path looks at. Absent where there are no events. */
  readonly predicates?: readonly ExplainedPredicate[];
}

/** A condition that is asked of rows in memory. */
export interface ExplainedPredicate {
  /** What `has` calls the rows, and whose they are; null for the row itself. */
  readonly path: { readonly name: string; readonly resource: string } | null;
  readonly holds: string;
}

/** A condition that a statement carries. */
export interface ExplainedRule {
  /** What it is about: `the row before the change`. */
  readonly about: string;
  /** The rule in words. */
  readonly rule: string;
  readonly callers: readonly ExplainedCaller[];
}

/** The enforcement of one operation. */
export interface Explanation {
  /** Its key, or that of a channel: `channels.chat`. */
  readonly resource: string;
  /** What the conditions are about. */
  readonly subject: "row" | "room";
  /** Or the name of a procedure. */
  readonly operation: string;
  /** Where it applies, besides includes and references for `read`; empty where nobody is offered it. */
  readonly routes: readonly string[];
  readonly rules: readonly ExplainedRule[];
  /** Further facts, a sentence each. */
  readonly notes: readonly string[];
}

/** Explains how the rule of an operation is enforced. */
export function explain(model: Model, resource: ResourceModel, operation: Operation): Explanation {
  const { access } = resource;
  const offered = offers(resource, operation);
  const rule = (about: string, explained: Rule, of: Operation): ExplainedRule => ({
    about,
    rule: describe(explained),
    callers: callersOf(model, resource, explained, of),
  });
  const own = rule(abouts[operation], access[operation], operation);
  const rules =
    operation === "update" || operation === "delete"
      ? [rule("The row, to be read", access.read, "read"), own]
      : [own];
  const rechecked = operation === "update" && recheck(resource).length > 0;
  const changeable = fieldsOf(access.update).filter(
    (name) => resource.fields.find((field) => field.name === name)?.writable === true,
  );
  const notes = [
    ...(offered ? [] : ["Nobody is offered it: the routes answer 405."]),
    ...(rechecked
      ? [
          `It has to hold for the row after the change as well, since requests can set ${changeable.join(" and ")}.`,
        ]
      : []),
    ...(operation === "create" && resource.fields.some(({ generated }) => generated === "owner")
      ? ["The owner of a new row is the caller, so rules on that field hold by construction."]
      : []),
  ];
  const routes = offered ? routesOf(`${model.basePath}/${resource.route}`, resource, operation) : [];
  return { resource: resource.key, subject: "row", operation, routes, rules, notes };
}

/** Explains how the rule of a procedure is enforced. That of a row is about rows which the caller may also read. */
export function explainProcedure(
  model: Model,
  resource: ResourceModel,
  procedure: ProcedureModel,
): Explanation {
  const { name, type, access } = procedure;
  const offered = callable(resource).includes(procedure);
  const rule = (about: string, explained: Rule): ExplainedRule => ({
    about,
    rule: describe(explained),
    callers: callersOf(model, resource, explained, "read"),
  });
  return {
    resource: resource.key,
    subject: "row",
    operation: name,
    routes: offered ? [`POST ${model.basePath}/${resource.route}${procedurePath(procedure)}`] : [],
    rules:
      type === "row"
        ? [rule("The row, to be read", resource.access.read), rule("The row, to call it for", access)]
        : [rule("The call", access)],
    notes: offered ? [] : ["Nobody is offered it: the route answers 405."],
  };
}

/** The operations that a channel has rules for. */
export const channelOperations = ["subscribe", "publish"] as const;

/** Explains how the rule of a channel is enforced: in the Worker, before it calls the object of the room. */
export function explainChannel(
  model: Model,
  channel: ChannelModel,
  operation: ChannelOperation,
): Explanation {
  const { key, access, message, presence } = channel;
  const rule = access[operation];
  const listens = !isNever(access.subscribe);
  const path = `${model.basePath}${channelPath(channel)}`;
  const routes =
    operation === "publish"
      ? [`POST ${path}`, ...(listens ? [`GET ${path}/ws`] : [])]
      : [`GET ${path}`, `GET ${path}/ws`, ...(presence ? [`GET ${path}/presence`] : [])];
  const senders = message.filter(({ owner }) => owner).map(({ name }) => name);
  const offered = !isNever(rule);
  const notes = [
    ...(offered ? [] : ["No request is offered it. Server code, which no rule is asked for, may do it."]),
    ...(offered && operation === "publish" && listens
      ? ["Over the WebSocket, messages come from those who may listen, and each is held against this rule."]
      : []),
    ...(offered && operation === "publish" && senders.length > 0
      ? [`Messages name the caller in ${senders.join(" and ")}, so nobody publishes without signing in.`]
      : []),
  ];
  return {
    resource: `channels.${key}`,
    subject: "room",
    operation,
    routes: offered ? routes : [],
    rules: [
      {
        about: operation === "publish" ? "The room, to publish in" : "The room, to listen to",
        rule: describe(rule),
        callers: perCaller(model, rule, (who, caller) => ({
          who,
          rows: roomCondition(channel, simplify(rule, caller)),
        })),
      },
    ],
    notes,
  };
}

const abouts: Readonly<Record<Operation, string>> = {
  read: "The row",
  readDeleted: "The row, with withDeleted=true",
  create: "The new row",
  update: "The row, to be changed",
  delete: "The row, to be deleted",
  subscribe: "The row, before or after a change",
};

function routesOf(path: string, resource: ResourceModel, operation: Operation): string[] {
  switch (operation) {
    case "read":
      return ["", "/:id", "/count", "/aggregate", ...(resource.search === null ? [] : ["/search"])].map(
        (end) => `GET ${path}${end}`,
      );
    case "readDeleted":
      return ["", "/:id", "/count"].map((end) => `GET ${path}${end}?withDeleted=true`);
    case "create":
      return [
        `POST ${path}`,
        `POST ${path}/batch`,
        ...(resource.fields.some(({ clientId }) => clientId) ? [`POST ${path}/batch/upsert`] : []),
      ];
    case "update":
      return [
        `PATCH ${path}/:id`,
        `PUT ${path}/:id`,
        `PATCH ${path}/batch`,
        ...(resource.fields.some(({ clientId }) => clientId) ? [`POST ${path}/batch/upsert`] : []),
      ];
    case "delete":
      return [`DELETE ${path}/:id`, `DELETE ${path}/batch`];
    case "subscribe":
      return [`GET ${path}/subscribe`, `GET ${path}/aggregate/subscribe`];
  }
}

function callersOf(
  model: Model,
  resource: ResourceModel,
  rule: Rule,
  operation: Operation,
): ExplainedCaller[] {
  const settled = new Set(
    resource.fields
      .filter(({ generated }) => operation === "create" && generated === "owner")
      .map(({ name }) => name),
  );
  const explained = (who: string, caller: Caller): ExplainedCaller => {
    const residue: Residue = simplify(rule, caller, settled);
    // Who can have no deleted row may not ask for them.
    if (operation === "readDeleted" && onDeleted(residue) === false) return { who, rows: false };
    if (typeof residue === "boolean") return { who, rows: residue };
    const rows = withValues(model, resource, residue);
    return operation === "subscribe"
      ? { who, rows, predicates: predicatesOf(ruleView(model, resource, residue, (name) => name)) }
      : { who, rows };
  };
  return perCaller(model, rule, explained);
}

/** Each kind of caller that a rule tells apart. */
function perCaller(
  model: Model,
  rule: Rule,
  explained: (who: string, caller: Caller) => ExplainedCaller,
): ExplainedCaller[] {
  const anonymous = { signedIn: false, role: null };
  if (model.auth === null) return [explained("anybody", anonymous)];
  const other = explained("", { signedIn: true, role: null });
  const roles = rolesOf(rule)
    .map((role) => explained(`role ${role}`, { signedIn: true, role }))
    .filter((each) => each.rows !== other.rows);
  const rest = roles.length === 0 ? "anybody signed in" : "anybody else";
  return [explained("nobody signed in", anonymous), ...roles, { ...other, who: rest }];
}

const predicatesOf = (view: RuleView, path: ExplainedPredicate["path"] = null): ExplainedPredicate[] => [
  { path, holds: inlineLogical(typeof view.holds === "boolean" ? `${view.holds}` : view.holds) },
  ...view.paths.flatMap((each) => predicatesOf(each, { name: each.name, resource: each.over.key })),
];

/** The SQL with each `?` replaced by what it stands for, for people to read. */
function withValues(model: Model, resource: ResourceModel, residue: Exclude<Residue, boolean>): string {
  const values: string[] = [];
  const sql = ruleSql(model, resource, residue, values);
  let next = 0;
  // Outside of literals, that is.
  return sql.replace(/'(?:[^']|'')*'|\?/g, (found) => (found === "?" ? (values[next++] ?? found) : found));
}
