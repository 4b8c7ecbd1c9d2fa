/**
 * The type arguments of `json<T>()`. The bundler drops them as it drops all types, so each call gets what its
 * argument says as a value: `field.json<Meta>()` becomes `field.json($0)`, and `$0` a function that returns the shape.
 * Wherever the field then goes, through helpers, constants and spreads, its shape goes with it.
 */
import { createRequire } from "node:module";
import path from "node:path";
import type { ts } from "ts-morph";
import type { JsonTypeData } from "../../schema/json-shape.ts";
import { Sources, type Typescript } from "./sources.ts";
import { TypeNames } from "./type-names.ts";
import { TypeReader } from "./type-shape.ts";

/** Text that may hold such a call. Importing the parser takes longer than all the rest, so the others do without. */
const MAY_CALL = /\bjson\s*(?:\/\*[\s\S]*?\*\/\s*)?</;

interface Parser {
  readonly ts: Typescript;
  readonly sources: Sources;
  readonly names: TypeNames;
}

export class JsonCalls {
  readonly #folder: string;
  readonly #shapes: { readonly name: string; readonly data: JsonTypeData }[] = [];
  #parser: Parser | null = null;

  /** @param folder Absolute path of the folder of the config. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Absolute paths of the files that types were sought in, besides those of the calls. */
  get inputs(): readonly string[] {
    return [...(this.#parser?.names.inputs ?? [])];
  }

  /** The source with the arguments added, every other character at its place; null where there is no such call. */
  rewrite(file: string, text: string): string | null {
    if (!MAY_CALL.test(text)) return null;
    const { ts: is, sources, names } = this.#start();
    const source = sources.read(file);
    if (source === null) return null;
    const calls: { readonly call: ts.CallExpression; readonly name: string }[] = [];
    const visit = (node: ts.Node): void => {
      const type = is.isCallExpression(node) ? jsonType(is, node) : undefined;
      if (is.isCallExpression(node) && type !== undefined) {
        const data = new TypeReader(is, names, this.#folder).read(type);
        const isKnown = data.shape.type !== "json" || data.problems.length > 0;
        if (isKnown) calls.push({ call: node, name: this.#add(data, source.text) });
      }
      is.forEachChild(node, visit);
    };
    visit(source);
    let result = source.text;
    for (const { call, name } of calls.toReversed()) {
      const start = call.expression.end;
      result =
        result.slice(0, start) + argument(result.slice(start, call.end), name) + result.slice(call.end);
    }
    return calls.length === 0 ? null : result;
  }

  /** The bundle with the functions that the added arguments name. Declarations are hoisted, so they stand at the end. */
  complete(code: string): string {
    if (this.#shapes.length === 0) return code;
    const functions = this.#shapes.map(
      ({ name, data }) => `function ${name}() { return ${JSON.stringify(data)}; }\n`,
    );
    const end = code.lastIndexOf("//# sourceMappingURL=");
    return code.slice(0, end) + functions.join("") + code.slice(end);
  }

  #start(): Parser {
    if (this.#parser === null) {
      const { ts: typescript } = createRequire(import.meta.url)("ts-morph") as { readonly ts: Typescript };
      const sources = new Sources(typescript);
      this.#parser = { ts: typescript, sources, names: new TypeNames(typescript, sources) };
    }
    return this.#parser;
  }

  /** A name that the file does not use. */
  #add(data: JsonTypeData, text: string): string {
    let name = `$${this.#shapes.length}`;
    while (text.includes(name)) name = `$${name}`;
    this.#shapes.push({ name, data });
    return name;
  }
}

/** The type argument of `json<T>()`, by whatever name `field` goes. */
function jsonType(is: Typescript, call: ts.CallExpression): ts.TypeNode | undefined {
  const { expression, typeArguments, arguments: values } = call;
  const callee = is.isPropertyAccessExpression(expression) ? expression.name : expression;
  if (!is.isIdentifier(callee) || callee.text !== "json" || values.length > 0) return undefined;
  return typeArguments?.length === 1 ? typeArguments[0] : undefined;
}

/** What replaces `<T>()`: as long, and with line breaks at the same places, so that positions stay what they are. */
function argument(replaced: string, name: string): string {
  const lead = `(${name}`;
  const blank = replaced.replace(/[^\r\n]/g, " ");
  const firstLine = blank.search(/[\r\n]/);
  const skipped = firstLine === -1 ? lead.length : Math.min(lead.length, firstLine);
  return `${lead}${blank.slice(skipped, -1)})`;
}

/** The loader that esbuild uses for a file of that name. */
export const loaderOf = (file: string): "ts" | "tsx" => (path.extname(file) === ".tsx" ? "tsx" : "ts");
