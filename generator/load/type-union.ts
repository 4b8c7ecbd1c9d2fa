import type { JsonShape, NamedJsonShape } from "../../schema/json-shape.ts";

/** The union of shapes in its shortest form, in the order given. */
export function unionOf(shapes: readonly JsonShape[]): JsonShape {
  const flat = shapes.flatMap((shape) => (shape.type === "union" ? shape.shapes : [shape]));
  if (flat.some(({ type }) => type === "json")) return { type: "json" };
  const has = (value: boolean): boolean =>
    flat.some((shape) => shape.type === "boolean" || (shape.type === "literal" && shape.value === value));
  const isBoolean = has(true) && has(false);
  const parts = new Map<string, JsonShape>();
  for (const shape of flat) {
    const part = isBoolean && isTruthValue(shape) ? ({ type: "boolean" } as const) : shape;
    const covered = part.type === "literal" && flat.some(({ type }) => type === typeof part.value);
    if (!covered) parts.set(JSON.stringify(part), part);
  }
  const [first, ...more] = parts.values();
  if (first === undefined) throw new Error("a union of nothing");
  return more.length === 0 ? first : { type: "union", shapes: [first, ...more] };
}

function isTruthValue(shape: JsonShape): boolean {
  return shape.type === "literal" && typeof shape.value === "boolean";
}

/** Whether a named shape leads back to itself without an array or object on the way. */
export function endless(key: string, named: Readonly<Record<string, NamedJsonShape>>): boolean {
  const seen = new Set<string>();
  const leads = (shape: JsonShape | undefined): boolean => {
    if (shape?.type === "union") return shape.shapes.some(leads);
    if (shape?.type !== "reference") return false;
    if (shape.name === key) return true;
    if (seen.has(shape.name)) return false;
    seen.add(shape.name);
    return leads(named[shape.name]?.shape);
  };
  return leads(named[key]?.shape);
}
