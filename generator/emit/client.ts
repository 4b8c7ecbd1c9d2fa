/** `client.ts`: the typed client of the API. Interfaces say which calls exist; `covara/client` makes them. */
import { pascalCase } from "../model/casing.ts";
import type { Model } from "../model/types.ts";
import { type ChannelParts, channelClientNames, channelParts, nameChannels } from "./client-channels.ts";
import { emitMoments, momentsName } from "./client-dates.ts";
import { emitRelationsType, relationsType } from "./client-include.ts";
import { orderType } from "./client-layout.ts";
import { emitRowFields, liveNames, livePart } from "./client-live.ts";
import type { Names } from "./client-names.ts";
import { procedureParts } from "./client-procedures.ts";
import { emitRead } from "./client-read.ts";
import { searchPart } from "./client-search.ts";
import { emitWhere, whereNames } from "./client-where.ts";
import { createdNames, emitCreatedType, emitWrites, keyed } from "./client-write.ts";
import { functionFields, visibleFields } from "./computed.ts";
import { hasRoutes, offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { propertyName, quote } from "./text.ts";

/** What a frontend imports from `client.js` besides the client. */
const reexports = [
  "type ClientOptions",
  "CovaraError",
  "CovaraNetworkError",
  "CovaraTimeoutError",
  "type ErrorCode",
  "type FieldError",
  "type Page",
  "type ProblemDocument",
] as const;

/** How copies for other packages differ. */
export interface ClientVariant {
  /** The file holds its types and `covara/client` itself: the local names of what they export. */
  readonly inlined: (module: string, name: string) => string;
  /** Whether moments are `Date` in answers. */
  readonly hasDates: boolean;
}

export function emitClient(model: Model, variant: ClientVariant | null = null): string {
  const all = nameAll(model);
  const rooms = nameChannels(model);
  const own = [
    "Client",
    "createClient",
    ...all.flatMap(({ client, orderBy, resource }) => [
      ...[client, orderBy, relationsType(resource)],
      ...whereNames(resource),
      ...createdNames(model, resource),
    ]),
    ...all.flatMap(liveNames),
    ...rooms.flatMap(channelClientNames),
  ];
  const file = new SourceFile(own, variant?.inlined ?? null);
  const hasDates = variant?.hasDates ?? false;
  const resources = all.map((names) => emitResource(file, model, names));
  const channels = channelParts(file, rooms);
  const exported = [
    ...list("export {", reexports, `} from "covara/client";`),
    // A file that exports nothing is no module.
    ...(model.resources.length > 0 || rooms.length > 0 ? [`export type * from "./types.js";`] : []),
  ];
  file.section(
    ...(variant === null ? exported : []),
    ...resources.flatMap(({ declarations }) => declarations),
    ...channels.declarations,
    "",
    `/** The API of ${model.name}, by resource. */`,
    ...emitInterface(all, channels),
    ...(hasDates ? emitMoments(model) : []),
    ...all.flatMap((names) => emitRowFields(file, names)),
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
      channels,
      hasDates,
    ),
  );
  return file.toString();
}

/** The names of {@link reexports}. */
export const reexported = reexports.map((name) => name.replace(/^type /, ""));

/** The type of the whole client. */
function emitInterface(all: readonly Names[], channels: ChannelParts): string[] {
  if (all.length === 0 && channels.members.length === 0)
    return ["export type Client = Record<never, never>;"];
  const members = all.map(({ resource, client }) => `  readonly ${propertyName(resource.key)}: ${client};`);
  return ["export interface Client {", ...members, ...channels.members, "}"];
}

/** The function that makes it. */
function emitFactory(
  file: SourceFile,
  resources: readonly { readonly key: string; readonly calls: readonly string[] }[],
  channels: ChannelParts,
  hasDates: boolean,
): string[] {
  const options = file.useType("covara/client", "ClientOptions");
  const isKeyed = resources.some(({ calls }) => calls.some((line) => line.includes(keyed)));
  if (resources.length === 0 && channels.calls.length === 0) {
    return [`export function createClient(_options: ${options}): Client {`, "  return {};", "}"];
  }
  const connected = `${file.use("covara/client", "connect")}(options)`;
  const send = hasDates ? `${file.use("covara/client", "dated")}(${connected}, ${momentsName})` : connected;
  return [
    `export function createClient(options: ${options}): Client {`,
    `  const send = ${send};`,
    ...(isKeyed ? [`  const ${keyed} = ${file.use("covara/client", "idempotent")}(send);`] : []),
    "  return {",
    ...resources.flatMap(({ key, calls }) => [`    ${propertyName(key)}: {`, ...calls, "    },"]),
    ...channels.calls,
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
export function nameAll(model: Model): Names[] {
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

function emitResource(
  file: SourceFile,
  model: Model,
  names: Names,
): { declarations: string[]; calls: string[] } {
  const { resource, path, client } = names;
  const search = searchPart(file, resource, path);
  const live = livePart(file, model, names);
  const parts = [
    ...(offers(resource, "read") ? [emitRead(file, model, names)] : []),
    ...(search === null ? [] : [search]),
    ...emitWrites(file, model, names),
    ...(live === null ? [] : [live]),
    ...procedureParts(file, resource, path),
  ];
  const order = offers(resource, "read") ? emitOrderBy(file, names) : [];
  return {
    declarations: [
      ...order,
      ...emitWhere(file, resource),
      ...emitRelationsType(file, model, resource),
      ...emitCreatedType(file, model, resource),
      ...(search?.declarations ?? []),
      ...(live?.declarations ?? []),
      "",
      `/** Calls below \`${path}\`. */`,
      `export interface ${client} {`,
      ...parts.flatMap(({ members }) => members),
      "}",
    ],
    calls: parts.flatMap(({ calls }) => calls),
  };
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
