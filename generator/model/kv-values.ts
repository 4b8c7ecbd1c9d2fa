/** What stores hold: which kinds and methods of a field mean something outside a table. */
import type { FieldData, FieldKind, StoreValueData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { checkLimits, checkMembers, checkRegex, valueModel } from "./field-options.ts";
import { checkName } from "./names.ts";
import type { Report } from "./report.ts";
import type { StoreValueModel, ValueFieldModel } from "./types.ts";

/** What the kinds that a store can hold take. */
const allowed: Readonly<Partial<Record<FieldKind, readonly (keyof FieldData)[]>>> = {
  text: ["min", "max", "format", "regex", "trim"],
  integer: ["min", "max"],
  number: ["min", "max"],
  boolean: [],
  enum: ["values"],
  json: ["shape"],
  timestamp: [],
};

const plain: ValueFieldModel = {
  name: "value",
  kind: "text",
  nullable: false,
  min: null,
  max: null,
  format: null,
  regex: null,
  trim: false,
  values: [],
  shape: null,
};

type FieldsData = Readonly<Record<string, { readonly data: FieldData }>>;

/** What is made of fields outside a table, and the code of a field that does not fit there. */
const holders = {
  store: { what: "A store", code: "COV1606", missing: "a key or field that is missing says so already" },
  procedure: { what: "A procedure", code: "COV1709", missing: "" },
  message: { what: "A message", code: "COV2102", missing: "" },
  parameter: { what: "A parameter", code: "COV2102", missing: "a room without one has another path" },
} as const;

export type Holder = keyof typeof holders;

/** A value, text where none is stated. */
export function buildValue(
  value: StoreValueData | undefined,
  path: ConfigPath,
  report: Report,
): StoreValueModel {
  if (value === undefined) return { type: "field", field: plain };
  if (isField(value)) {
    return { type: "field", field: buildValueField("value", value.data, false, path, report) };
  }
  return { type: "object", fields: buildValueFields(value, true, path, report) };
}

/** An object may have a field called `data`, which holds a field and not a field's data. */
function isField(value: StoreValueData): value is { readonly data: FieldData } {
  return "data" in value && "kind" in value.data;
}

/** @param optional Whether a field may be null: JSON can say so, and a field of a hash is simply not there. */
export function buildValueFields(
  fields: FieldsData,
  optional: boolean,
  path: ConfigPath,
  report: Report,
  holder: Holder = "store",
): ValueFieldModel[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) {
    report.error("COV1502", path, `\`${path.join(".")}\` has no fields.`, {
      fix: "Declare at least one, or remove it.",
    });
  }
  return entries.flatMap(([name, { data }]) =>
    checkName(name, "field", [...path, name], report)
      ? [buildValueField(name, data, optional, [...path, name], report, holder)]
      : [],
  );
}

function buildValueField(
  name: string,
  data: FieldData,
  optional: boolean,
  path: ConfigPath,
  report: Report,
  holder: Holder = "store",
): ValueFieldModel {
  const { what, code, missing } = holders[holder];
  const takes = allowed[data.kind];
  if (takes === undefined) {
    const fix = data.kind === "ref" || data.kind === "id" ? "Use field.text()." : "Use field.integer().";
    report.error(code, path, `${what} cannot hold a field of kind ${data.kind}.`, { fix });
  } else {
    for (const option of Object.keys(data) as (keyof FieldData)[]) {
      if (option === "kind" || takes.includes(option) || (option === "optional" && optional)) continue;
      const why = option === "optional" ? missing : "there is no row";
      const message = `\`${option}\` means nothing in ${what.toLowerCase()}: ${why}.`;
      report.error(code, [...path, option], message, { fix: `Remove ${option}.` });
    }
    checkLimits(name, data, path, report);
    checkRegex(name, data, path, report);
    checkMembers(name, data, path, report);
  }
  return valueModel(name, data);
}
