/** Where in a module an export stands. */
import type { ts } from "ts-morph";
import type { Typescript } from "./sources.ts";

/** The name of an exported thing where the module declares it or passes it on; the module's beginning where it is neither. */
export function exportPlace(is: Typescript, module: ts.SourceFile, name: string): ts.Node {
  let passedOn: ts.Node | null = null;
  for (const statement of module.statements) {
    if (is.isExportAssignment(statement) && name === "default") return statement;
    if (is.isExportDeclaration(statement)) {
      const { exportClause: clause } = statement;
      if (clause === undefined) {
        passedOn ??= statement;
        continue;
      }
      if (is.isNamespaceExport(clause)) {
        if (clause.name.text === name) return clause.name;
        continue;
      }
      const element = clause.elements.find((candidate) => candidate.name.text === name);
      if (element !== undefined) return element.name;
      continue;
    }
    const declared = declaration(is, statement, name);
    if (declared !== null) return declared;
  }
  // `export * from` names nothing, so that the name can only have come through it.
  return passedOn ?? module.statements[0] ?? module;
}

function declaration(is: Typescript, statement: ts.Statement, name: string): ts.Node | null {
  const modifiers = is.canHaveModifiers(statement) ? (is.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === is.SyntaxKind.ExportKeyword)) return null;
  if (is.isFunctionDeclaration(statement) || is.isClassDeclaration(statement)) {
    const standard = modifiers.some(({ kind }) => kind === is.SyntaxKind.DefaultKeyword);
    const exported = standard ? "default" : statement.name?.text;
    return exported === name ? (statement.name ?? statement) : null;
  }
  if (is.isEnumDeclaration(statement) && statement.name.text === name) return statement.name;
  if (!is.isVariableStatement(statement)) return null;
  const found = statement.declarationList.declarations.find(
    (candidate) => is.isIdentifier(candidate.name) && candidate.name.text === name,
  );
  return found?.name ?? null;
}
