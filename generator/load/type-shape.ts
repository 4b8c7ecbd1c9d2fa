/** From the syntax of a type to the shape of its JSON values. */
import path from "node:path";
import type { ts } from "ts-morph";
import type { JsonMember, JsonShape, JsonTypeData, NamedJsonShape } from "../../schema/json-shape.ts";
import type { Typescript } from "./sources.ts";
import { docOf } from "./type-doc.ts";
import type { TypeDeclaration, TypeNames } from "./type-names.ts";
import { anyJson, TypeProblems } from "./type-problems.ts";
import { endless, unionOf } from "./type-union.ts";

/** Reads one type argument. */
export class TypeReader {
  readonly #ts: Typescript;
  readonly #names: TypeNames;
  readonly #folder: string;
  readonly #named: Record<string, NamedJsonShape> = {};
  readonly #problems: TypeProblems;

  /** @param folder Absolute path of the folder that positions and names are relative to. */
  constructor(typescript: Typescript, names: TypeNames, folder: string) {
    this.#ts = typescript;
    this.#names = names;
    this.#folder = folder;
    this.#problems = new TypeProblems(typescript, folder);
  }

  read(node: ts.TypeNode): JsonTypeData {
    const shape = this.#shape(node);
    return { shape, named: this.#named, problems: this.#problems.list };
  }

  #shape(node: ts.TypeNode): JsonShape {
    const is = this.#ts;
    if (is.isParenthesizedTypeNode(node)) return this.#shape(node.type);
    if (is.isLiteralTypeNode(node)) return this.#literal(node);
    if (is.isArrayTypeNode(node)) return { type: "array", items: this.#shape(node.elementType) };
    if (is.isTupleTypeNode(node)) return this.#tuple(node);
    if (is.isUnionTypeNode(node)) return unionOf(node.types.map((type) => this.#shape(type)));
    if (is.isTypeLiteralNode(node)) return this.#object(node.members, []);
    if (is.isTypeReferenceNode(node)) return this.#reference(node);
    if (is.isTypeOperatorNode(node) && node.operator === is.SyntaxKind.ReadonlyKeyword) {
      const shape = this.#shape(node.type);
      return shape.type === "array" || shape.type === "tuple" ? { ...shape, readonly: true } : shape;
    }
    switch (node.kind) {
      case is.SyntaxKind.StringKeyword:
        return { type: "string" };
      case is.SyntaxKind.NumberKeyword:
        return { type: "number" };
      case is.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      case is.SyntaxKind.UnknownKeyword:
        return anyJson;
      default:
        return this.#problems.unsupported(node);
    }
  }

  #literal(node: ts.LiteralTypeNode): JsonShape {
    const is = this.#ts;
    const { literal } = node;
    switch (literal.kind) {
      case is.SyntaxKind.NullKeyword:
        return { type: "null" };
      case is.SyntaxKind.TrueKeyword:
        return { type: "literal", value: true };
      case is.SyntaxKind.FalseKeyword:
        return { type: "literal", value: false };
    }
    if (is.isStringLiteralLike(literal)) return { type: "literal", value: literal.text };
    if (is.isNumericLiteral(literal)) return { type: "literal", value: Number(literal.text) };
    if (is.isPrefixUnaryExpression(literal) && is.isNumericLiteral(literal.operand))
      return { type: "literal", value: -Number(literal.operand.text) };
    return this.#problems.unsupported(node);
  }

  #tuple(node: ts.TupleTypeNode): JsonShape {
    const is = this.#ts;
    const items = node.elements.map((element): JsonShape => {
      if (is.isNamedTupleMember(element)) {
        if (element.questionToken === undefined && element.dotDotDotToken === undefined)
          return this.#shape(element.type);
      } else if (!is.isOptionalTypeNode(element) && !is.isRestTypeNode(element)) return this.#shape(element);
      return this.#problems.unsupported(
        element,
        "An element of a tuple that may be missing is not supported.",
      );
    });
    return { type: "tuple", items };
  }

