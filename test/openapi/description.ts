/** An OpenAPI document as tests ask it: for the operations of a path, and whether a value fits a schema. */
import { type Schema, validate } from "@cfworker/json-schema";

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "header" | "path";
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Header {
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Response {
  readonly headers: Readonly<Record<string, Header>>;
  readonly content?: Content;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface Path {
  readonly template: string;
  readonly methods: Readonly<Record<string, Operation>>;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Where a value stands: it is a schema, holds schemas by name, or is a part of a schema that is made of several. */
type Place = "schema" | "names" | "part";

/**
 * A schema in which objects have no other members than those that it names. The document lets answers have more, so that
 * clients are ready for what comes later; a test wants to know of it.
 */
function closed(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item) => closed(item, place));
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => place === "names" || !["default", "examples"].includes(key))
      .map(([key, item]) => [key, keepsData(key, place) ? item : closed(item, placeOf(key, place))]),
  );
  const isOpen =
    ["$ref", "allOf", "properties"].some((key) => key in copy) && !("additionalProperties" in copy);
  return place === "schema" && isOpen ? { ...copy, unevaluatedProperties: false } : copy;
}

const keepsData = (key: string, place: Place): boolean =>
  place !== "names" && (key === "enum" || key === "const");

const placeOf = (key: string, place: Place): Place =>
  place === "names" ? "schema" : key === "properties" ? "names" : key === "allOf" ? "part" : "schema";

export class Description {
  readonly paths: readonly Path[];
  readonly #document: Json;
  /** Components by reference. Those that others are made of are closed where they are referred to. */
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #ready = new WeakMap<object, Schema>();

  constructor(document: object) {
    this.#document = document as Json;
    const { paths, components } = document as {
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, Schema> };
    };
    this.#schemas = Object.fromEntries(
      Object.entries(components.schemas).map(([name, schema]) => [
        `#/components/schemas/${name}`,
        closed(schema, "part") as Schema,
      ]),
    );
    this.paths = Object.entries(paths).map(([template, methods]) => ({ template, methods }));
  }

  /** The path that a request is about, and the values in it. A path without parameters goes before one with. */
  find(pathname: string): { readonly path: Path; readonly values: Readonly<Record<string, string>> } | null {
    const steps = pathname.split("/");
    const found = this.paths.filter(({ template }) => {
      const wanted = template.split("/");
      return (
        wanted.length === steps.length &&
        wanted.every((step, index) => (step.startsWith("{") ? steps[index] !== "" : step === steps[index]))
      );
    });
    const path = found.find(({ template }) => !template.includes("{")) ?? found[0];
    if (path === undefined) return null;
    const values = path.template
      .split("/")
      .flatMap((step, index) =>
        step.startsWith("{") ? [[step.slice(1, -1), steps[index] ?? ""] as const] : [],
      );
    return { path, values: Object.fromEntries(values) };
  }

  /** What a reference stands for. */
  resolve<T extends object>(value: T): T {
    if (!("$ref" in value)) return value;
    const steps = String(value.$ref).slice(2).split("/");
    return steps.reduce<unknown>((at, step) => (at as Json)[step], this.#document) as T;
  }

  /** What is wrong with a value; null where nothing is. */
  problem(value: unknown, schema: Schema): string | null {
    const ready = this.#ready.get(schema) ?? (closed(schema, "schema") as Schema);
    this.#ready.set(schema, ready);
    const { valid, errors } = validate(value, ready, "2020-12", { ...this.#schemas }, false);
    return valid
      ? null
      : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join(" ");
  }
}
