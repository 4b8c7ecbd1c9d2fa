/** `client.ts`: the typed client of the API. Interfaces say which calls exist; `covara/client` makes them. */
import { pascalCase } from "../model/casing.ts";
import type { Model, ResourceModel } from "../model/types.ts";
import { emitRelationsType, following, relationsType } from "./client-include.ts";
import {
  comment,
  type GenericSignature,
  instantiation,
  orderType,
  signature,
  typedMember,
} from "./client-layout.ts";
import { procedureParts } from "./client-procedures.ts";
import { searchPart } from "./client-search.ts";
import { countOptions, readingGroup, restoreCall, signatureWithDeleted } from "./client-soft-delete.ts";
import { functionFields, visibleFields } from "./computed.ts";
import { nestedRelations, nestedTypeName } from "./nested.ts";
import { answerOf } from "./readable.ts";
import { hasRoutes, offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { propertyName, quote } from "./text.ts";

/** What a frontend imports from `client.js` besides the client. */
const reexports = [
  "type ClientOptions",
  "CovaraError",
  "CovaraNetworkError",
  "type ErrorCode",
  "type FieldError",
  "type Page",
  "type ProblemDocument",
] as const;

/** The names of one resource in the file. Types of rows and inputs are imported under the names of `types.ts`. */
interface Names {
  readonly resource: ResourceModel;
  /** Path below the base URL: `/api/todos`. */
  readonly path: string;
  /** The interface of its calls: `TodosClient`. */
  readonly client: string;
  /** What `orderBy` takes: `TodoOrderBy`. */
  readonly orderBy: string;
}

export function emitClient(model: Model): string {
  const all = nameAll(model);
  const file = new SourceFile([
    "Client",
    "createClient",
    ...all.flatMap(({ client, orderBy, resource }) => [client, orderBy, relationsType(resource)]),
  ]);
  const resources = all.map((names) => emitResource(file, model, names));
  file.section(
    ...list("export {", reexports, `} from "covara/client";`),
    // A file that exports nothing is no module.
    ...(model.resources.length > 0 ? [`export type * from "./types.js";`] : []),
    ...resources.flatMap(({ declarations }) => declarations),
    "",
    `/** The API of ${model.name}, by resource. */`,
    ...emitInterface(all),
    "",
    "/**",
    " * Makes a client. It keeps no state between calls, so one can serve a whole application.",
    " *",
    " * A call fails with {@link CovaraError} where the server refuses it, with {@link CovaraNetworkError} where no",
    " * answer arrives, and with the reason of its `signal` where that is aborted.",
    " */",
    ...emitFactory(
      file,
      all.map(({ resource }, index) => ({ key: resource.key, calls: resources[index]?.calls ?? [] })),
    ),
  );
  return file.toString();
}

/** The type of the whole client. */
function emitInterface(all: readonly Names[]): string[] {
  if (all.length === 0) return ["export type Client = Record<never, never>;"];
  const members = all.map(({ resource, client }) => `  readonly ${propertyName(resource.key)}: ${client};`);
  return ["export interface Client {", ...members, "}"];
}

/** The function that makes it. */
function emitFactory(
  file: SourceFile,
  resources: readonly { readonly key: string; readonly calls: readonly string[] }[],
): string[] {
  const options = file.useType("covara/client", "ClientOptions");
  if (resources.length === 0) {
    return [`export function createClient(_options: ${options}): Client {`, "  return {};", "}"];
  }
  return [
    `export function createClient(options: ${options}): Client {`,
    `  const send = ${file.use("covara/client", "connect")}(options);`,
    "  return {",
    ...resources.flatMap(({ key, calls }) => [`    ${propertyName(key)}: {`, ...calls, "    },"]),
    "  };",
    "}",
  ];
}

const list = (open: string, items: readonly string[], close: string): string[] => [
  open,
  ...items.map((item) => `  ${item},`),
  close,
];

/** Resources that nobody can do anything with have no place in the client. */
function nameAll(model: Model): Names[] {
  const taken = new Set<string>();
  return model.resources.filter(hasRoutes).map((resource) => {
    // Words that only differ in where they are parted give the same name: `a1` and `a_1`.
    let client = `${pascalCase(resource.key)}Client`;
    while (taken.has(client)) client += "_";
    taken.add(client);
    const path = `${model.basePath}/${resource.route}`;
    return { resource, path, client, orderBy: `${resource.typeName}OrderBy` };
  });
}

/** One call: its signature under a comment, which starts with the route. */
const call = (sentences: readonly string[], declared: GenericSignature): string[] => [
  ...comment(sentences),
  ...signature(declared),
];

function emitResource(
  file: SourceFile,
  model: Model,
  names: Names,
): { declarations: string[]; calls: string[] } {
  const { resource, path, client } = names;
  const search = searchPart(file, resource, path);
  const parts = [
    ...(offers(resource, "read") ? [emitRead(file, model, names)] : []),
    ...(search === null ? [] : [search]),
    ...(offers(resource, "create") ? [emitCreate(file, model, names)] : []),
    ...(offers(resource, "update") ? [emitUpdate(file, names)] : []),
    ...(offers(resource, "delete") ? [emitDelete(file, names)] : []),
    ...emitRestore(file, names),
    ...procedureParts(file, resource, path),
  ];
  const order = offers(resource, "read") ? emitOrderBy(file, names) : [];
  return {
    declarations: [
      ...order,
      ...emitRelationsType(file, model, resource),
      ...(search?.declarations ?? []),
      "",
      `/** Calls below \`${path}\`. */`,
      `export interface ${client} {`,
      ...parts.flatMap(({ members }) => members),
      "}",
    ],
    calls: parts.flatMap(({ calls }) => calls),
  };
}

interface Part {
  /** Members of the interface. */
  readonly members: readonly string[];
  /** What gives them to the client's object. */
  readonly calls: readonly string[];
}

function emitOrderBy(file: SourceFile, { resource, orderBy }: Names): string[] {
  const row = file.useType("./types.js", resource.typeName);
  const functions = new Set(functionFields(resource).map(({ name }) => name));
  const unordered = visibleFields(resource).filter(
    ({ name, kind }) => kind === "json" || functions.has(name),
  );
  return [
    "",
    `/** What ${resource.key} can be ordered by: a field, or \`-\` and a field for descending. */`,
    ...orderType(
      orderBy,
      file.useType("covara/client", "OrderBy"),
      row,
      unordered.map(({ name }) => quote(name)),
    ),
  ];
}

function emitRead(file: SourceFile, model: Model, { resource, path, orderBy }: Names): Part {
  const row = file.useType("./types.js", resource.typeName);
  const type = (name: string): string => file.useType("covara/client", name);
  const reading = readingGroup(file, model, resource, orderBy);
  const followed = following(file, model, resource);
  const generic = followed.generic(row);
  const shown = followed.row(`Pick<${row}, Field>`);
  const options = (own: string): string => `options?: ${followed.options(own)}`;
  return {
    members: [
      ...signatureWithDeleted(file, resource, orderBy, followed, "list"),
      ...call([`\`GET ${path}\`: one page of the rows that you may read.`], {
        name: "list",
        generic,
        parameters: [options(`${type("ListOptions")}<Field, ${orderBy}>`)],
        result: { name: "Promise", types: [{ name: type("Page"), types: [shown] }] },
      }),
      ...signatureWithDeleted(file, resource, orderBy, followed, "paginate"),
      ...call([`\`GET ${path}\`, page after page: all rows that you may read, one by one.`], {
        name: "paginate",
        generic,
        parameters: [options(`${type("PaginateOptions")}<Field, ${orderBy}>`)],
        result: { name: "AsyncIterable", types: [shown] },
      }),
      ...signatureWithDeleted(file, resource, orderBy, followed, "get"),
      ...call([`\`GET ${path}/:id\`.`], {
        name: "get",
        generic,
        parameters: ["id: string", options(`${type("GetOptions")}<Field>`)],
        result: { name: "Promise", types: [shown] },
      }),
      ...call([`\`GET ${path}/count\`: the number of rows that you may read.`], {
        name: "count",
        parameters: [`options?: ${countOptions(file, resource)}`],
        result: "Promise<number>",
      }),
      ...comment([`\`GET ${path}/aggregate\`: what the rows that you may read come to, by group.`]),
      ...typedMember("aggregate", type("Aggregate"), [row, orderBy]),
    ],
    calls: instantiation(reading.name, reading.types, ["send", quote(path)]),
  };
}

/** What a write gives: the row's type, null, or both. */
function answerType(file: SourceFile, resource: ResourceModel, operation: "create" | "update"): string {
  const answer = answerOf(resource, operation);
  if (answer === "null") return "null";
  const row = file.useType("./types.js", resource.typeName);
  return answer === "row" ? row : `${row} | null`;
}

const nullNote = {
  row: [],
  "row or null": ["Null where you may not read the row as it is then."],
  null: ["Always null, since nobody may read the row."],
} as const;

function emitCreate(file: SourceFile, model: Model, { resource, path }: Names): Part {
  const answer = answerType(file, resource, "create");
  const isNested = nestedRelations(model, resource).length > 0;
  const input = file.useType(
    "./types.js",
    isNested ? nestedTypeName(resource) : `${resource.typeName}Create`,
  );
  const creating = file.use("covara/client", "creating");
  return {
    members: call([`\`POST ${path}\`.`, ...nullNote[answerOf(resource, "create")]], {
      name: "create",
      parameters: [`input: ${input}`, `options?: ${file.useType("covara/client", "CallOptions")}`],
      result: `Promise<${answer}>`,
    }),
    calls: instantiation(creating, [input, answer], ["send", quote(path)]),
  };
}

function emitUpdate(file: SourceFile, { resource, path }: Names): Part {
  const answer = answerType(file, resource, "update");
  const note = nullNote[answerOf(resource, "update")];
  const patch = file.useType("./types.js", `${resource.typeName}Update`);
  const input = file.useType("./types.js", `${resource.typeName}Replace`);
  const updating = file.use("covara/client", "updating");
  const options = `options?: ${file.useType("covara/client", "CallOptions")}`;
  const result = `Promise<${answer}>`;
  return {
    members: [
      ...call([`\`PATCH ${path}/:id\`: changes the fields given.`, ...note], {
        name: "update",
        parameters: ["id: string", `patch: ${patch}`, options],
        result,
      }),
      ...call([`\`PUT ${path}/:id\`: fields left out go back to their default.`, ...note], {
        name: "replace",
        parameters: ["id: string", `input: ${input}`, options],
        result,
      }),
    ],
    calls: instantiation(updating, [patch, input, answer], ["send", quote(path)]),
  };
}

function emitDelete(file: SourceFile, { path }: Names): Part {
  const options = `options?: ${file.useType("covara/client", "CallOptions")}`;
  return {
    members: call([`\`DELETE ${path}/:id\`.`], {
      name: "delete",
      parameters: ["id: string", options],
      result: "Promise<void>",
    }),
    calls: instantiation(file.use("covara/client", "deleting"), [], ["send", quote(path)]),
  };
}

function emitRestore(file: SourceFile, { resource, path }: Names): Part[] {
  const restore = restoreCall(file, resource, path);
  if (restore === null) return [];
  const { member, name, types } = restore;
  return [{ members: member, calls: instantiation(name, types, ["send", quote(path)]) }];
}
