/** Which options a kind of field takes, and which options contradict each other. */
import type { FieldData, FieldKind } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { defaultProblem } from "./defaults.ts";
import { shapeOf } from "./json-types.ts";
import { quote, type Report } from "./report.ts";
import type { ValueFieldModel } from "./types.ts";

type Option = Exclude<keyof FieldData, "kind">;

const common = ["optional", "hidden", "readOnly", "renamedFrom"] as const;

/** What each kind takes. */
const allowed: Readonly<Record<FieldKind, readonly Option[]>> = {
  id: ["client", "renamedFrom"],
  version: ["renamedFrom"],
  text: [...common, "default", "min", "max", "format", "regex", "trim", "unique", "owner"],
  integer: [...common, "default", "min", "max", "unique"],
  number: [...common, "default", "min", "max", "unique"],
  boolean: [...common, "default"],
  enum: [...common, "default", "values", "unique"],
  json: [...common, "default", "shape"],
  timestamp: [...common, "default", "unique", "createdAt", "updatedAt"],
  ref: [...common, "unique", "owner", "target", "onDelete"],
};

/** Pairs that contradict each other, or of which the second has no effect, and why. */
const contradictions: readonly (readonly [Option, Option, string])[] = [
  ["createdAt", "updatedAt", "a field is one or the other"],
  ["createdAt", "default", "the server sets the value"],
  ["createdAt", "optional", "every row has the value"],
  ["createdAt", "readOnly", "requests can never set the value"],
  ["updatedAt", "default", "the server sets the value"],
  ["updatedAt", "optional", "every row has the value"],
  ["updatedAt", "readOnly", "requests can never set the value"],
  ["owner", "default", "the value is always the signed-in user"],
  ["owner", "optional", "every row has the signed-in user's id"],
  ["owner", "readOnly", "requests can never set the value"],
  ...(["min", "max", "format", "regex", "trim"] as const).map(
    (check) => ["owner", check, "the value is a user's id, which requests can never set"] as const,
  ),
  ["hidden", "readOnly", "requests can never set a hidden field"],
];

/** Reports every problem of one field that can be seen without looking at others. */
export function checkOptions(name: string, data: FieldData, path: ConfigPath, report: Report): void {
  const given = (Object.keys(data) as (keyof FieldData)[]).filter((key) => key !== "kind");
  for (const option of given) {
    if (allowed[data.kind].includes(option as Option)) continue;
    report.error(
      "COV1203",
      [...path, option],
      `A field of kind ${data.kind} takes no ${option}, as \`${name}\` has.`,
      {
        fix: `Remove it from \`${name}\`.`,
      },
    );
  }
  for (const [first, second, why] of contradictions) {
    if (data[first] === undefined || data[second] === undefined) continue;
    const message = `\`${name}\` is both ${first} and ${second}, but ${why}.`;
    report.error("COV1203", [...path, second], message, { fix: `Remove ${second}.` });
  }
  checkLimits(name, data, path, report);
  checkRegex(name, data, path, report);
  checkMembers(name, data, path, report);
  if (data.kind === "ref" && data.onDelete === "set null" && !data.optional) {
    report.error("COV1209", [...path, "onDelete"], `\`${name}\` is set to null on delete, but is required.`, {
      text: "set null",
    });
  }
  const problem = defaultProblem(data);
  if (problem !== null)
    report.error("COV1205", [...path, "default"], `The default of \`${name}\` ${problem}.`);
}

/** Reports a min or max that cannot be one. */
export function checkLimits(name: string, data: FieldData, path: ConfigPath, report: Report): void {
  for (const option of ["min", "max"] as const) {
    const limit = data[option];
    if (limit === undefined) continue;
    const wrong = (why: string): void =>
      report.error("COV1204", [...path, option], `The ${option} of \`${name}\` is ${limit}, which ${why}.`);
    if (data.kind === "text" && (!Number.isSafeInteger(limit) || limit < 0)) wrong("is no length");
    else if (data.kind === "integer" && !Number.isSafeInteger(limit)) wrong("is not a safe integer");
    else if (data.kind === "text" && option === "max" && limit === 0) wrong("leaves only the empty text");
  }
  if (data.min !== undefined && data.max !== undefined && data.min > data.max) {
    report.error(
      "COV1204",
      [...path, "min"],
      `The min of \`${name}\`, ${data.min}, is above its max, ${data.max}.`,
    );
  }
}

/** Reports a pattern that does not compile or has flags that checks cannot use. */
export function checkRegex(name: string, data: FieldData, path: ConfigPath, report: Report): void {
  if (data.regex === undefined) return;
  const { source, flags } = data.regex;
  const at = [...path, "regex"];
  if (/[^imsuv]/.test(flags)) {
    report.error("COV1207", at, `The pattern of \`${name}\` has the flags ${quote(flags)}.`, {
      fix: "Remove all flags but i, m, s, u and v.",
    });
    return;
  }
  try {
    new RegExp(source, flags);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report.error("COV1207", at, `The pattern of \`${name}\` does not compile: ${why}.`);
  }
}

/** Reports members that an enum cannot have. */
export function checkMembers(name: string, data: FieldData, path: ConfigPath, report: Report): void {
  if (data.kind !== "enum") return;
  const values = data.values ?? [];
  if (values.length === 0) report.error("COV1208", path, `The enum \`${name}\` has no members.`);
  values.forEach((value, index) => {
    const at = [...path, "values", index];
    if (value === "")
      report.error("COV1208", at, `The enum \`${name}\` has an empty member.`, { text: value });
    else if (/\0/.test(value) || !value.isWellFormed()) {
      report.error(
        "COV1208",
        at,
        `The member ${quote(value)} of \`${name}\` holds a NUL or a lone surrogate.`,
      );
    } else if (values.indexOf(value) !== index) {
      report.error("COV1208", at, `The enum \`${name}\` has the member ${quote(value)} twice.`, {
        text: value,
      });
    }
  });
}

/** What a field says of its values, whether they are kept in a column or in a store. */
export function valueModel(name: string, data: FieldData): ValueFieldModel {
  return {
    name,
    kind: data.kind,
    nullable: data.optional ?? false,
    min: data.min ?? null,
    max: data.max ?? null,
    format: data.format ?? null,
    regex: data.regex ?? null,
    trim: data.trim ?? false,
    values: data.values ?? [],
    shape: shapeOf(data),
  };
}
