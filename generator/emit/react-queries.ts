/** `react/todos.queries.ts`: the query keys, queries and mutations of a resource. */
import type { Model, ResourceModel } from "../model/types.ts";
import { following, relationsType } from "./client-include.ts";
import { applied, call, comment, type ParameterText, type TypeText, typedMember } from "./client-layout.ts";
import { markedType } from "./client-soft-delete.ts";
import { markedWhereType, whereType } from "./client-where.ts";
import { includables } from "./includable.ts";
import { emitMutations } from "./react-mutations.ts";
import type { ReactNames } from "./react-names.ts";
import { offers } from "./rule.ts";
import { type FileOptions, SourceFile } from "./source-file.ts";
import { list, property, quote } from "./text.ts";

export function emitQueriesFile(model: Model, names: ReactNames, options: FileOptions): string {
  const { resource, keys } = names;
  const file = new SourceFile([keys, names.queries, names.queriesType, names.mutations], null, options);
  const mutations = emitMutations(file, model, names);
  const queries = offers(resource, "read") ? emitQueries(file, model, names) : [];
  file.section(
    `/** What a \`QueryClient\` knows the answers by: \`invalidateQueries({ queryKey: ${keys}.list() })\` is of all lists. */`,
    `export const ${keys} = ${file.use("covara/react", "resourceKeys")}(${quote(model.name)}, ${quote(resource.key)});`,
    ...queries,
    ...mutations,
  );
  return file.toString();
}

/** The types of options, results and conditions of a read. */
export interface ReadTypes {
  readonly row: string;
  readonly where: string;
  readonly orderBy: string;
}

/** Asks for what the signatures of reads name. */
export function readTypes(file: SourceFile, model: Model, resource: ResourceModel): ReadTypes {
  const own = (name: string): string => file.useType("./client.js", name);
  if (includables(model, resource).length > 0) own(relationsType(resource));
  return {
    row: file.useType("./types.js", resource.typeName),
    where: own(whereType(resource)),
    orderBy: own(`${resource.typeName}OrderBy`),
  };
}

function emitQueries(file: SourceFile, model: Model, names: ReactNames): string[] {
  const { resource, path, keys, queries, queriesType } = names;
  const type = (name: string): string => file.useType("covara/client", name);
  const ours = (name: string): string => file.useType("covara/react", name);
  const client = file.useType("./client.js", "Client");
  const followed = following(file, model, resource);
  const { row, where, orderBy } = readTypes(file, model, resource);
  const query = (data: TypeText): TypeText => applied(ours("Query"), data);
  const read = (
    sentences: readonly string[],
    name: string,
    shown: string,
    more: readonly ParameterText[],
    option: string,
    own: TypeText,
    result: (row: TypeText) => TypeText,
  ): string[] =>
    call(sentences, {
      name,
      generic: followed.generic(shown),
      parameters: [`client: ${client}`, ...more, { name: option, type: followed.options(own) }],
      result: result(followed.row(`Pick<${shown}, Field>`)),
    });
  const page = (of: TypeText): TypeText => query(applied(type("Page"), of));
  const paged = (of: TypeText): TypeText => applied(ours("PagedQuery"), of);
  const id = ["id: string"];
  const members = (name: "list" | "infinite" | "detail", sentences: readonly string[]): string[] => {
    const [more, result, base, ordered] = (
      {
        list: [[], page, "List", true],
        infinite: [[], paged, "Paginate", true],
        detail: [id, query, "Get", false],
      } as const
    )[name];
    const optionsOf = (suffix: string, condition: string): TypeText =>
      applied(type(`${base}${suffix}`), "Field", ...(ordered ? [orderBy, condition] : []));
    const usual = read(sentences, name, row, more, "options?:", optionsOf("Options", where), result);
    if (!offers(resource, "readDeleted")) return usual;
    const shown = file.useType("./types.js", markedType(resource));
    const condition = ordered ? file.useType("./client.js", markedWhereType(resource)) : "";
    const marked = optionsOf("WithDeleted", condition);
    const note = ["With `withDeleted`, deleted rows are among the answer, and have their `deletedAt`."];
    return [...read(note, name, shown, more, "options:", marked, result), ...usual];
  };
  return [
    "",
    `/** Queries of ${resource.key}: for \`useQuery\`, \`useSuspenseQuery\`, \`prefetchQuery\`, \`ensureQueryData\` and the like. */`,
    `export interface ${queriesType} {`,
    ...members("list", [`\`GET ${path}\`: one page of the rows that you may read.`]),
    ...members("infinite", [`\`GET ${path}\`, page after page: for \`useInfiniteQuery\`.`]),
    ...members("detail", [`\`GET ${path}/:id\`. 404 where there is no such row, or none that you may read.`]),
    ...call([`\`GET ${path}/count\`: the number of rows that you may read.`], {
      name: "count",
      parameters: [`client: ${client}`, { name: "options?:", type: countOptions(file, resource, where) }],
      result: query("number"),
    }),
    ...comment([`\`GET ${path}/aggregate\`: what the rows that you may read come to, by group.`]),
    ...typedMember("aggregate", ours("AggregateQuery"), [client, row, orderBy, where]),
    ...searchMember(file, names, [client, row], where),
    "}",
    "",
    list(
      `export const ${queries}: ${queriesType} = ${file.use("covara/react", "resourceQueries")}`,
      "(",
      [keys, `(client: ${client}) => ${property("client", resource.key)}`],
      ")",
      ";",
    ),
  ];
}

function countOptions(file: SourceFile, resource: ResourceModel, where: string): TypeText {
  const usual = applied(file.useType("covara/client", "CountOptions"), where);
  if (!offers(resource, "readDeleted")) return usual;
  const condition = file.useType("./client.js", markedWhereType(resource));
  const marked = applied(file.useType("covara/client", "CountWithDeleted"), condition);
  return { sign: "|", types: [usual, marked] };
}

function searchMember(
  file: SourceFile,
  { resource, path }: ReactNames,
  types: readonly string[],
  where: string,
): string[] {
  if (resource.search === null) return [];
  const field = file.useType("./client.js", `${resource.typeName}SearchField`);
  return [
    ...comment([
      `\`GET ${path}/search\`: the rows that you may read and that hold all words of \`q\`, best first.`,
    ]),
    ...typedMember("search", file.useType("covara/react", "SearchQuery"), [...types, field, where]),
  ];
}
