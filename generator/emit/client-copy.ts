/** Copies of the client for other packages: one file with its types and what it runs on, which imports nothing. */
import type { ClientCopyModel, Model, ResourceModel } from "../model/types.ts";
import { channelFields, channelsOf, hasChannelRoutes } from "./channels.ts";
import { emitClient, reexported } from "./client.ts";
import { withDates } from "./client-dates.ts";
import { visibleFields } from "./computed.ts";
import { typeNames } from "./json-type.ts";
import { procedureFields } from "./procedures.ts";
import { header } from "./source-file.ts";
import { emitTypes } from "./types.ts";

/** A statement at the top of a module of `covara/client`. */
export interface RuntimeStatement {
  /** Its text, with the comment before it. */
  readonly text: string;
  /** What it declares. */
  readonly names: readonly string[];
  /** The names that may refer to other statements. */
  readonly words: ReadonlySet<string>;
}

/** What a copy has to do with. */
export interface CopyPlan {
  /** The application, with the resources of the copy. */
  readonly part: Model;
  readonly types: string;
  /** Other names for statements of `covara/client` that are called like something of the application. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether moments are `Date`. */
  readonly hasDates: boolean;
}

/** @param runtime The statements of `covara/client`. */
export function planCopy(
  model: Model,
  { resources, channels, dates }: ClientCopyModel,
  runtime: readonly RuntimeStatement[],
): CopyPlan {
  const part = restrict(model, new Set(resources), new Set(channels));
  const hasDates = dates === "Date" && (part.resources.length > 0 || channelsOf(part).length > 0);
  const types = withoutHeader(emitTypes(hasDates ? withDates(part) : part, { hasDates }));
  const own = new Set(
    [types, emitClient(part, { inlined: (_module, name) => name, hasDates })].flatMap(declaredNames),
  );
  const renamed = rename(
    runtime.flatMap(({ names }) => names),
    own,
  );
  return { part, types, renamed, hasDates };
}

/**
 * @param runtime The statements of `covara/client`.
 * @param needed What other files import of these.
 */
export function emitClientCopy(
  model: Model,
  copy: ClientCopyModel,
  runtime: readonly RuntimeStatement[],
  needed: ReadonlySet<string> = new Set(),
): string {
  const { part, types, renamed, hasDates } = planCopy(model, copy, runtime);
  const used = new Set([...reexported, ...needed].map((name) => renamed.get(name) ?? name));
  const inlined = (module: string, name: string): string => {
    if (module !== "covara/client") return name;
    const local = renamed.get(name) ?? name;
    used.add(local);
    return local;
  };
  const client = emitClient(part, { inlined, hasDates });
  const statements = runtime.map((statement) => withNames(statement, renamed));
  return [
    `// ${header}`,
    ...types.trimEnd().split("\n"),
    "",
    ...withoutHeader(client).trim().split("\n"),
    "",
    "// What follows is the same for every application: how calls reach the API.",
    ...reachable(statements, used).flatMap(({ text }) => ["", text]),
    "",
  ].join("\n");
}

const withoutHeader = (text: string): string => text.slice(text.indexOf("\n") + 1);

/** The application as far as a client with some of its resources and channels has to do with it. */
function restrict(model: Model, keys: ReadonlySet<string>, channels: ReadonlySet<string>): Model {
  const resources = model.resources
    .filter(({ key }) => keys.has(key))
    .map(
      (resource): ResourceModel => ({
        ...resource,
        relations: resource.relations.filter(
          (relation) =>
            keys.has(relation.target) && (relation.type !== "manyToMany" || keys.has(relation.through)),
        ),
      }),
    );
  const rooms = channelsOf(model).filter((channel) => channels.has(channel.key) && hasChannelRoutes(channel));
  const part: Model = {
    ...model,
    resources,
    jsonTypes: [],
    auth: model.auth && { ...model.auth, userFields: [] },
    kv: null,
    channels: rooms.length === 0 ? null : { list: rooms },
  };
  const fields = [
    ...resources.flatMap(visibleFields),
    ...resources.flatMap(({ fields: all }) => all),
    ...procedureFields(part),
    ...channelFields(part),
  ];
  const wanted = new Set(fields.flatMap(({ shape }) => (shape === null ? [] : typeNames(shape))));
  // A type may hold others.
  for (const name of wanted) {
    const type = model.jsonTypes.find((each) => each.name === name);
    for (const inner of type === undefined ? [] : typeNames(type.shape)) wanted.add(inner);
  }
  return { ...part, jsonTypes: model.jsonTypes.filter(({ name }) => wanted.has(name)) };
}

const declaredNames = (text: string): string[] =>
  [...text.matchAll(/^export (?:interface|type|function|const|class) ([\w$]+)/gm)].map(
    ([, name]) => name ?? "",
  );

/** Other names for statements of the runtime that are called like something of the application. */
function rename(names: readonly string[], own: ReadonlySet<string>): ReadonlyMap<string, string> {
  const taken = new Set([...names, ...own]);
  return new Map(
    names
      .filter((name) => own.has(name))
      .map((name) => {
        let local = name;
        while (taken.has(local)) local += "_";
        taken.add(local);
        return [name, local];
      }),
  );
}

function withNames(statement: RuntimeStatement, renamed: ReadonlyMap<string, string>): RuntimeStatement {
  const other = (name: string): string => renamed.get(name) ?? name;
  if (renamed.size === 0) return statement;
  return {
    text: statement.text.replace(/[A-Za-z_$][\w$]*/g, other),
    names: statement.names.map(other),
    words: new Set([...statement.words].map(other)),
  };
}

/** The statements that some names need, and that those need. */
export function reachable(
  statements: readonly RuntimeStatement[],
  names: ReadonlySet<string>,
): RuntimeStatement[] {
  const byName = new Map(
    statements.flatMap((statement) => statement.names.map((name) => [name, statement] as const)),
  );
  const found = new Set<RuntimeStatement>();
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const statement = byName.get(name);
    if (statement === undefined || found.has(statement)) continue;
    found.add(statement);
    pending.push(...statement.words);
  }
  return statements.filter((statement) => found.has(statement));
}
