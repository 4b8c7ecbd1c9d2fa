/** The sources of `covara/react`: copies of the client with React code hold them. */
import fs from "node:fs";
import path from "node:path";
import type { ReactRuntimeFile } from "../emit/react-copy.ts";
import { runtimeStatement } from "./client-runtime.ts";

/** The built package has the sources beside what became of them. */
const folder = path.join(
  import.meta.dirname,
  import.meta.filename.endsWith(".ts") ? "../../runtime/react" : "../../runtime/react/source",
);

/** Modules with `use client` become one file and the others another, which servers can import. */
export async function reactRuntime(): Promise<readonly ReactRuntimeFile[]> {
  const morph = await import("ts-morph");
  const { Node, Project } = morph;
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const modules = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && name !== "index.ts")
    .sort()
    .map((name) => project.createSourceFile(name, fs.readFileSync(path.join(folder, name), "utf8")));
  const isDirective = (statement: unknown): boolean =>
    Node.isNode(statement) &&
    Node.isExpressionStatement(statement) &&
    Node.isStringLiteral(statement.getExpression());
  const isHooks = (source: (typeof modules)[number]): boolean => source.getStatements().some(isDirective);
  const hooks = modules.filter(isHooks);
  const others = modules.filter((source) => !isHooks(source));

  const merge = (
    file: ReactRuntimeFile["file"],
    directive: string | null,
    sources: typeof modules,
  ): ReactRuntimeFile => {
    const own = new Set(sources.map((source) => `./${source.getBaseName()}`));
    const statements = sources
      .flatMap((source) => source.getStatements())
      .filter((statement) => !Node.isImportDeclaration(statement) && !isDirective(statement));
    return {
      file,
      directive,
      imports: sources.flatMap((source) =>
        source.getImportDeclarations().flatMap((declaration) => {
          const from = declaration.getModuleSpecifierValue();
          if (own.has(from)) return [];
          const module =
            from === "../client/index.ts" ? "covara/client" : from.startsWith("./") ? "covara/react" : from;
          return declaration.getNamedImports().map((named) => ({
            module,
            name: named.getName(),
            isType: declaration.isTypeOnly() || named.isTypeOnly(),
          }));
        }),
      ),
      statements: statements.map((statement) => runtimeStatement(statement, morph)),
    };
  };
  return [merge("react-runtime.ts", null, others), merge("react-hooks.ts", "use client", hooks)];
}
