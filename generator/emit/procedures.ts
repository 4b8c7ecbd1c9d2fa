/** What procedures take and give: types for both sides, validators, and `procedures.ts` for the modules that hold them. */
import type { Model, ProcedureModel, ResourceModel, ValueFieldModel } from "../model/types.ts";
import { call } from "./expression.ts";
import { type SchemaScope, schemaOf } from "./json-schema.ts";
import { rowType } from "./rows.ts";
import { entry, type Share, valueSchema } from "./schemas.ts";
import { SourceFile } from "./source-file.ts";
import { list, propertyName } from "./text.ts";
import { member } from "./types.ts";

/** The procedures of a resource that somebody may call; there are none without a rule. */
export const proceduresOf = ({ procedures }: ResourceModel): readonly ProcedureModel[] =>
  procedures?.list ?? [];

/** Every procedure with its resource. */
const all = (model: Model): { readonly resource: ResourceModel; readonly procedure: ProcedureModel }[] =>
  model.resources.flatMap((resource) => proceduresOf(resource).map((procedure) => ({ resource, procedure })));

/** The names of what a procedure takes and gives. */
export const procedureNames = ({ typeName, valueName }: ProcedureModel) => ({
  inputType: `${typeName}Input`,
  outputType: `${typeName}Output`,
  input: `${valueName}Input`,
  output: `${valueName}Output`,
});

/** The path of a procedure, with `:id` for that of a row. */
export const procedurePath = ({ type, segment }: ProcedureModel): string =>
  type === "row" ? `/:id/${segment}` : `/rpc/${segment}`;

/** The fields that procedures take and give. */
export const procedureFields = (model: Model): readonly ValueFieldModel[] =>
  all(model).flatMap(({ procedure: { input, output } }) => [...(input ?? []), ...(output ?? [])]);

/** The sections of `types.ts`. */
export function procedureTypes(model: Model): string[][] {
  return all(model).flatMap(({ resource, procedure }) => {
    const { input, output, name } = procedure;
    const { inputType, outputType } = procedureNames(procedure);
    const shape = (doc: string, type: string, members: readonly string[]): string[] => [
      `/** ${doc} */`,
      `export interface ${type} {`,
      ...members,
      "}",
    ];
    const takes = input?.flatMap((field) => member(field, field.nullable));
    const gives = output?.flatMap((field) => member(field, false));
    return [
      ...(takes === undefined ? [] : [shape(`What \`${name}\` of ${resource.key} takes.`, inputType, takes)]),
      ...(gives === undefined
        ? []
        : [shape(`What \`${name}\` of ${resource.key} gives.`, outputType, gives)]),
    ];
  });
}

/** The names that the sections of {@link procedureSchemas} declare. */
export const procedureSchemaNames = (model: Model): string[] =>
  all(model).flatMap(({ procedure }) => {
    const { input, output } = procedureNames(procedure);
    return [input, output];
  });

/** The sections of `schemas.ts`. */
export function procedureSchemas(model: Model, share: Share, scope: SchemaScope): string[][] {
  return all(model).flatMap(({ resource, procedure }) => {
    const path = `${model.basePath}/${resource.route}${procedurePath(procedure)}`;
    const names = procedureNames(procedure);
    const section = (doc: string, name: string, entries: readonly string[]): string[] => [
      `/** ${doc} \`POST ${path}\`. */`,
      `export const ${name} = z.strictObject({`,
      ...entries,
      "});",
    ];
    const taken = procedure.input?.map((field) => schemaEntry(field, true, share, scope));
    const given = procedure.output?.map((field) => schemaEntry(field, false, share, scope));
    return [
      ...(taken === undefined ? [] : [section("Body of", names.input, taken)]),
      ...(given === undefined ? [] : [section("Answer of", names.output, given)]),
    ];
  });
}

/** The line of a field. @param mayOmit Whether what is optional may be left out, and is null then. */
export function schemaEntry(
  field: ValueFieldModel,
  mayOmit: boolean,
  share: Share,
  scope: SchemaScope,
): string {
  const own = field.shape === null ? null : schemaOf(field.shape, scope);
  const schema = own === null ? valueSchema(field, share) : field.nullable ? call("z.nullable", [own]) : own;
  return entry(field, mayOmit && field.nullable ? call("z._default", [schema, "null"]) : schema);
}

/** Null where no resource has procedures. */
export function emitProcedures(model: Model): string | null {
  const resources = model.resources.filter((resource) => proceduresOf(resource).length > 0);
  if (resources.length === 0) return null;
  const file = new SourceFile(["ProcedureContext", ...resources.map(proceduresType)]);
  const runtime = (name: string): string => file.useType("covara/runtime", name);
  const user = model.auth === null ? "null" : `${file.useType("./env.js", "User")} | null`;
  file.section(
    "/** What a procedure knows of the request that calls it. */",
    `export type ProcedureContext = ${runtime("ServerContext")}<${file.useType("./env.js", "Env")}, ${user}>;`,
  );
  for (const resource of resources) {
    file.section(
      `/** What the module with the procedures of ${resource.key} exports. */`,
      `export interface ${proceduresType(resource)} {`,
      ...proceduresOf(resource).flatMap((procedure) => handlerType(file, model, resource, procedure)),
      "}",
    );
  }
  return file.toString();
}

/** `TodoProcedures` */
export const proceduresType = ({ typeName }: ResourceModel): string => `${typeName}Procedures`;

function handlerType(
  file: SourceFile,
  model: Model,
  resource: ResourceModel,
  procedure: ProcedureModel,
): string[] {
  const { name, type, input, output } = procedure;
  const { inputType, outputType } = procedureNames(procedure);
  const takes = input === null ? "undefined" : file.useType("./types.js", inputType);
  const parameters = [
    input?.some(({ nullable }) => nullable) === true ? `Required<${takes}>` : takes,
    output === null ? "unknown" : file.useType("./types.js", outputType),
    type === "rpc"
      ? "ProcedureContext"
      : `ProcedureContext & { readonly id: string; readonly row: ${file.useType("./rows.js", rowType(resource))} }`,
  ];
  return [
    `  /** \`POST ${model.basePath}/${resource.route}${procedurePath(procedure)}\` */`,
    list(
      `  ${propertyName(name)}: ${file.useType("covara/runtime", "Procedure")}`,
      "<",
      parameters,
      ">",
      ";",
    ).replace(/,\n {2}>;$/, "\n  >;"),
  ];
}
