/** `react/todos.ts`: the hooks of a resource. */
import type { Model } from "../model/types.ts";
import { following } from "./client-include.ts";
import { applied, functionHead, type TypeText } from "./client-layout.ts";
import { isFollowed, liveType } from "./client-live.ts";
import { type MutationText, procedureMutation, writeMutation, writesOf } from "./react-mutations.ts";
import type { ReactNames } from "./react-names.ts";
import { readTypes } from "./react-queries.ts";
import { callable, offers } from "./rule.ts";
import { type FileOptions, SourceFile } from "./source-file.ts";
import { list, property } from "./text.ts";

export function emitHooksFile(model: Model, names: ReactNames, options: FileOptions): string {
  const { resource } = names;
  const own = [
    names.list,
    names.infinite,
    names.detail,
    names.live,
    names.create,
    names.update,
    names.delete,
  ];
  const file = new SourceFile([...own, names.restore, ...names.procedures.values()], null, {
    ...options,
    directive: "use client",
  });
  file.add(
    ...(offers(resource, "read") ? readHooks(file, model, names) : []),
    ...(isFollowed(resource) ? liveHook(file, model, names) : []),
    ...writeHooks(file, model, names),
  );
  return file.toString();
}

/** Path of the module with the queries and mutations. */
const queriesModule = ({ resource }: ReactNames): string => `./react/${resource.file}.queries.js`;

function readHooks(file: SourceFile, model: Model, names: ReactNames): string[] {
  const { resource } = names;
  const { row, where, orderBy } = readTypes(file, model, resource);
  const followed = following(file, model, resource);
  const generic = followed.generic(row);
  const shown = followed.row(`Pick<${row}, Field>`);
  const type = (name: string): string => file.useType("covara/client", name);
  const ours = (name: string): string => file.useType("covara/react", name);
  const page = applied(type("Page"), shown);
  const client = `${file.use("./react-client.js", "useClient")}()`;
  const queries = file.use(queriesModule(names), names.queries);
  const option = (own: TypeText) => ({ name: "options?:", type: followed.options(own) });
  const settings = (own: TypeText) => ({ name: "settings?:", type: own });
  // What is chosen of relations cannot be inferred from a type that depends on it.
  const chosen = generic.others === undefined ? "" : "<Field, Chosen>";
  const query = (name: string, ...values: readonly string[]): string =>
    list(`  const query = ${queries}.${name}${chosen}`, "(", [client, ...values, "options"], ")", ";");
  const useRead = file.use("covara/react", "useRead");
  return [
    "",
    ...functionHead(["One page of the rows that you may read."], {
      name: names.list,
      generic,
      parameters: [
        option(applied(type("ListOptions"), "Field", orderBy, where)),
        settings(applied(ours("QuerySettings"), page)),
      ],
      result: applied(ours("Read"), page),
    }),
    query("list"),
    `  return ${useRead}(query, settings);`,
    "}",
    "",
    ...functionHead(["The rows that you may read, page after page: `fetchNextPage()` asks for one more."], {
      name: names.infinite,
      generic,
      parameters: [
        option(applied(type("PaginateOptions"), "Field", orderBy, where)),
        settings(applied(ours("PagesSettings"), shown)),
      ],
      result: applied(ours("Pages"), shown),
    }),
    query("infinite"),
    `  return ${file.use("covara/react", "usePages")}(query, settings);`,
    "}",
    "",
    ...functionHead(["One row. While there is no id yet, nothing is asked for."], {
      name: names.detail,
      generic,
      parameters: [
        "id: string | null | undefined",
        option(applied(type("GetOptions"), "Field")),
        settings(applied(ours("QuerySettings"), shown)),
      ],
      result: applied(ours("Read"), shown),
    }),
    query("detail", 'id ?? ""'),
    `  return ${useRead}(query, settings, typeof id === "string");`,
    "}",
  ];
}

function liveHook(file: SourceFile, model: Model, names: ReactNames): string[] {
  const { resource } = names;
  const { row, where, orderBy } = readTypes(file, model, resource);
  const options = applied(file.useType("covara/client", "LiveOptions"), "Field", orderBy, where);
  const rows = applied(file.useType("./client.js", liveType(names)), `Pick<${row}, Field | "id">`);
  const client = `${file.use("./react-client.js", "useClient")}()`;
  const note = "Rows that follow the server while the component is there. Its writes show at once.";
  return [
    "",
    ...functionHead([note], {
      name: names.live,
      generic: { type: "Field", keys: row },
      parameters: [{ name: "options?:", type: options }],
      result: applied(file.useType("covara/react", "Live"), rows),
    }),
    `  return ${file.use("covara/react", "useLive")}(${property(client, resource.key)}, options, (part, asked) => part.live(asked));`,
    "}",
  ];
}

function writeHooks(file: SourceFile, model: Model, names: ReactNames): string[] {
  const { resource } = names;
  const hooks = [
    ["create", "Makes a row: `mutate(input)`."],
    ["update", "Changes a row, and shows it changed at once: `mutate({ id, patch })`."],
    ["delete", "Deletes a row, and shows lists without it at once: `mutate({ id })`."],
    ["restore", "Brings a deleted row back: `mutate({ id })`."],
  ] as const;
  const own = writesOf(resource);
  return [
    ...hooks
      .filter(([name]) => own.includes(name))
      .flatMap(([name, says]) =>
        writeHook(file, names, names[name], name, [says], writeMutation(file, model, names, name)),
      ),
    ...callable(resource).flatMap((procedure) => {
      const hook = names.procedures.get(procedure) ?? "";
      const at = procedure.type === "rpc" ? `rpc.${procedure.name}` : procedure.name;
      const mutation = procedureMutation(file, names, procedure);
      return writeHook(file, names, hook, at, mutation.sentences, mutation);
    }),
  ];
}

function writeHook(
  file: SourceFile,
  names: ReactNames,
  hook: string,
  at: string,
  sentences: readonly string[],
  { answer, variables }: MutationText,
): string[] {
  const types = [answer(file), variables?.type ?? "void"];
  const ours = (name: string): TypeText => applied(file.useType("covara/react", name), ...types);
  const client = `${file.use("./react-client.js", "useClient")}()`;
  const mutation = `${file.use(queriesModule(names), names.mutations)}.${at}`;
  return [
    "",
    ...functionHead(sentences, {
      name: hook,
      parameters: [{ name: "settings?:", type: ours("WriteSettings") }],
      result: ours("Write"),
    }),
    `  return ${file.use("covara/react", "useWrite")}(${mutation}, ${client}, settings);`,
    "}",
  ];
}
