/** The TypeScript type of JSON values of a shape, in the layout that the formatter leaves alone. */
import type { JsonMember, JsonShape, NamedJsonShape } from "../../schema/json-shape.ts";
import { fits, propertyName, quote } from "./text.ts";

/** The name under which a named type is written: its own, or what an import calls it. */
export type TypeName = (name: string) => string;

const ownName: TypeName = (name) => name;

/**
 * The type, broken over lines where it does not fit.
 *
 * @param before What stands on the line before the type, indentation and the space included.
 * @param after What follows the type on its last line.
 * @returns all of it, `before` and `after` included.
 */
export function typed(before: string, shape: JsonShape, after: string, nameOf: TypeName = ownName): string {
  return new TypePrinter(nameOf).print(before, shape, after);
}

/** The type on one line, which may be long. */
export const inlineType = (shape: JsonShape, nameOf: TypeName = ownName): string =>
  new TypePrinter(nameOf).inline(shape);

/** The names of other types that the type needs: `JsonValue` among them for any JSON. */
export function typeNames(shape: JsonShape | null): readonly string[] {
  if (shape === null || shape.type === "json") return ["JsonValue"];
  return shape.type === "reference" ? [shape.name] : [...new Set(parts(shape).flatMap(typeNames))];
}

/** The shapes that a shape is made of. */
export function parts(shape: JsonShape): readonly JsonShape[] {
  switch (shape.type) {
    case "array":
      return [shape.items];
    case "tuple":
      return shape.items;
    case "object":
      return shape.members.map((member) => member.shape);
    case "record":
      return [shape.values];
    case "union":
      return shape.shapes;
    default:
      return [];
  }
}

/** The declaration of a named type, with its comment. */
export function declaration({ name, shape, doc }: NamedJsonShape, nameOf: TypeName = ownName): string[] {
  const head = doc === undefined ? [] : comment(doc, "");
  if (shape.type !== "object" || shape.members.length === 0)
    return [...head, typed(`export type ${name} = `, shape, ";", nameOf)];
  const members = new TypePrinter(nameOf).members(shape.members, "  ");
  return [...head, `export interface ${name} {`, ...members, "}"];
}

function comment(text: string, indent: string): string[] {
  const lines = text.split("\n");
  const line = `${indent}/** ${text} */`;
  if (lines.length === 1 && fits(line)) return [line];
  return [`${indent}/**`, ...lines.map((each) => `${indent} * ${each}`.trimEnd()), `${indent} */`];
}

class TypePrinter {
  readonly #nameOf: TypeName;

  constructor(nameOf: TypeName) {
    this.#nameOf = nameOf;
  }

  /** A union that is broken starts on a line of its own. */
  print(before: string, shape: JsonShape, after: string): string {
    const line = `${before}${this.inline(shape)}${after}`;
    if (!hasDoc(shape) && fits(line)) return line;
    const indent = /^ */.exec(before)?.[0] ?? "";
    if (shape.type === "union" && hugged(shape.shapes) === undefined)
      return `${before.trimEnd()}\n${this.#lines(shape.shapes, `${indent}  `)}${after}`;
    // What has no place to break at moves to the next line as a whole.
    if (before.endsWith("= ") && !isBreakable(shape))
      return `${before.trimEnd()}\n${indent}  ${this.inline(shape)}${after}`;
    return `${before}${this.#broken(shape, indent)}${after}`;
  }

  inline(shape: JsonShape): string {
    switch (shape.type) {
      case "json":
        return this.#nameOf("JsonValue");
      case "reference":
        return this.#nameOf(shape.name);
      case "literal":
        return typeof shape.value === "string" ? quote(shape.value) : String(shape.value);
      case "array":
        return `${readonly(shape)}${this.#element(shape.items)}[]`;
      case "tuple":
        return `${readonly(shape)}[${shape.items.map((item) => this.inline(item)).join(", ")}]`;
      case "object":
        if (shape.members.length === 0) return "Record<string, never>";
        return `{ ${shape.members.map((member) => `${head(member)}${this.inline(member.shape)}`).join("; ")} }`;
      case "record":
        return `{ [key: string]: ${this.inline(shape.values)} }`;
      case "union":
        return shape.shapes.map((part) => this.inline(part)).join(" | ");
      default:
        return shape.type;
    }
  }

