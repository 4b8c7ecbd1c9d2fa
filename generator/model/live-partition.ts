/**
 * How the subscribers of a live resource are divided up. Where a rule lets somebody see only rows in which some field equals, say,
 * the caller's id, a change of a row concerns those callers whose id it has in that field, and nobody else need hear of it.
 */
import type { ResourceData } from "../../schema/data.ts";
import { quote, type Report, suggest } from "./report.ts";
import { type Residue, rolesOf, simplify } from "./residue.ts";
import type { ConditionModel, FieldModel, ResourceLiveModel, Rule } from "./types.ts";

/** Kinds whose values are written in one way only, so that equal values have equal names. */
const kinds: ReadonlySet<FieldModel["kind"]> = new Set(["id", "ref", "text", "enum", "integer", "boolean"]);

/**
 * Under each field of the user, the fields of the row of which at least one equals it in every row that the caller may see. What is
 * not known to hold is left out.
 */
type Ties = ReadonlyMap<string, ReadonlySet<string>>;

const untied: Ties = new Map();

/** The partition of a live resource: what it declares, else what its rule implies. */
export function buildPartition(
  key: string,
  { live, fields: stated }: ResourceData,
  fields: readonly FieldModel[],
  subscribe: Rule,
  report: Report,
): ResourceLiveModel | null {
  if (live === undefined || live === false) return null;
  if (live === true) return impliedPartition(subscribe, fields);
  const path = ["resources", key, "live", "by"];
  const usable = fields.filter(({ hidden, kind }) => !hidden && kinds.has(kind));
  const field = fields.find(({ name }) => name === live.by);
  if (field === undefined || !usable.includes(field)) {
    const why =
      field === undefined
        ? Object.hasOwn(stated, live.by)
          ? `a computed field of \`${key}\``
          : `not a field of \`${key}\``
        : field.hidden
          ? "a hidden field, which no filter can name"
          : `a field of kind ${field.kind}`;
    const known = usable.map(({ name }) => name);
    report.error(
      "COV1902",
      path,
      `\`live\` of \`${key}\` is divided up by ${quote(live.by)}, which is ${why}.`,
      {
        text: live.by,
        ...suggest(live.by, known, "Fields that can divide subscribers up"),
      },
    );
  }
  return { partition: [live.by], by: { type: "filter" } };
}

/** What the rule says about a caller who has none of the roles that it names. */
function impliedPartition(rule: Rule, fields: readonly FieldModel[]): ResourceLiveModel {
  const found = [...tiesOf(simplify(rule, { signedIn: true, role: null }), fields)];
  // The id tells most callers apart; fewer fields mean fewer copies of each change.
  const [best] = found.sort(
    ([left, a], [right, b]) => Number(right === "id") - Number(left === "id") || a.size - b.size,
  );
  if (best === undefined) return { partition: [], by: null };
  const [user, row] = best;
  const partition = fields.map(({ name }) => name).filter((name) => row.has(name));
  return { partition, by: { type: "user", field: user } };
}

/**
 * The roles whose members see rows beyond the partition that the user's field names, so that they have to hear of all rows. Empty
 * where the partition is none of the user's.
 */
export function rolesBeyondPartition(
  rule: Rule,
  { partition, by }: ResourceLiveModel,
  fields: readonly FieldModel[],
): string[] {
  if (by?.type !== "user") return [];
  return rolesOf(rule).filter((role) => {
    const residue = simplify(rule, { signedIn: true, role });
    if (residue === false) return false;
    const tied = tiesOf(residue, fields).get(by.field);
    return tied === undefined || [...tied].some((name) => !partition.includes(name));
  });
}

function tiesOf(residue: Residue, fields: readonly FieldModel[]): Ties {
  if (typeof residue === "boolean") return untied;
  switch (residue.type) {
    case "owner":
      return tie("id", residue.field, fields);
    case "where":
      return tiesOfCondition(residue.condition, fields);
    case "any":
      return inEach(residue.rules.map((part) => tiesOf(part, fields)));
    case "all":
      return inSome(residue.rules.map((part) => tiesOf(part, fields)));
    default:
      return untied;
  }
}

function tiesOfCondition(condition: ConditionModel, fields: readonly FieldModel[]): Ties {
  switch (condition.type) {
    case "compare":
      return condition.operator === "eq" && condition.value.type === "user"
        ? tie(condition.value.field, condition.field, fields)
        : untied;
    case "and":
      return inSome(condition.items.map((item) => tiesOfCondition(item, fields)));
    case "or":
      return inEach(condition.items.map((item) => tiesOfCondition(item, fields)));
    default:
      return untied;
  }
}

function tie(user: string, row: string, fields: readonly FieldModel[]): Ties {
  const field = fields.find(({ name }) => name === row);
  return field !== undefined && kinds.has(field.kind) ? new Map([[user, new Set([row])]]) : untied;
}

/** What holds where one of several conditions does, it is not known which. */
function inEach(parts: readonly Ties[]): Ties {
  const [first = untied, ...others] = parts;
  const kept = [...first].filter(([user]) => others.every((other) => other.has(user)));
  return new Map(
    kept.map(([user]) => [user, new Set(parts.flatMap((part) => [...(part.get(user) ?? [])]))] as const),
  );
}

/** What holds where all of several conditions do: of two ties to the same field, the one to fewer fields of the row. */
function inSome(parts: readonly Ties[]): Ties {
  const all = new Map<string, ReadonlySet<string>>();
  for (const [user, row] of parts.flatMap((part) => [...part])) {
    const known = all.get(user);
    if (known === undefined || row.size < known.size) all.set(user, row);
  }
  return all;
}