  #object(
    elements: readonly ts.TypeElement[],
    inherited: readonly JsonMember[],
    parts: readonly ts.Node[] = [],
  ): JsonShape {
    const is = this.#ts;
    const [first] = elements;
    if (
      first !== undefined &&
      is.isIndexSignatureDeclaration(first) &&
      elements.length + parts.length === 1
    ) {
      const [key] = first.parameters;
      if (key?.type?.kind !== is.SyntaxKind.StringKeyword)
        return this.#problems.unsupported(first, "An index signature has keys of type `string`.");
      return { type: "record", values: this.#shape(first.type) };
    }
    const own = elements.flatMap((element) => this.#member(element));
    const kept = inherited.filter(({ name }) => !own.some((member) => member.name === name));
    return { type: "object", members: [...kept, ...own] };
  }

  #member(element: ts.TypeElement): JsonMember[] {
    const is = this.#ts;
    if (is.isIndexSignatureDeclaration(element)) {
      this.#problems.unsupported(element, "An index signature stands alone in its type.");
      return [];
    }
    const name = element.name;
    const usable =
      name !== undefined && (is.isIdentifier(name) || is.isStringLiteral(name) || is.isNumericLiteral(name));
    if (!is.isPropertySignature(element) || element.type === undefined || !usable) {
      this.#problems.unsupported(element);
      return [];
    }
    // zod finds `constructor` in an object that has none, as JavaScript does.
    if (name.text in Object.prototype) {
      this.#problems.unsupported(
        name,
        `\`${name.text}\` is a member of every JavaScript object.`,
        "Choose another name.",
      );
      return [];
    }
    const optional = element.questionToken !== undefined;
    const doc = docOf(this.#ts, element);
    const readonly = element.modifiers?.some(({ kind }) => kind === is.SyntaxKind.ReadonlyKeyword);
    return [
      {
        name: name.text,
        shape: optional ? this.#optional(element.type) : this.#shape(element.type),
        ...(optional ? { optional } : {}),
        ...(readonly ? { readonly } : {}),
        ...(doc === null ? {} : { doc }),
      },
    ];
  }

  /** `undefined` says nothing more of a member that may be missing. */
  #optional(node: ts.TypeNode): JsonShape {
    if (!this.#ts.isUnionTypeNode(node)) return this.#shape(node);
    const types = node.types.filter(({ kind }) => kind !== this.#ts.SyntaxKind.UndefinedKeyword);
    return types.length === 0
      ? this.#problems.unsupported(node)
      : unionOf(types.map((type) => this.#shape(type)));
  }

  #reference(node: ts.TypeReferenceNode): JsonShape {
    const { typeName, typeArguments } = node;
    if (!this.#ts.isIdentifier(typeName)) return this.#problems.unsupported(node);
    const name = typeName.text;
    if (this.#isParameter(node, name)) {
      const message = `\`${name}\` is a type parameter, which has another meaning at each call.`;
      return this.#problems.unsupported(node, message, "Write the type itself.");
    }
    const declaration = this.#declaration(node, typeName);
    if (declaration === null) return anyJson;
    if (typeof declaration === "string") return this.#builtIn(node, name);
    if (typeArguments !== undefined || declaration.typeParameters !== undefined)
      return this.#problems.unsupported(node, `\`${name}\` is generic, which is not supported.`);
    return { type: "reference", name: this.#name(declaration) };
  }

  /** Any JSON under its usual names, arrays and records. */
  #builtIn(node: ts.TypeReferenceNode, name: string): JsonShape {
    const [first, second] = node.typeArguments ?? [];
    if (name === "Json" || name === "JsonValue") return anyJson;
    if ((name === "Array" || name === "ReadonlyArray") && first !== undefined) {
      const items = this.#shape(first);
      return name === "Array" ? { type: "array", items } : { type: "array", items, readonly: true };
    }
    if (name !== "Record" || first === undefined || second === undefined)
      return this.#problems.unsupported(node);
    if (first.kind !== this.#ts.SyntaxKind.StringKeyword)
      return this.#problems.unsupported(
        first,
        "The keys of a Record are of type `string`.",
        "Name the members one by one.",
      );
    return { type: "record", values: this.#shape(second) };
  }

  /** The declaration behind a name, `"built-in"` where the files know none, or null after a problem was noted. */
  #declaration(node: ts.Node, typeName: ts.Identifier): TypeDeclaration | "built-in" | null {
    const name = typeName.text;
    const known = this.#names.find(node.getSourceFile(), name);
    if (known?.found === "type") return known.declaration;
    if (known === null) {
      // Whatever the language has under that name, it is generic, or one of the names of any JSON.
      const isKnown = this.#ts.isTypeReferenceNode(node) && node.typeArguments !== undefined;
      if (isKnown || name === "Json" || name === "JsonValue" || name in globalThis) return "built-in";
      this.#problems.note(
        node,
        "unknown name",
        `There is no type \`${name}\` in this file.`,
        "Declare or import it.",
      );
      return null;
    }
    if (known.found === "package") {
      if (known.name === "Json" || known.name === "JsonValue") return "built-in";
      const message = `\`${name}\` comes from the package "${known.specifier}", whose types are not read.`;
      this.#problems.note(node, "unsupported", message, "Declare the type in a file of your own.");
    } else if (known.found === "other") {
      this.#problems.note(
        node,
        "unsupported",
        `\`${name}\` ${known.what}.`,
        "Declare an interface or a type alias.",
      );
    } else {
      const message = `\`${name}\` cannot be found: ${known.why}.`;
      this.#problems.note(node, "unknown name", message, "Correct the import.");
    }
    return null;
  }

  /** Enters a declaration; returns the key by which references find it. */
  #name(declaration: TypeDeclaration): string {
    const source = declaration.getSourceFile();
    const file = path.relative(this.#folder, source.fileName).replaceAll(path.sep, "/");
    const name = declaration.name.text;
    const key = `${file}#${name}`;
    if (Object.hasOwn(this.#named, key)) return key;
    const doc = docOf(this.#ts, declaration);
    const rest = doc === null ? {} : { doc };
    // A type may refer to itself while it is read.
    this.#named[key] = { name, shape: anyJson, ...rest };
    const shape = this.#ts.isTypeAliasDeclaration(declaration)
      ? this.#shape(declaration.type)
      : this.#interface(declaration, new Set());
    this.#named[key] = { name, shape, ...rest };
    if (endless(key, this.#named)) {
      const message = `\`${name}\` is defined by itself alone.`;
      this.#problems.note(declaration.name, "unsupported", message);
      this.#named[key] = { name, shape: anyJson, ...rest };
    }
    return key;
  }

  #interface(declaration: ts.InterfaceDeclaration, seen: ReadonlySet<ts.Node>): JsonShape {
    const parents = (declaration.heritageClauses ?? []).flatMap(({ types }) => [...types]);
    const inherited: JsonMember[] = [];
    for (const parent of parents) {
      for (const member of this.#inherited(parent, new Set([...seen, declaration]))) {
        const index = inherited.findIndex(({ name }) => name === member.name);
        if (index === -1) inherited.push(member);
        else inherited[index] = member;
      }
    }
    return this.#object(declaration.members, inherited, parents);
  }

  #inherited(parent: ts.ExpressionWithTypeArguments, seen: ReadonlySet<ts.Node>): readonly JsonMember[] {
    const { expression } = parent;
    if (!this.#ts.isIdentifier(expression) || parent.typeArguments !== undefined) {
      this.#problems.unsupported(parent);
      return [];
    }
    const declaration = this.#declaration(parent, expression);
    if (declaration === null) return [];
    if (
      typeof declaration !== "string" &&
      !seen.has(declaration) &&
      declaration.typeParameters === undefined
    ) {
      const shape = this.#ts.isInterfaceDeclaration(declaration)
        ? this.#interface(declaration, seen)
        : this.#shape(declaration.type);
      const target = shape.type === "reference" ? this.#named[shape.name]?.shape : shape;
      if (target?.type === "object") return target.members;
    }
    this.#problems.unsupported(
      parent,
      `\`${expression.text}\` is no object type that an interface can extend.`,
    );
    return [];
  }

  #isParameter(node: ts.Node, name: string): boolean {
    for (
      let scope: ts.Node = node;
      scope !== undefined && !this.#ts.isSourceFile(scope);
      scope = scope.parent
    ) {
      const parameters =
        "typeParameters" in scope ? (scope as ts.SignatureDeclaration).typeParameters : undefined;
      if (parameters?.some((parameter) => parameter.name.text === name)) return true;
    }
    return false;
  }
}