  /** One line or more for each member. */
  members(members: readonly JsonMember[], indent: string): string[] {
    return members.flatMap((member) => [
      ...(member.doc === undefined ? [] : comment(member.doc, indent)),
      this.print(`${indent}${head(member)}`, member.shape, ";"),
    ]);
  }

  #element(items: JsonShape): string {
    const text = this.inline(items);
    return isCompound(items) ? `(${text})` : text;
  }

  #broken(shape: JsonShape, indent: string): string {
    switch (shape.type) {
      case "array": {
        const start = readonly(shape);
        if (!isCompound(shape.items)) return `${start}${this.#broken(shape.items, indent)}[]`;
        if (shape.items.type !== "union" || hugged(shape.items.shapes) !== undefined)
          return `${start}(${this.#broken(shape.items, indent)})[]`;
        return `${start}(\n${this.#lines(shape.items.shapes, `${indent}  `)}\n${indent})[]`;
      }
      case "tuple": {
        const items = shape.items.map((item) => this.#item(item, `${indent}  `, shape.items.length > 1));
        return `${readonly(shape)}[\n${items.join("\n")}\n${indent}]`;
      }
      case "object":
        if (shape.members.length === 0) return this.inline(shape);
        return `{\n${this.members(shape.members, `${indent}  `).join("\n")}\n${indent}}`;
      case "record":
        return `{\n${this.print(`${indent}  [key: string]: `, shape.values, ";")}\n${indent}}`;
      case "union":
        return shape.shapes.map((part) => this.#broken(part, indent)).join(" | ");
      default:
        return this.inline(shape);
    }
  }

  /** An element of a tuple that is broken: among others, a union stands in parentheses where it takes several lines. */
  #item(shape: JsonShape, indent: string, hasOthers: boolean): string {
    const line = `${indent}${this.inline(shape)},`;
    if (!hasDoc(shape) && fits(line)) return line;
    if (shape.type !== "union" || hugged(shape.shapes) !== undefined)
      return `${indent}${this.#broken(shape, indent)},`;
    if (!hasOthers) return `${this.#lines(shape.shapes, indent)},`;
    return `${indent}(\n${this.#lines(shape.shapes, `${indent}  `)}\n${indent}),`;
  }

  #lines(shapes: readonly JsonShape[], indent: string): string {
    // What a member of a union holds is indented beyond its bar.
    return shapes
      .map((part) => {
        const line = `${indent}| ${this.inline(part)}`;
        return !hasDoc(part) && fits(line) ? line : `${indent}| ${this.#broken(part, `${indent}  `)}`;
      })
      .join("\n");
  }
}

const readonly = (shape: { readonly readonly?: true }): string => (shape.readonly ? "readonly " : "");

const head = (member: JsonMember): string =>
  `${readonly(member)}${propertyName(member.name)}${member.optional ? "?" : ""}: `;

/** Whether an array of it needs parentheses. */
const isCompound = (shape: JsonShape): boolean =>
  shape.type === "union" || ((shape.type === "array" || shape.type === "tuple") && shape.readonly === true);

/** The one object of a union that is otherwise null: the formatter keeps its braces on the line. */
const hugged = (shapes: readonly JsonShape[]): JsonShape | undefined => {
  const objects = shapes.filter(isBraced);
  return objects.length === 1 && shapes.every((shape) => isBraced(shape) || shape.type === "null")
    ? objects[0]
    : undefined;
};

const isBraced = (shape: JsonShape): boolean =>
  shape.type === "record" || (shape.type === "object" && shape.members.length > 0);

const isBreakable = (shape: JsonShape): boolean =>
  isBraced(shape) || shape.type === "union" || shape.type === "tuple" || parts(shape).some(isBreakable);

/** Comments stand on lines of their own. */
const hasDoc = (shape: JsonShape): boolean =>
  (shape.type === "object" && shape.members.some(({ doc }) => doc !== undefined)) ||
  parts(shape).some(hasDoc);
