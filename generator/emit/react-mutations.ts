/** The mutations of a resource, in `react/todos.queries.ts`. */
import type { Model, ProcedureModel, ResourceModel } from "../model/types.ts";
import { comment } from "./client-layout.ts";
import { whereType } from "./client-where.ts";
import { answerType } from "./client-write.ts";
import { nestedRelations, nestedTypeName } from "./nested.ts";
import { procedureNames, procedurePath } from "./procedures.ts";
import { affectedBy } from "./react-affected.ts";
import type { ReactNames } from "./react-names.ts";
import { hasClientId } from "./routes-batch.ts";
import { callable, offers } from "./rule.ts";
import { restores } from "./soft-delete.ts";
import type { SourceFile } from "./source-file.ts";
import { expression, fits, property, propertyName, quote } from "./text.ts";

/** One mutation. */
export interface MutationText {
  /** What it is called among the mutations: `create`. */
  readonly name: string;
  readonly sentences: readonly string[];
  /** The function of `mutations` that makes it. */
  readonly kind: "writing" | "updating" | "replacing" | "deleting" | "calling";
  /** What the call takes apart from the client: a name or a pattern, and its type; null where nothing. */
  readonly variables: { readonly pattern: string; readonly type: string } | null;
  /** The call behind the resource's client: `update(id, patch)`. */
  readonly call: string;
  /** What it gives, for a file that says so. */
  readonly answer: (file: SourceFile) => string;
}

/** The variable that the mutations of a file are made with. */
const maker = "writes";

export function emitMutations(file: SourceFile, model: Model, names: ReactNames): string[] {
  const { resource } = names;
  const procedures = callable(resource);
  const rpc = procedures.filter(({ type }) => type === "rpc");
  const all = [
    ...writesOf(resource).map((name) => writeMutation(file, model, names, name)),
    ...procedures
      .filter(({ type }) => type === "row")
      .map((procedure) => procedureMutation(file, names, procedure)),
  ];
  if (all.length === 0 && rpc.length === 0) return [];
  const affected = affectedBy(model, resource);
  const client = file.useType("./client.js", "Client");
  const target = property("client", resource.key);
  const others = affected === null ? quote("all") : expression(affected);
  return [
    "",
    `const ${maker} = ${file.use("covara/react", "mutations")}<${client}>(${names.keys}, ${others});`,
    "",
    `/** Writes of ${resource.key}, for \`useMutation\`: each keeps what a \`QueryClient\` knows in order. */`,
    `export const ${names.mutations} = {`,
    ...all.flatMap((mutation) => memberLines(mutation, target, "  ")),
    ...(rpc.length === 0
      ? []
      : [
          `  /** Procedures of ${resource.key} as a whole. */`,
          "  rpc: {",
          ...rpc.flatMap((procedure) =>
            memberLines(procedureMutation(file, names, procedure), `${target}.rpc`, "    "),
          ),
          "  },",
        ]),
    "};",
  ];
}

function memberLines(
  { name, sentences, kind, variables, call }: MutationText,
  target: string,
  pad: string,
): string[] {
  const taken = variables === null ? "client" : `client, ${variables.pattern}: ${variables.type}`;
  const start = `${pad}${propertyName(name)}: ${maker}.${kind}(`;
  const arrow = `(${taken}) =>`;
  const body = `${target}.${call}`;
  const line = `${start}${arrow} ${body}),`;
  const lines = (): string[] => {
    if (fits(line)) return [line];
    if (fits(`${start}${arrow}`)) return [`${start}${arrow}`, `${pad}  ${body},`, `${pad}),`];
    if (fits(`${pad}  ${arrow} ${body},`)) return [start, `${pad}  ${arrow} ${body},`, `${pad}),`];
    return [start, `${pad}  ${arrow}`, `${pad}    ${body},`, `${pad}),`];
  };
  return [...comment(sentences, pad), ...lines()];
}

/** What a resource can have besides its procedures. */
export type WriteName =
  | "create"
  | "createMany"
  | "upsertMany"
  | "update"
  | "replace"
  | "updateMany"
  | "delete"
  | "deleteMany"
  | "restore";

/** Those that it has. */
export function writesOf(resource: ResourceModel): WriteName[] {
  const creates = offers(resource, "create");
  return [
    ...(creates ? (["create", "createMany"] as const) : []),
    ...(creates && hasClientId(resource) ? (["upsertMany"] as const) : []),
    ...(offers(resource, "update") ? (["update", "replace", "updateMany"] as const) : []),
    ...(offers(resource, "delete") ? (["delete", "deleteMany"] as const) : []),
    ...(restores(resource) ? (["restore"] as const) : []),
  ];
}

