/** What the names in types stand for, found in the syntax of a file and of the files that it imports. */
import { statSync } from "node:fs";
import path from "node:path";
import type { ts } from "ts-morph";
import type { Sources, Typescript } from "./sources.ts";

/** The declarations of a type: several only where an interface is declared in parts. */
export type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** Where a name leads. */
export type NamedType =
  | { readonly found: "type"; readonly declaration: TypeDeclaration }
  /** A class, an enum or another thing that is no JSON; `what` says which. */
  | { readonly found: "other"; readonly what: string }
  | { readonly found: "package"; readonly specifier: string; readonly name: string }
  /** An import that leads nowhere. */
  | { readonly found: "nothing"; readonly why: string };

/** Imports and re-exports are followed over this many files. */
const MAX_DEPTH = 20;

export class TypeNames {
  readonly #ts: Typescript;
  readonly #sources: Sources;
  /** Absolute paths of the files looked at, and of those that an import names but are not there. */
  readonly inputs = new Set<string>();

  constructor(typescript: Typescript, sources: Sources) {
    this.#ts = typescript;
    this.#sources = sources;
  }

  /** What the name means at the top of the file, or null where the file does not say. */
  find(file: ts.SourceFile, name: string, depth = 0): NamedType | null {
    return this.#declared(file, name) ?? this.#imported(file, name, depth);
  }

  #declared(file: ts.SourceFile, name: string): NamedType | null {
    const is = this.#ts;
    const found: ts.Statement[] = file.statements.filter(
      (statement) =>
        (is.isInterfaceDeclaration(statement) ||
          is.isTypeAliasDeclaration(statement) ||
          is.isClassDeclaration(statement) ||
          is.isEnumDeclaration(statement) ||
          is.isModuleDeclaration(statement)) &&
        statement.name?.text === name,
    );
    const [first, second] = found;
    if (first === undefined) return null;
    if (second !== undefined) return { found: "other", what: "is declared in several parts" };
    if (is.isInterfaceDeclaration(first) || is.isTypeAliasDeclaration(first))
      return { found: "type", declaration: first };
    const what = is.isClassDeclaration(first)
      ? "a class"
      : is.isEnumDeclaration(first)
        ? "an enum"
        : "a namespace";
    return { found: "other", what: `is ${what}` };
  }

  #imported(file: ts.SourceFile, name: string, depth: number): NamedType | null {
    for (const statement of file.statements) {
      if (!this.#ts.isImportDeclaration(statement)) continue;
      const clause = statement.importClause;
      const bindings = clause?.namedBindings;
      if (clause?.name?.text === name) return this.#follow(statement, "default", depth);
      if (bindings === undefined || this.#ts.isNamespaceImport(bindings)) continue;
      const element = bindings.elements.find((candidate) => candidate.name.text === name);
      if (element !== undefined)
        return this.#follow(statement, (element.propertyName ?? element.name).text, depth);
    }
    return null;
  }

  /** A name of the module that an import or export states. */
  #follow(statement: ts.ImportDeclaration | ts.ExportDeclaration, name: string, depth: number): NamedType {
    const specifier = statement.moduleSpecifier;
    if (specifier === undefined || !this.#ts.isStringLiteral(specifier))
      return { found: "nothing", why: "its import names no module" };
    if (!specifier.text.startsWith(".")) return { found: "package", specifier: specifier.text, name };
    const file = this.#module(specifier.text, statement.getSourceFile().fileName);
    if (file === null) return { found: "nothing", why: `there is no file "${specifier.text}"` };
    const found = depth > MAX_DEPTH ? null : this.#exported(file, name, depth + 1);
    return found ?? { found: "nothing", why: `"${specifier.text}" exports no type of that name` };
  }

  #exported(file: ts.SourceFile, name: string, depth: number): NamedType | null {
    const is = this.#ts;
    if (name === "default") return this.#exportedDefault(file, depth);
    for (const statement of file.statements) {
      if (!is.isExportDeclaration(statement)) continue;
      const clause = statement.exportClause;
      if (clause === undefined) continue;
      if (!is.isNamedExports(clause)) continue;
      const element = clause.elements.find((candidate) => candidate.name.text === name);
      if (element === undefined) continue;
      const local = (element.propertyName ?? element.name).text;
      return statement.moduleSpecifier === undefined
        ? this.find(file, local, depth)
        : this.#follow(statement, local, depth);
    }
    const declared = this.#declared(file, name);
    if (declared !== null) return declared;
    for (const statement of file.statements) {
      if (!is.isExportDeclaration(statement) || statement.exportClause !== undefined) continue;
      const found = this.#follow(statement, name, depth);
      if (found.found !== "nothing" && found.found !== "package") return found;
    }
    return null;
  }

  #exportedDefault(file: ts.SourceFile, depth: number): NamedType | null {
    const is = this.#ts;
    for (const statement of file.statements) {
      if (is.isExportAssignment(statement) && is.isIdentifier(statement.expression))
        return this.find(file, statement.expression.text, depth);
      const modifiers = is.canHaveModifiers(statement) ? (is.getModifiers(statement) ?? []) : [];
      if (!modifiers.some(({ kind }) => kind === is.SyntaxKind.DefaultKeyword)) continue;
      if (is.isInterfaceDeclaration(statement)) return { found: "type", declaration: statement };
      return { found: "other", what: "is no type" };
    }
    return null;
  }

  /** The file of a relative import, whichever ending it names. */
  #module(specifier: string, from: string): ts.SourceFile | null {
    const written = path.resolve(path.dirname(from), specifier);
    const asSource = written.replace(/\.([mc]?)js(x?)$/, ".$1ts$2");
    const candidates = [
      ...(asSource === written ? [] : [asSource]),
      written,
      ...[".ts", ".tsx", ".d.ts"].map((ending) => written + ending),
      path.join(written, "index.ts"),
    ];
    const file = candidates.find((candidate) => isFile(candidate) && /\.[mc]?tsx?$/.test(candidate));
    this.inputs.add(file ?? candidates[0] ?? written);
    return file === undefined ? null : this.#sources.read(file);
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
