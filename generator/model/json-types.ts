/** The pass over the types of JSON values: what fields hold, and the named types that they share. */
import type { ConfigData, FieldData } from "../../schema/data.ts";
import type { JsonShape, JsonTypeData, NamedJsonShape } from "../../schema/json-shape.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { authWays } from "./auth-ways.ts";
import { lowerFirst } from "./casing.ts";
import type { ResourceNames } from "./names.ts";
import type { Report } from "./report.ts";
import { reservedTypes } from "./reserved.ts";
import { isPlainObject } from "./shape.ts";

/** What the values of a field look like, with references by the names of types; null where they may be any JSON. */
export function shapeOf({ shape: type }: FieldData): JsonShape | null {
  return type === undefined || type.shape.type === "json" ? null : byName(type.shape, type.named);
}

/** The named types of all fields, each once, in the order in which the config comes to them. */
export function buildJsonTypes(
  config: ConfigData,
  resources: readonly ResourceNames[],
  report: Report,
): NamedJsonShape[] {
  const taken = typesOfResources(resources);
  const types = new Map<string, NamedJsonShape>();
  const values = new Map<string, string>();
  const reported = new Set<string>();
  for (const { data, path } of typedFields(config)) {
    checkType(data, path, reported, report);
    for (const { name, shape, ...rest } of Object.values(data.named)) {
      const type = { name, shape: byName(shape, data.named), ...rest };
      const known = types.get(name);
      if (known !== undefined) {
        if (!isEqual(known.shape, type.shape))
          collision(name, "two different types have that name", path, report);
        continue;
      }
      types.set(name, type);
      const owner = taken.get(name);
      const other = values.get(lowerFirst(name));
      if (owner !== undefined)
        collision(name, `the resource \`${owner}\` gives a type of that name`, path, report);
      else if (other !== undefined)
        collision(name, `it differs only in case from \`${other}\``, path, report);
      else if (reservedTypes.has(name) || name === "JsonValue")
        collision(name, "generated code needs that name itself", path, report);
      values.set(lowerFirst(name), name);
    }
  }
  return [...types.values()];
}

function collision(name: string, why: string, path: ConfigPath, report: Report): void {
  const message = `The type \`${name}\` cannot be generated: ${why}.`;
  report.error("COV1102", path, message, { text: name, fix: "Give the type another name." });
}

/** What `types.ts` declares for resources, and for which. */
function typesOfResources(resources: readonly ResourceNames[]): ReadonlyMap<string, string> {
  const suffixes = ["", "Create", "Update", "Replace"];
  return new Map(
    resources.flatMap(({ key, typeName }) =>
      suffixes.map((suffix) => [`${typeName}${suffix}`, key] as const),
    ),
  );
}

/** @param reported The places of problems so far: a type that several fields share has its problems once. */
function checkType(data: JsonTypeData, path: ConfigPath, reported: Set<string>, report: Report): void {
  for (const { reason, message, fix, position } of data.problems) {
    const place = `${position.file}:${position.line}:${position.column}`;
    if (reported.has(place)) continue;
    reported.add(place);
    report.error(reason === "unsupported" ? "COV1213" : "COV1214", path, message, { fix, position });
  }
  if (isNullable(data.shape, data.named)) {
    const name = path.filter((key) => key !== "resources" && key !== "fields").join(".");
    report.error("COV1215", path, `The type of \`${name}\` includes null.`);
  }
}

/** Whether the value as a whole may be null. */
function isNullable(shape: JsonShape | undefined, named: JsonTypeData["named"]): boolean {
  if (shape?.type === "union") return shape.shapes.some((part) => isNullable(part, named));
  return shape?.type === "reference" ? isNullable(named[shape.name]?.shape, named) : shape?.type === "null";
}

/** Every field of the config that states a type, wherever it stands. */
function typedFields(config: ConfigData): { readonly data: JsonTypeData; readonly path: ConfigPath }[] {
  const { resources, ...rest } = config;
  const places: [ConfigPath, unknown][] = [
    ...Object.entries(resources).flatMap(([key, { fields, procedures }]): [ConfigPath, unknown][] => [
      [["resources", key, "fields"], fields],
      [["resources", key, "procedures", "row"], procedures?.row],
      [["resources", key, "procedures", "rpc"], procedures?.rpc],
    ]),
    ...authWays(config).flatMap(({ data, path }): [ConfigPath, unknown][] => [
      [[...path, "user"], "user" in data ? data.user : undefined],
      [[...path, "data"], data.type === "session" ? data.data : undefined],
    ]),
    [["kv"], "kv" in rest ? rest.kv : undefined],
    ...Object.entries(rest.channels ?? {}).map(([key, { message }]): [ConfigPath, unknown] => [
      ["channels", key, "message"],
      message,
    ]),
  ];
  return places.flatMap(([path, value]) => fieldsIn(value, path));
}

function fieldsIn(
  value: unknown,
  path: ConfigPath,
): { readonly data: JsonTypeData; readonly path: ConfigPath }[] {
  if (!isPlainObject(value)) return [];
  const data = value.data;
  if (isPlainObject(data) && typeof data.kind === "string") {
    const { shape } = data as unknown as FieldData;
    return shape === undefined ? [] : [{ data: shape, path }];
  }
  return Object.entries(value).flatMap(([key, entry]) => fieldsIn(entry, [...path, key]));
}

/** The shape with references by the names of types instead of keys. */
function byName(shape: JsonShape, named: JsonTypeData["named"]): JsonShape {
  const inner = (part: JsonShape): JsonShape => byName(part, named);
  switch (shape.type) {
    case "array":
      return { ...shape, items: inner(shape.items) };
    case "tuple":
      return { ...shape, items: shape.items.map(inner) };
    case "object":
      return {
        ...shape,
        members: shape.members.map((member) => ({ ...member, shape: inner(member.shape) })),
      };
    case "record":
      return { ...shape, values: inner(shape.values) };
    case "union":
      return { ...shape, shapes: shape.shapes.map(inner) };
    case "reference":
      return { ...shape, name: named[shape.name]?.name ?? shape.name };
    default:
      return shape;
  }
}

/** Whether two shapes allow the same values in the same words, comments apart. */
function isEqual(a: JsonShape, b: JsonShape): boolean {
  const text = (shape: JsonShape): string =>
    JSON.stringify(shape, (key, value: unknown) => (key === "doc" ? undefined : value));
  return text(a) === text(b);
}