/** One of them; the file imports what it names. */
export function writeMutation(
  file: SourceFile,
  model: Model,
  { resource, path }: ReactNames,
  name: WriteName,
): MutationText {
  const { typeName } = resource;
  const own = (ending: string): string => file.useType("./types.js", `${typeName}${ending}`);
  const where = (): string => file.useType("./client.js", whereType(resource));
  const given = (pattern: string, type: string) => ({ pattern, type });
  switch (name) {
    case "create": {
      const isNested = nestedRelations(model, resource).length > 0;
      return {
        name,
        sentences: [`\`POST ${path}\`: makes a row${isNested ? ", and those that it carries along" : ""}.`],
        kind: "writing",
        variables: given(
          "input",
          isNested ? file.useType("./types.js", nestedTypeName(resource)) : own("Create"),
        ),
        call: "create(input)",
        answer: (named) => answerType(named, resource, "create"),
      };
    }
    case "createMany":
      return {
        name,
        sentences: [`\`POST ${path}/batch\`: makes rows, all or none.`],
        kind: "writing",
        variables: given("items", `readonly ${own("Create")}[]`),
        call: "createMany(items)",
        answer: (named) => `(${answerType(named, resource, "create")})[]`,
      };
    case "upsertMany":
      return {
        name,
        sentences: [
          `\`POST ${path}/batch/upsert\`: makes the rows that are not there and changes the others, all or none.`,
        ],
        kind: "writing",
        variables: given("items", `readonly (${own("Create")} & { id: string })[]`),
        call: "upsertMany(items)",
        answer: (named) => `(${answerType(named, resource, "create")})[]`,
      };
    case "update": {
      const { type, match, option } = ofRow(file, resource, "PatchVariables", own("Update"));
      return {
        name,
        sentences: [`\`PATCH ${path}/:id\`: changes the fields given, and shows them changed at once.`],
        kind: "updating",
        variables: given(`{ id, patch${match} }`, type),
        call: `update(id, patch${option})`,
        answer: (named) => answerType(named, resource, "update"),
      };
    }
    case "replace": {
      const { type, match, option } = ofRow(file, resource, "InputVariables", own("Replace"));
      return {
        name,
        sentences: [`\`PUT ${path}/:id\`: fields left out go back to their default.`],
        kind: "replacing",
        variables: given(`{ id, input${match} }`, type),
        call: `replace(id, input${option})`,
        answer: (named) => answerType(named, resource, "update"),
      };
    }
    case "updateMany":
      return {
        name,
        sentences: [`\`PATCH ${path}/batch\`: changes rows, all or none, and gives their number.`],
        kind: "writing",
        variables: given(
          "change",
          `${file.useType("covara/client", "Change")}<${where()}, ${own("Update")}>`,
        ),
        call: "updateMany(change)",
        answer: () => "number",
      };
    case "delete": {
      const { type, match, option } = ofRow(file, resource, "RowVariables");
      return {
        name,
        sentences: [`\`DELETE ${path}/:id\`: lists are shown without it at once.`],
        kind: "deleting",
        variables: given(`{ id${match} }`, type),
        call: `delete(id${option})`,
        answer: () => "void",
      };
    }
    case "deleteMany":
      return {
        name,
        sentences: [`\`DELETE ${path}/batch\`: deletes rows, all or none, and gives their number.`],
        kind: "writing",
        variables: given("selection", `${file.useType("covara/client", "Selection")}<${where()}>`),
        call: "deleteMany(selection)",
        answer: () => "number",
      };
    case "restore": {
      const { type, match, option } = ofRow(file, resource, "RowVariables");
      return {
        name,
        sentences: [`\`POST ${path}/:id/restore\`: brings a deleted row back.`],
        kind: "writing",
        variables: given(`{ id${match} }`, type),
        call: `restore(id${option})`,
        answer: (named) => named.useType("./types.js", typeName),
      };
    }
  }
}

/** A type of `covara/react`, with the version that a write may name beside it. */
function ofRow(file: SourceFile, resource: ResourceModel, name: string, ...types: string[]) {
  const version = resource.fields.find(({ generated }) => generated === "version");
  const own = `${file.useType("covara/react", name)}${types.length === 0 ? "" : `<${types.join(", ")}>`}`;
  if (version === undefined) return { type: own, match: "", option: "" };
  const match = file.useType("covara/client", resource.requireIfMatch ? "IfMatchRequired" : "IfMatch");
  return { type: `${own} & ${match}<${quote(version.name)}>`, match: ", ifMatch", option: ", { ifMatch }" };
}

export function procedureMutation(
  file: SourceFile,
  { path }: ReactNames,
  procedure: ProcedureModel,
): MutationText {
  const { name, type, input, output } = procedure;
  const { inputType, outputType } = procedureNames(procedure);
  const given = input === null ? null : file.useType("./types.js", inputType);
  const ours = (exported: string): string => file.useType("covara/react", exported);
  const [variables, values] =
    type === "rpc"
      ? given === null
        ? [null, ""]
        : [{ pattern: "input", type: given }, "input"]
      : given === null
        ? [{ pattern: "{ id }", type: ours("RowVariables") }, "id"]
        : [{ pattern: "{ id, input }", type: `${ours("InputVariables")}<${given}>` }, "id, input"];
  return {
    name,
    sentences: [`\`POST ${path}${procedurePath(procedure)}\`.`],
    kind: "calling",
    variables,
    call: `${name}(${values})`,
    answer: (named) => (output === null ? "void" : named.useType("./types.js", outputType)),
  };
}
