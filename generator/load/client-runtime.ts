/** The sources of `covara/client`, in pieces: copies of the client hold what they need of them. */
import fs from "node:fs";
import path from "node:path";
import type { Identifier, Statement } from "ts-morph";
import type { RuntimeStatement } from "../emit/client-copy.ts";

/** The built package has the sources beside what became of them. */
const folder = path.join(
  import.meta.dirname,
  import.meta.filename.endsWith(".ts") ? "../../runtime/client" : "../../runtime/client/source",
);

/** Reads all modules but the index, which only exports from the others. */
export async function clientRuntime(): Promise<readonly RuntimeStatement[]> {
  const morph = await import("ts-morph");
  const { Node, Project } = morph;
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const names = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && path.basename(name) !== "index.ts");
  return names.sort().flatMap((name) => {
    const source = project.createSourceFile(name, fs.readFileSync(path.join(folder, name), "utf8"));
    return source
      .getStatements()
      .filter((statement) => !Node.isImportDeclaration(statement))
      .map((statement) => runtimeStatement(statement, morph));
  });
}

/** What copies go by of a statement at the top of a module. */
export function runtimeStatement(statement: Statement, morph: typeof import("ts-morph")): RuntimeStatement {
  const { Node } = morph;
  return {
    text: statement.getFullText().trim(),
    names: Node.isVariableStatement(statement)
      ? statement.getDeclarations().map((declaration) => declaration.getName())
      : Node.isNameable(statement) || Node.isNamed(statement)
        ? [statement.getName() ?? ""]
        : [],
    words: wordsOf(statement, morph),
  };
}

/** The names in a statement that may mean something outside of it. */
function wordsOf(statement: Statement, { Node, SyntaxKind }: typeof import("ts-morph")): ReadonlySet<string> {
  const words = new Set<string>();
  const locals = new Set<string>();
  const isNameOf = (parent: unknown, identifier: Identifier): boolean =>
    typeof parent === "object" &&
    parent !== null &&
    "getNameNode" in parent &&
    typeof parent.getNameNode === "function" &&
    parent.getNameNode() === identifier;
  for (const identifier of statement.getDescendantsOfKind(SyntaxKind.Identifier)) {
    const parent = identifier.getParent();
    const isName = isNameOf(parent, identifier);
    if (
      isName &&
      (Node.isParameterDeclaration(parent) ||
        Node.isTypeParameterDeclaration(parent) ||
        Node.isVariableDeclaration(parent) ||
        Node.isBindingElement(parent))
    ) {
      locals.add(identifier.getText());
    } else if (!isName || Node.isShorthandPropertyAssignment(parent)) {
      words.add(identifier.getText());
    }
  }
  for (const local of locals) words.delete(local);
  return words;
}
