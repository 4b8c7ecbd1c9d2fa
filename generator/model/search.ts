/** The pass over `search`: the fields whose words are indexed, and what the index is called. */
import type { ConfigData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { computedNames } from "./computed.ts";
import type { ResourceNames } from "./names.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { FieldModel, ResourceModel, Rule, SearchFieldModel, SearchModel } from "./types.ts";

/** Names that FTS5 keeps for itself, and the one that the index has for the row's id. */
const keptNames: ReadonlySet<string> = new Set(["rank", "rowid", "row_id"]);

/** The search of one resource, or null where it declares none. */
export function buildSearch(
  { key, table }: ResourceNames,
  fields: readonly FieldModel[],
  config: ConfigData,
  report: Report,
): SearchModel | null {
  const stated = config.resources[key]?.search;
  if (stated === undefined) return null;
  const path = ["resources", key, "search"];
  const entries: readonly Entry[] = isList(stated)
    ? stated.map((name, place) => ({ name, weight: 1, path: [...path, place] }))
    : Object.entries(stated).map(([name, weight]) => ({ name, weight, path: [...path, name] }));
  if (entries.length === 0) {
    report.error("COV1310", path, `\`search\` of \`${key}\` lists no fields.`);
    return null;
  }
  const found: SearchFieldModel[] = [];
  for (const entry of entries) {
    const field = searchable(key, entry, fields, computedNames(config, key), report);
    if (field === null) continue;
    if (found.some(({ name }) => name === field.name)) {
      report.error("COV1310", entry.path, `\`search\` of \`${key}\` names \`${field.name}\` twice.`, {
        text: field.name,
      });
      continue;
    }
    found.push({
      name: field.name,
      column: field.column,
      // No column of a resource has a dot in its name, so this one is free.
      indexColumn: keptNames.has(field.column.toLowerCase()) ? `${field.column}.text` : field.column,
      weight: entry.weight,
    });
  }
  return { index: `${table}.search`, rows: `${table}.search_rows`, fields: found };
}

/** Reports a search that has no route, since nobody may read the rows. */
export function checkSearch({ key, search, access }: ResourceModel, report: Report): void {
  if (search === null || !isNobody(access.read)) return;
  const message = `\`search\` of \`${key}\` has no use: \`access\` lets nobody read the rows.`;
  report.error("COV1310", ["resources", key, "search"], message, {
    fix: "State a rule for `read`, or remove `search`.",
  });
}

function isNobody(rule: Rule): boolean {
  if (rule.type === "any") return rule.rules.every(isNobody);
  return rule.type === "all" ? rule.rules.some(isNobody) : rule.type === "nobody";
}

interface Entry {
  readonly name: string;
  readonly weight: number;
  readonly path: ConfigPath;
}

const isList = (stated: readonly string[] | Readonly<Record<string, number>>): stated is readonly string[] =>
  Array.isArray(stated);

function searchable(
  key: string,
  { name, weight, path }: Entry,
  fields: readonly FieldModel[],
  computed: readonly string[],
  report: Report,
): FieldModel | null {
  const candidates = fields.filter(({ kind, hidden }) => !hidden && (kind === "text" || kind === "enum"));
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined && computed.includes(name)) {
    const message = `\`search\` of \`${key}\` names \`${name}\`, which is computed: no index can hold it.`;
    report.error("COV1310", path, message, { text: name });
    return null;
  }
  if (field === undefined) {
    const details = suggest(
      name,
      candidates.map((candidate) => candidate.name),
      "Fields",
    );
    const message = `\`search\` of \`${key}\` names ${quote(name)}, which is not a field.`;
    report.error("COV1309", path, message, { text: name, ...details });
    return null;
  }
  const refuse = (why: string, fix?: string): null => {
    const message = `\`search\` of \`${key}\` names \`${name}\`, ${why}.`;
    report.error("COV1310", path, message, { text: name, ...(fix === undefined ? {} : { fix }) });
    return null;
  };
  if (field.hidden) return refuse("which is hidden: what is found would tell what it holds");
  if (!candidates.includes(field)) return refuse(`which holds ${noun(field.kind)} and no words`);
  if (!(weight > 0 && Number.isFinite(weight))) {
    return refuse(`and gives it the weight ${weight}`, "A weight is a number greater than 0; 1 is usual.");
  }
  return field;
}

function noun(kind: FieldModel["kind"]): string {
  if (kind === "json") return "JSON";
  return kind === "id" || kind === "integer" ? `an ${kind}` : `a ${kind === "ref" ? "reference" : kind}`;
}
