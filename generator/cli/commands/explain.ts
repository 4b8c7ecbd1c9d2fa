import path from "node:path";
import { channelsOf } from "../../emit/channels.ts";
import type { Operation } from "../../emit/rule.ts";
import {
  channelOperations,
  type ExplainedCaller,
  type Explanation,
  explainChannel,
  explainProcedure,
  explain as explainRule,
} from "../../explain.ts";
import { loadModel } from "../../generate.ts";
import { operations } from "../../model/access.ts";
import type { ChannelModel, Model, ResourceModel } from "../../model/types.ts";
import type { Invocation } from "../options.ts";
import { fromHere, paint, printDiagnostics, printJson, type Terminal, toJson } from "../terminal.ts";
import { nearest, UsageError } from "../usage.ts";

/** `covara explain todos update`, `covara explain chat publish`. Returns the exit code. */
export async function explain(invocation: Invocation, terminal: Terminal): Promise<number> {
  const [key, name] = invocation.positionals;
  const json = invocation.flags.has("json");
  const configPath = path.resolve(terminal.cwd, invocation.values.get("config") ?? "covara.config.ts");
  const { model, diagnostics: found } = await loadModel(configPath);
  const diagnostics = fromHere(found, path.dirname(configPath), terminal.cwd);
  if (model === null) {
    if (json) printJson({ command: "explain", ok: false, diagnostics: toJson(diagnostics) }, terminal);
    printDiagnostics(diagnostics, terminal);
    return 1;
  }
  const all = key === undefined ? everything(model) : everythingOf(model, key);
  const explanations = name === undefined ? all : [named(all, name)];
  if (json) {
    printJson({ command: "explain", ok: true, explanations }, terminal);
    return 0;
  }
  terminal.out(`${explanations.map((each) => render(each, terminal.colors.out)).join("\n\n")}\n`);
  return 0;
}

/** The operations that a resource can have a rule for. */
const stated = ({ deletedAt, live }: ResourceModel): readonly Operation[] =>
  operations.filter(
    (operation) =>
      (operation !== "readDeleted" || deletedAt !== null) && (operation !== "subscribe" || live !== null),
  );

/** @throws {UsageError} where the resource has neither an operation nor a procedure of the name. */
function named(all: readonly Explanation[], name: string): Explanation {
  const found = all.find(({ operation }) => operation === name);
  if (found !== undefined) return found;
  const names = all.map(({ operation }) => operation);
  const near = nearest(name, names);
  const hint = near === null ? `Operations and procedures: ${names.join(", ")}.` : `Did you mean ${near}?`;
  throw new UsageError(`There is no operation "${name}". ${hint}`, "explain");
}

const everything = (model: Model): Explanation[] => [
  ...model.resources.flatMap((resource) => ofResource(model, resource)),
  ...channelsOf(model).flatMap((channel) => ofChannel(model, channel)),
];

const ofResource = (model: Model, resource: ResourceModel): Explanation[] => [
  ...stated(resource).map((operation) => explainRule(model, resource, operation)),
  ...(resource.procedures?.list ?? []).map((procedure) => explainProcedure(model, resource, procedure)),
];

const ofChannel = (model: Model, channel: ChannelModel): Explanation[] =>
  channelOperations.map((operation) => explainChannel(model, channel, operation));

/**
 * What a resource and a channel of this key have. `channels.chat` is the channel alone.
 *
 * @throws {UsageError} where there is neither.
 */
function everythingOf(model: Model, key: string): Explanation[] {
  const resources = model.resources.filter((resource) => resource.key === key);
  const channels = channelsOf(model).filter(
    (channel) => key === channel.key || key === `channels.${channel.key}`,
  );
  const found = [
    ...resources.flatMap((resource) => ofResource(model, resource)),
    ...channels.flatMap((channel) => ofChannel(model, channel)),
  ];
  if (found.length > 0) return found;
  const keys = [...model.resources, ...channelsOf(model)].map((each) => each.key);
  const near = nearest(key, keys);
  const hasChannels = channelsOf(model).length > 0;
  const hint =
    near === null
      ? `Resources${hasChannels ? " and channels" : ""}: ${keys.join(", ")}.`
      : `Did you mean ${near}?`;
  const what = hasChannels ? "neither a resource nor a channel" : "no resource";
  throw new UsageError(`The config has ${what} "${key}". ${hint}`, "explain");
}

function render({ resource, subject, operation, routes, rules, notes }: Explanation, color: boolean): string {
  return [
    paint(`${resource} ${operation}`, "bold", color),
    ...routes.map((route) => `  ${route}`),
    ...rules.flatMap(({ about, rule, callers }) => [
      "",
      `  ${about}: ${rule}`,
      ...callerLines(callers, subject),
    ]),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}

/** In SQL, and in JavaScript. */
const where = { row: "WHERE", room: "where" } as const;

function callerLines(callers: readonly ExplainedCaller[], subject: Explanation["subject"]): string[] {
  const width = Math.max(...callers.map(({ who }) => who.length));
  return callers.flatMap(({ who, rows, predicates = [] }) => {
    const what =
      typeof rows === "boolean" ? `${rows ? "any" : "no"} ${subject}` : `${where[subject]} ${rows}`;
    return [
      `    ${who.padEnd(width)}  ${what}`,
      ...predicates.map(({ path, holds }) => {
        const of = path === null ? "" : `has(${JSON.stringify(path.name)}) of ${path.resource}: `;
        return `    ${"".padEnd(width)}  ${of}${holds}`;
      }),
    ];
  });
}
