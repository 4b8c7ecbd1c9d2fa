/** The sources of `covara/client`, in pieces: copies of the client hold what they need of them. */
import fs from "node:fs";
import path from "node:path";
import type { RuntimeStatement } from "../emit/client-copy.ts";

/** The built package has the sources beside what became of them. */
const folder = path.join(
  import.meta.dirname,
  import.meta.filename.endsWith(".ts") ? "../../runtime/client" : "../../runtime/client/source",
);

/** Reads all modules but the index, which only exports from the others. */
export async function clientRuntime(): Promise<readonly RuntimeStatement[]> {
  const { Node, Project } = await import("ts-morph");
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "index.ts");
  return names.sort().flatMap((name) => {
    const source = project.createSourceFile(name, fs.readFileSync(path.join(folder, name), "utf8"));
    return source
      .getStatements()
      .filter((statement) => !Node.isImportDeclaration(statement))
      .map((statement): RuntimeStatement => {
        const declared = Node.isVariableStatement(statement)
          ? statement.getDeclarations().map((declaration) => declaration.getName())
          : Node.isNameable(statement) || Node.isNamed(statement)
            ? [statement.getName() ?? ""]
            : [];
        return {
          text: statement.getFullText().trim(),
          names: declared,
          words: new Set(statement.getText().match(/[A-Za-z_$][\w$]*/g)),
        };
      });
  });
}
