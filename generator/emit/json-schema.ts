/** The zod validator of JSON values of a shape. */
import type { JsonMember, JsonShape, NamedJsonShape } from "../../schema/json-shape.ts";
import { lowerFirst } from "../model/casing.ts";
import { array, arrow, call, type Expression, literalArray, object } from "./expression.ts";
import { parts } from "./json-type.ts";
import { quote } from "./text.ts";

/** The constant with the validator of a named type. */
export const validatorName = (type: string): string => `${lowerFirst(type)}Schema`;

/** What a validator is made of besides zod. Each asks for what it names to be declared or imported. */
export interface SchemaScope {
  /** The named types, by name. */
  readonly types: ReadonlyMap<string, NamedJsonShape>;
  /** A type of `types.ts`. */
  type(name: string): string;
  /** The validator of any JSON, null included. */
  any(): string;
  /** The function that makes the validator of an object with any keys. */
  dictionary(): string;
  /** The validator of a named type. */
  named(name: string): string;
  /** Whether that validator is declared further down, so that it can only be named in a function; its type then. */
  later(name: string): string | null;
}

/** The validator as an expression, to be laid out by `layOut`. */
export function schemaOf(shape: JsonShape, scope: SchemaScope): Expression {
  const inner = (part: JsonShape): Expression => schemaOf(part, scope);
  switch (shape.type) {
    case "json":
      return scope.any();
    case "literal":
      return call("z.literal", [literal(shape.value)]);
    case "array":
      return call("z.array", [inner(shape.items)]);
    case "tuple":
      return call("z.tuple", [array(shape.items.map(inner))]);
    case "object":
      return call("z.strictObject", [
        object(shape.members.map((member) => [member.name, memberSchema(member, scope)])),
      ]);
    case "record":
      return call(scope.dictionary(), [inner(shape.values)]);
    case "union":
      return union(shape.shapes, scope);
    case "reference": {
      const type = scope.later(shape.name);
      const name = scope.named(shape.name);
      return type === null ? name : call("z.lazy", [arrow(`(): z.ZodMiniType<${type}> =>`, name)]);
    }
    default:
      return `z.${shape.type}()`;
  }
}

/** A missing member is not the same as one that is `undefined`, which JSON does not know. */
function memberSchema({ shape, optional }: JsonMember, scope: SchemaScope): Expression {
  const schema = schemaOf(shape, scope);
  return optional ? call("z.exactOptional", [schema]) : schema;
}

/** Null is set apart and alternatives are told apart by a member where one does: so that errors name their place. */
function union(shapes: readonly JsonShape[], scope: SchemaScope): Expression {
  if (shapes.some(({ type }) => type === "null")) {
    const others = shapes.filter(({ type }) => type !== "null");
    const [only] = others;
    return call("z.nullable", [
      only !== undefined && others.length === 1 ? schemaOf(only, scope) : union(others, scope),
    ]);
  }
  const values = shapes.flatMap((shape) => (shape.type === "literal" ? [shape.value] : []));
  const others = shapes.filter(({ type }) => type !== "literal").map((shape) => schemaOf(shape, scope));
  if (values.length > 0) {
    const only =
      values.every((value) => typeof value === "string") && values.length > 1 ? "z.enum" : "z.literal";
    const [first = ""] = values;
    const known = call(only, [values.length === 1 ? literal(first) : literalArray(values.map(literal))]);
    return others.length === 0 ? known : call("z.union", [array([known, ...others])]);
  }
  const tag = discriminator(shapes, scope);
  return tag === null
    ? call("z.union", [array(others)])
    : call("z.discriminatedUnion", [quote(tag), array(others)]);
}

const literal = (value: string | number | boolean): string =>
  typeof value === "string" ? quote(value) : String(value);

/** A member that every alternative requires, and whose literal values differ from one to the next; or null. */
function discriminator(shapes: readonly JsonShape[], scope: SchemaScope): string | null {
  const alternatives = shapes.map((shape) => membersOf(shape, scope));
  const [first] = alternatives;
  const usable = first?.find(({ name }) => {
    const values = alternatives.map((members) => tags(members?.find((member) => member.name === name)));
    const all = values.flat();
    return values.every((own) => own.length > 0) && new Set(all).size === all.length;
  });
  return usable?.name ?? null;
}

function membersOf(shape: JsonShape, scope: SchemaScope): readonly JsonMember[] | null {
  if (shape.type === "object") return shape.members;
  if (shape.type !== "reference" || scope.later(shape.name) !== null) return null;
  const target = scope.types.get(shape.name);
  return target?.shape.type === "object" ? target.shape.members : null;
}

function tags(member: JsonMember | undefined): readonly (string | number | boolean)[] {
  if (member === undefined || member.optional) return [];
  const shapes = member.shape.type === "union" ? member.shape.shapes : [member.shape];
  const values = shapes.flatMap((shape) => (shape.type === "literal" ? [shape.value] : []));
  return values.length === shapes.length ? values : [];
}

/** The names of the types that shapes need, each after those it needs itself, as far as they do not need each other. */
export function inOrder(
  shapes: readonly JsonShape[],
  types: ReadonlyMap<string, NamedJsonShape>,
): readonly string[] {
  const seen = new Set<string>();
  const order: string[] = [];
  const visit = (shape: JsonShape): void => {
    if (shape.type === "reference" && !seen.has(shape.name)) {
      seen.add(shape.name);
      const target = types.get(shape.name);
      if (target === undefined) return;
      visit(target.shape);
      order.push(shape.name);
    }
    for (const part of parts(shape)) visit(part);
  };
  for (const shape of shapes) visit(shape);
  return order;
}
