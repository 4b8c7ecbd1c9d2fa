/** `json.ts`: zod validators of the named types of JSON values, and of what they are made of. */
import type { JsonShape } from "../../schema/json-shape.ts";
import type { AuthProvider, Model, StoreModel, UserFieldModel, ValueFieldModel } from "../model/types.ts";
import { channelFields } from "./channels.ts";
import { type Expression, layOut } from "./expression.ts";
import { inOrder, type SchemaScope, schemaOf, validatorName } from "./json-schema.ts";
import { parts } from "./json-type.ts";
import { procedureFields } from "./procedures.ts";
import { offers } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { fits } from "./text.ts";

/** Validators that several types share, by name. Each is written only where a type has asked for it. */
const helpers = {
  jsonValue: [
    "/** Any JSON. */",
    `export const jsonValue = z.custom<JsonValue>((value) => value !== undefined, "Must be a JSON value");`,
  ],
  dictionary: [
    "/** An object with any keys but `__proto__`, which zod would leave out without a word. */",
    "export const dictionary = <T extends z.ZodMiniType>(values: T) => {",
    "  const record = z.record(z.string(), values);",
    "  const accepted = z.custom<z.input<typeof record>>(",
    `    (value) => typeof value !== "object" || value === null || !Object.hasOwn(value, "__proto__"),`,
    `    "Must not have the key __proto__",`,
    "  );",
    "  return z.pipe(accepted, record);",
    "};",
  ],
} as const;

/** Null where no value that the Worker checks has a type that needs the file. */
export function emitJson(model: Model): string | null {
  const scope = new OwnScope(model);
  const shapes = checkedShapes(model);
  const alternatives = alternativesOf([...shapes, ...model.jsonTypes.map(({ shape }) => shape)]);
  const sections = inOrder(shapes, scope.types).map((name) => {
    const shape = scope.shape(name);
    // What is inferred of a deep type may be too much for TypeScript. Objects in unions need it, to be told apart.
    const type =
      shape.type === "object" && alternatives.has(name) ? "" : `: z.ZodMiniType<${scope.type(name)}>`;
    const lines = constant(`export const ${validatorName(name)}${type} =`, schemaOf(shape, scope));
    scope.declared.add(name);
    return [`/** A JSON value of type \`${name}\`. */`, ...lines];
  });
  // What stands in other files may need the helpers too.
  for (const shape of shapes) schemaOf(shape, scope);
  if (sections.length === 0 && scope.used.size === 0) return null;
  const { file } = scope;
  file.use("zod/mini", "* as z");
  if (scope.used.has("jsonValue")) file.useType("./types.js", "JsonValue");
  for (const name of ["jsonValue", "dictionary"] as const)
    if (scope.used.has(name)) file.section(...helpers[name]);
  for (const lines of sections) file.section(...lines);
  return file.toString();
}

/** The names of the types that stand in a union by themselves. */
function alternativesOf(shapes: readonly JsonShape[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (shape: JsonShape): void => {
    for (const part of parts(shape)) {
      if (shape.type === "union" && part.type === "reference") names.add(part.name);
      visit(part);
    }
  };
  for (const shape of shapes) visit(shape);
  return names;
}

/** What is long before the value leaves it a line of its own. */
function constant(head: string, value: Expression): string[] {
  const begin = typeof value !== "string" && value.type === "call" ? `${value.callee}([` : "";
  return fits(`${head} ${begin}`) ? [layOut(`${head} `, value, ";")] : [head, layOut("  ", value, ";")];
}

/** The validators as another file names them, which imports them. */
export function importedScope(file: SourceFile, { jsonTypes }: Pick<Model, "jsonTypes">): SchemaScope {
  const use = (name: string): string => file.use("./json.js", name);
  return {
    types: new Map(jsonTypes.map((type) => [type.name, type])),
    type: (name) => file.useType("./types.js", name),
    any: () => use("jsonValue"),
    dictionary: () => use("dictionary"),
    named: (name) => use(validatorName(name)),
    later: () => null,
  };
}

/** The shapes of what requests may set and of what stores hold. */
function checkedShapes(model: Model): JsonShape[] {
  const fields: readonly Pick<ValueFieldModel, "shape">[] = [
    ...model.resources
      .filter((resource) => offers(resource, "create") || offers(resource, "update"))
      .flatMap((resource) => resource.fields.filter(({ writable }) => writable)),
    ...procedureFields(model),
    ...channelFields(model),
    ...(model.kv?.stores ?? []).flatMap(storeFields),
    ...(model.auth?.providers ?? []).flatMap(claimFields),
  ];
  return fields.map(({ shape }) => shape).filter((shape) => shape !== null);
}

/** The fields of the user that a token tells. */
const claimFields = (provider: AuthProvider): readonly UserFieldModel[] =>
  provider.type === "jwt" ? (provider.claims ?? []).map(({ field }) => field) : [];

/** The fields of what a store holds. */
export function storeFields({ value, fields }: StoreModel): readonly ValueFieldModel[] {
  return fields ?? (value?.type === "field" ? [value.field] : (value?.fields ?? []));
}

/** The validators as the file itself names them: in functions, where they are declared further down. */
class OwnScope implements SchemaScope {
  readonly types: SchemaScope["types"];
  readonly file: SourceFile;
  readonly declared = new Set<string>();
  readonly used = new Set<keyof typeof helpers>();

  constructor({ jsonTypes }: Model) {
    this.types = new Map(jsonTypes.map((type) => [type.name, type]));
    // An imported type of such a name gets another one.
    this.file = new SourceFile([
      "z",
      ...Object.keys(helpers),
      ...jsonTypes.map(({ name }) => validatorName(name)),
    ]);
  }

  shape(name: string): JsonShape {
    return this.types.get(name)?.shape ?? { type: "json" };
  }

  type(name: string): string {
    return this.file.useType("./types.js", name);
  }

  any(): string {
    this.used.add("jsonValue");
    return "jsonValue";
  }

  dictionary(): string {
    this.used.add("dictionary");
    return "dictionary";
  }

  named(name: string): string {
    return validatorName(name);
  }

  later(name: string): string | null {
    return this.declared.has(name) ? null : this.type(name);
  }
}
