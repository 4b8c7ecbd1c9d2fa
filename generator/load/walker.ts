import type { ts } from "ts-morph";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import type { Sources, Typescript } from "./sources.ts";

/** A step of the path: what to mark there, and the value in which the next step is sought. */
export interface Found {
  /** The name of a property or method, or an element. */
  readonly mark: ts.Node;
  readonly value: ts.Node;
}

/** Calls, constants and spreads nested deeper than this are not followed. */
const MAX_DEPTH = 50;

/** Follows a path of keys through literals, calls, constants, spreads and imports. */
export class Walker {
  readonly #ts: Typescript;
  readonly #sources: Sources;

  constructor(typescript: Typescript, sources: Sources) {
    this.#ts = typescript;
    this.#sources = sources;
  }

  /** The end of the path, or of as much of it as can be followed. */
  walk(config: ts.SourceFile, path: ConfigPath): Found {
    const root = this.#sources.exported(config, "default");
    if (root === null) return { mark: config.statements[0] ?? config, value: config };
    // With no key to mark, `defineConfig` marks the whole better than its many lines would.
    let found: Found = {
      mark: this.#ts.isCallExpression(root) ? root.expression : root,
      value: path.length === 0 ? config : root,
    };
    for (const key of path) {
      const next = this.#step(found.value, key, 0);
      if (next === null) break;
      found = next;
    }
    return found;
  }

  /** The literal (or name) with this text inside what was found, or in the constant that it names. */
  findText(found: Found, text: string): ts.Node | null {
    const search = (node: ts.Node): ts.Node | null => {
      if (this.#isText(node, text)) return node;
      return this.#ts.forEachChild(node, search) ?? null;
    };
    return search(found.value) ?? this.#through(found.value, search, 0);
  }

  #isText(node: ts.Node, text: string): boolean {
    return (this.#ts.isStringLiteralLike(node) || this.#ts.isIdentifier(node)) && node.text === text;
  }

  #through(node: ts.Node, search: (node: ts.Node) => ts.Node | null, depth: number): ts.Node | null {
    if (depth > MAX_DEPTH || !this.#ts.isIdentifier(node)) return null;
    const value = this.#sources.resolve(node);
    return value === null ? null : (search(value) ?? this.#through(value, search, depth + 1));
  }

  #step(node: ts.Node, key: string | number, depth: number): Found | null {
    if (depth > MAX_DEPTH) return null;
    const step = (next: ts.Node | null | undefined): Found | null =>
      next === null || next === undefined ? null : this.#step(next, key, depth + 1);
    const is = this.#ts;
    if (is.isObjectLiteralExpression(node)) return this.#property(node, key, depth);
    if (is.isArrayLiteralExpression(node)) return this.#element(node, key);
    if (is.isCallExpression(node)) return this.#call(node, key, depth);
    if (is.isIdentifier(node)) return step(this.#sources.resolve(node));
    if (is.isSourceFile(node)) {
      const value = this.#sources.exported(node, String(key));
      return value === null ? null : { mark: value, value };
    }
    if (is.isPropertyAccessExpression(node))
      return step(this.#step(node.expression, node.name.text, depth + 1)?.value);
    if (is.isElementAccessExpression(node)) {
      const index = node.argumentExpression;
      return is.isStringLiteralLike(index)
        ? step(this.#step(node.expression, index.text, depth + 1)?.value)
        : null;
    }
    if (
      is.isParenthesizedExpression(node) ||
      is.isAsExpression(node) ||
      is.isSatisfiesExpression(node) ||
      is.isNonNullExpression(node) ||
      is.isAwaitExpression(node)
    ) {
      return step(node.expression);
    }
    if (is.isConditionalExpression(node)) return step(node.whenTrue) ?? step(node.whenFalse);
    if (is.isBinaryExpression(node)) return step(node.left) ?? step(node.right);
    if (
      is.isArrowFunction(node) ||
      is.isFunctionExpression(node) ||
      is.isFunctionDeclaration(node) ||
      is.isMethodDeclaration(node)
    ) {
      return this.#returned(node.body, key, depth);
    }
    return null;
  }

  /** The last property of that name wins, as it does when the config runs; a spread is a place to look in. */
  #property(node: ts.ObjectLiteralExpression, key: string | number, depth: number): Found | null {
    for (const property of node.properties.toReversed()) {
      if (this.#ts.isSpreadAssignment(property)) {
        const found = this.#step(property.expression, key, depth + 1);
        if (found !== null) return found;
        continue;
      }
      if (this.#nameOf(property.name) !== String(key)) continue;
      if (this.#ts.isPropertyAssignment(property))
        return { mark: property.name, value: property.initializer };
      if (this.#ts.isShorthandPropertyAssignment(property))
        return { mark: property.name, value: this.#sources.resolve(property.name) ?? property.name };
      return { mark: property.name, value: property };
    }
    return null;
  }

  #nameOf(name: ts.PropertyName): string | null {
    const { expression } = this.#ts.isComputedPropertyName(name) ? name : { expression: name };
    if (this.#ts.isStringLiteralLike(expression) || this.#ts.isNumericLiteral(expression))
      return expression.text;
    return this.#ts.isIdentifier(name) ? name.text : null;
  }

  #element(node: ts.ArrayLiteralExpression, key: string | number): Found | null {
    const index = Number(key);
    const spread = node.elements.findIndex((element) => this.#ts.isSpreadElement(element));
    const element = node.elements[index];
    if (element === undefined || (spread !== -1 && spread <= index)) return null;
    return { mark: element, value: element };
  }

  /**
   * A chain such as `field.text().min(1)`: the method of that name. Else a call whose argument is the thing itself
   * or its options (`resource({…})`, `field.ref("users", {…})`), or a function of the user's that returns it.
   */
  #call(node: ts.CallExpression, key: string | number, depth: number): Found | null {
    const callee = node.expression;
    const name = this.#ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    if (this.#ts.isIdentifier(name) && methods(String(key)).includes(name.text))
      return { mark: name, value: node };
    const position = argumentOf[`${this.#ts.isIdentifier(name) ? name.text : ""}.${key}`];
    const stated = position === undefined ? undefined : node.arguments[position];
    if (stated !== undefined) return { mark: stated, value: stated };
    for (const argument of node.arguments) {
      const found = this.#step(argument, key, depth + 1);
      if (found !== null) return found;
    }
    if (this.#ts.isPropertyAccessExpression(callee)) {
      const found = this.#step(callee.expression, key, depth + 1);
      if (found !== null) return found;
    }
    return this.#ts.isIdentifier(callee) ? this.#step(callee, key, depth + 1) : null;
  }

  #returned(body: ts.Node | undefined, key: string | number, depth: number): Found | null {
    if (body === undefined) return null;
    if (!this.#ts.isBlock(body)) return this.#step(body, key, depth + 1);
    const visit = (node: ts.Node): Found | null => {
      if (this.#ts.isReturnStatement(node))
        return node.expression === undefined ? null : this.#step(node.expression, key, depth + 1);
      return this.#ts.isFunctionLike(node) ? null : (this.#ts.forEachChild(node, visit) ?? null);
    };
    return this.#ts.forEachChild(body, visit) ?? null;
  }
}

/** Arguments of the builders that become a property of the data. */
const argumentOf: Readonly<Record<string, number>> = {
  "custom.module": 0,
  "enum.values": 0,
  "ref.target": 0,
};

/** The methods of a field that set an option of its data. */
function methods(option: string): readonly string[] {
  return option === "format" ? ["email", "url"] : [option];
}
