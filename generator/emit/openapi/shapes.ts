/** The JSON Schema of JSON values of a shape. */
import type { JsonMember, JsonShape, NamedJsonShape } from "../../../schema/json-shape.ts";
import type { Components } from "./components.ts";
import { type Node, node, some } from "./node.ts";

/** Any JSON but null. */
export const anyButNull: Node = { type: ["string", "number", "boolean", "array", "object"] };

/** Makes schemas of shapes; a named one is a component. */
export class Shapes {
  readonly #types: ReadonlyMap<string, NamedJsonShape>;
  readonly #components: Components;

  constructor(types: readonly NamedJsonShape[], components: Components) {
    this.#types = new Map(types.map((type) => [type.name, type]));
    this.#components = components;
  }

  schema(shape: JsonShape): Node {
    switch (shape.type) {
      case "json":
        return {};
      case "literal":
        return { const: shape.value };
      case "array":
        return { type: "array", items: this.schema(shape.items) };
      case "tuple":
        return node({
          type: "array",
          prefixItems: some(shape.items.map((item) => this.schema(item))),
          minItems: shape.items.length,
          maxItems: shape.items.length,
        });
      case "object":
        return this.#object(shape.members);
      case "record":
        return {
          type: "object",
          additionalProperties: this.schema(shape.values),
          propertyNames: { not: { const: "__proto__" } },
        };
      case "union":
        return this.#union(shape.shapes);
      case "reference":
        return this.#named(shape.name);
      default:
        return { type: shape.type };
    }
  }

  #named(name: string): Node {
    const type = this.#types.get(name);
    if (type === undefined) return {};
    return this.#components.schema(`json ${name}`, name, () => described(this.schema(type.shape), type.doc));
  }

  #object(members: readonly JsonMember[]): Node {
    const properties = members.map(({ name, shape, doc }) => [name, described(this.schema(shape), doc)]);
    return node({
      type: "object",
      required: some(members.filter(({ optional }) => optional !== true).map(({ name }) => name)),
      properties: properties.length === 0 ? undefined : Object.fromEntries(properties),
      additionalProperties: false,
    });
  }

  /** Literals, and null among them, are one list. */
  #union(shapes: readonly JsonShape[]): Node {
    const values = shapes.flatMap((shape) => (shape.type === "literal" ? [shape.value] : []));
    const others = shapes.filter(({ type }) => type !== "literal" && type !== "null");
    const isNullable = shapes.some(({ type }) => type === "null");
    if (others.length === 0) return { enum: [...values, ...(isNullable ? [null] : [])] };
    return {
      anyOf: [
        ...(values.length === 0 ? [] : [{ enum: values }]),
        ...others.map((shape) => this.schema(shape)),
        ...(isNullable ? [{ type: "null" }] : []),
      ],
    };
  }
}

const described = (schema: Node, doc: string | undefined): Node =>
  doc === undefined ? schema : { ...schema, description: doc };
