/** The calls of procedures in `client.ts`: those of a row beside the other calls of the resource, the others under `rpc`. */
import type { ProcedureModel, ResourceModel } from "../model/types.ts";
import { comment } from "./client-layout.ts";
import { procedureNames, procedurePath } from "./procedures.ts";
import { callable } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { fits, list, propertyName, quote } from "./text.ts";

/** @param path Of the collection. */
export function procedureParts(
  file: SourceFile,
  resource: ResourceModel,
  path: string,
): { readonly members: readonly string[]; readonly calls: readonly string[] }[] {
  const all = callable(resource);
  const rpc = all.filter(({ type }) => type === "rpc");
  return [
    ...all
      .filter(({ type }) => type === "row")
      .map((procedure) => ({
        members: signatureOf(file, procedure, path),
        calls: callOf(file, procedure, path, "      "),
      })),
    ...(rpc.length === 0
      ? []
      : [
          {
            members: [
              `  /** Procedures of ${resource.key} as a whole. */`,
              "  readonly rpc: {",
              ...rpc.flatMap((procedure) => signatureOf(file, procedure, path, "  ")),
              "  };",
            ],
            calls: [
              "      rpc: {",
              ...rpc.flatMap((procedure) => callOf(file, procedure, path, "        ")),
              "      },",
            ],
          },
        ]),
  ];
}

function types(file: SourceFile, procedure: ProcedureModel): { input: string | null; output: string } {
  const { inputType, outputType } = procedureNames(procedure);
  return {
    input: procedure.input === null ? null : file.useType("./types.js", inputType),
    output: procedure.output === null ? "void" : file.useType("./types.js", outputType),
  };
}

function signatureOf(file: SourceFile, procedure: ProcedureModel, path: string, indent = ""): string[] {
  const { input, output } = types(file, procedure);
  const parameters = [
    ...(procedure.type === "row" ? ["id: string"] : []),
    ...(input === null ? [] : [`input: ${input}`]),
    `options?: ${file.useType("covara/client", "CallOptions")}`,
  ];
  const doc = comment([`\`POST ${path}${procedurePath(procedure)}\`.`]);
  return [
    ...doc.map((line) => indent + line),
    list(`${indent}  ${propertyName(procedure.name)}`, "(", parameters, ")", `: Promise<${output}>;`),
  ];
}

function callOf(file: SourceFile, procedure: ProcedureModel, path: string, indent: string): string[] {
  const { input, output } = types(file, procedure);
  const name = `calling${procedure.type === "row" ? "Row" : ""}${input === null ? "" : "With"}`;
  const generics = [...(input === null ? [] : [input]), output];
  const values =
    procedure.type === "row"
      ? ["send", quote(path), quote(procedure.segment)]
      : ["send", quote(`${path}${procedurePath(procedure)}`)];
  const before = `${indent}${propertyName(procedure.name)}: ${file.use("covara/client", name)}`;
  const head = `${before}<${generics.join(", ")}>`;
  if (fits(`${head}(`)) return [list(head, "(", values, ")", ",")];
  const lines = generics.map((one, index) => `${indent}  ${one}${index < generics.length - 1 ? "," : ""}`);
  return [`${before}<`, ...lines, list(`${indent}>`, "(", values, ")", ",")];
}
