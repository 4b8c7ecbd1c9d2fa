import { readFileSync, statSync } from "node:fs";
import type { ts } from "ts-morph";

/** The compiler that ts-morph carries. */
export type Typescript = typeof ts;

/** Syntax trees of the config's files, and the declarations that names in them lead to. */
export class Sources {
  readonly #ts: Typescript;
  readonly #files = new Map<string, ts.SourceFile | null>();

  constructor(typescript: Typescript) {
    this.#ts = typescript;
  }

  /** The file's syntax tree, or null if it cannot be read. */
  read(file: string): ts.SourceFile | null {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const exists = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
    const tree = exists
      ? this.#ts.createSourceFile(file, readFileSync(file, "utf8"), this.#ts.ScriptTarget.Latest, true)
      : null;
    this.#files.set(file, tree);
    return tree;
  }

  /** The expression behind an exported name (`default` too), or null. */
  exported(file: ts.SourceFile, name: string, depth = 0): ts.Node | null {
    if (depth > 20) return null;
    for (const statement of file.statements) {
      if (this.#ts.isExportAssignment(statement) && !statement.isExportEquals && name === "default") {
        return statement.expression;
      }
      if (this.#ts.isExportDeclaration(statement)) {
        const found = this.#reexported(statement, file, name, depth);
        if (found !== null) return found;
      }
    }
    return name === "default" ? null : this.#topLevel(file, name);
  }

  #reexported(
    statement: ts.ExportDeclaration,
    file: ts.SourceFile,
    name: string,
    depth: number,
  ): ts.Node | null {
    const from =
      statement.moduleSpecifier === undefined ? null : this.#module(statement.moduleSpecifier, file);
    if (statement.exportClause === undefined)
      return from === null ? null : this.exported(from, name, depth + 1);
    if (!this.#ts.isNamedExports(statement.exportClause)) return null;
    for (const element of statement.exportClause.elements) {
      if (element.name.text !== name) continue;
      const local = (element.propertyName ?? element.name).text;
      if (statement.moduleSpecifier === undefined) return this.#topLevel(file, local);
      return from === null ? null : this.exported(from, local, depth + 1);
    }
    return null;
  }

  /** The value that an identifier stands for where it is used: a constant, a function or an import. */
  resolve(identifier: ts.Identifier): ts.Node | null {
    for (let scope: ts.Node = identifier.parent; ; scope = scope.parent) {
      if (this.#ts.isBlock(scope) || this.#ts.isSourceFile(scope)) {
        const found = this.#declared(scope.statements, identifier.text);
        if (found !== null) return found;
      }
      if (this.#ts.isSourceFile(scope)) return this.#imported(scope, identifier.text);
    }
  }

  #topLevel(file: ts.SourceFile, name: string): ts.Node | null {
    return this.#declared(file.statements, name) ?? this.#imported(file, name);
  }

  #declared(statements: readonly ts.Statement[], name: string): ts.Node | null {
    for (const statement of statements) {
      if (this.#ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
      if (!this.#ts.isVariableStatement(statement)) continue;
      for (const declaration of statement.declarationList.declarations) {
        const { name: declared, initializer } = declaration;
        if (this.#ts.isIdentifier(declared) && declared.text === name) return initializer ?? null;
      }
    }
    return null;
  }

  #imported(file: ts.SourceFile, name: string): ts.Node | null {
    for (const statement of file.statements) {
      if (!this.#ts.isImportDeclaration(statement)) continue;
      const clause = statement.importClause;
      const from = (): ts.SourceFile | null => this.#module(statement.moduleSpecifier, file);
      if (clause?.name?.text === name) return this.#export(from(), "default");
      const bindings = clause?.namedBindings;
      if (bindings === undefined) continue;
      if (this.#ts.isNamespaceImport(bindings)) {
        if (bindings.name.text === name) return from();
        continue;
      }
      const element = bindings.elements.find((candidate) => candidate.name.text === name);
      if (element !== undefined) return this.#export(from(), (element.propertyName ?? element.name).text);
    }
    return null;
  }

  #export(file: ts.SourceFile | null, name: string): ts.Node | null {
    return file === null ? null : this.exported(file, name);
  }

  #module(specifier: ts.Expression, from: ts.SourceFile): ts.SourceFile | null {
    if (!this.#ts.isStringLiteral(specifier)) return null;
    const options = {
      module: this.#ts.ModuleKind.ESNext,
      moduleResolution: this.#ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      allowJs: true,
      noEmit: true,
    };
    const { resolvedModule } = this.#ts.resolveModuleName(
      specifier.text,
      from.fileName,
      options,
      this.#ts.sys,
    );
    const found = resolvedModule?.resolvedFileName;
    // The covara package itself and others hold no part of the user's config.
    return found === undefined || found.endsWith(".d.ts") || found.includes("/node_modules/")
      ? null
      : this.read(found);
  }
}
