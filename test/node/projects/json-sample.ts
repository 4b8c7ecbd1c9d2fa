import type { JsonShape, NamedJsonShape } from "../../../schema/json-shape.ts";

/** A value of the shape, as small as it can be. */
export function sampleOf(shape: JsonShape, types: readonly NamedJsonShape[]): unknown {
  switch (shape.type) {
    case "string":
      return "it's";
    case "number":
      return -1.25;
    case "boolean":
      return true;
    case "null":
      return null;
    case "json":
      return { any: ["thing", null] };
    case "literal":
      return shape.value;
    case "array":
      return [];
    case "tuple":
      return shape.items.map((item) => sampleOf(item, types));
    case "record":
      return { "some key": sampleOf(shape.values, types) };
    case "object":
      return Object.fromEntries(
        shape.members
          .filter(({ optional }) => !optional)
          .map((member) => [member.name, sampleOf(member.shape, types)]),
      );
    case "union": {
      const [first] = shape.shapes;
      if (first === undefined) throw new Error("a union of nothing");
      return sampleOf(first, types);
    }
    case "reference": {
      const type = types.find(({ name }) => name === shape.name);
      if (type === undefined) throw new Error(`there is no type ${shape.name}`);
      return sampleOf(type.shape, types);
    }
  }
}
