/** What a filter may say of the fields of a resource. */
import type { FilterKind } from "../../../runtime/query/filter/ast.ts";
import { operators, spellings } from "../../../runtime/query/filter/operators.ts";
import type { Model, ValueFieldModel } from "../../model/types.ts";
import type { Node } from "./node.ts";

/** What decides which operators a field has. */
function filterKind({ kind }: ValueFieldModel): FilterKind {
  switch (kind) {
    case "version":
      return "integer";
    case "id":
    case "ref":
      return "text";
    default:
      return kind;
  }
}

/** The operators of a kind of field, in all spellings. */
const operatorsOf = (kind: FilterKind): string[] =>
  [...spellings].filter(([, { name }]) => isOn(operators[name].kinds, kind)).map(([spelling]) => spelling);

const isOn = (kinds: readonly FilterKind[], kind: FilterKind): boolean => kinds.includes(kind);

/** The description of a filter's parameter, in Markdown. */
export function filterDescription({ operators: own }: Model, fields: readonly ValueFieldModel[]): string {
  const byKind = Map.groupBy(fields, filterKind);
  const lines = [...byKind].map(
    ([kind, fields]) => `- ${names(fields)}: ${operatorsOf(kind).map(code).join(" ")}`,
  );
  return [
    "Which rows: conditions on fields such as `field==value`, joined by `;` (and), which binds tighter, and `,` (or), " +
      "with parentheses and `not(…)`. A value is a word, or text in double quotes; `(a,b)` is a list and `[low,high]` a range.",
    "",
    ...lines,
    ...(own === null ? [] : ["", "The application adds operators of its own."]),
  ].join("\n");
}

const code = (text: string): string => `\`${text}\``;
const names = (fields: readonly ValueFieldModel[]): string => fields.map(({ name }) => code(name)).join(", ");

/** One filter for each kind of field. */
export function filterExamples(fields: readonly ValueFieldModel[]): Node {
  const byKind = Map.groupBy(fields, filterKind);
  return Object.fromEntries(
    [...byKind].flatMap(([kind, [field]]) =>
      field === undefined ? [] : [[kind, { value: exampleOf(kind, field) }] as const],
    ),
  );
}

function exampleOf(kind: FilterKind, { name, values }: ValueFieldModel): string {
  switch (kind) {
    case "text":
      return `${name}=icontains="plan"`;
    case "enum":
      return `${name}=in=(${values.slice(0, 2).map(quoted).join(",")})`;
    case "integer":
    case "number":
      return `${name}>=1`;
    case "boolean":
      return `${name}==true`;
    case "timestamp":
      return `${name}>=2026-01-31`;
    case "json":
      return `${name}=isnull=false`;
  }
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
