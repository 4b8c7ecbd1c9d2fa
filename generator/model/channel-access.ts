/** Who may listen to the rooms of a channel, and who may publish in them. */
import { ruleBuilder } from "../../schema/access.ts";
import type { ChannelData } from "../../schema/data.ts";
import { type AccessScope, buildRule } from "./access.ts";
import { isPublic, warnOfNever } from "./access-review.ts";
import { quote, type Report, suggest } from "./report.ts";
import { isPlainObject } from "./shape.ts";
import type { AuthModel, ChannelAccessModel, FieldModel, Rule, ValueFieldModel } from "./types.ts";

/** The rules of a channel, with what is wrong with them reported. */
export function buildChannelAccess(
  key: string,
  data: ChannelData,
  params: readonly ValueFieldModel[],
  auth: AuthModel | null,
  report: Report,
): ChannelAccessModel {
  const path = ["channels", key, "access"];
  const rules: { -readonly [Name in keyof ChannelAccessModel]: Rule } = {
    subscribe: { type: "nobody" },
    publish: { type: "nobody" },
  };
  const stated = evaluate(key, data.access, report);
  if (stated === null) return rules;
  for (const [name, value] of Object.entries(stated)) {
    if (name !== "subscribe" && name !== "publish") {
      const message = `\`${key}\` states access for ${quote(name)}, which is not an operation of channels.`;
      report.error("COV1403", [...path, name], message, suggest(name, Object.keys(rules), "Operations"));
      continue;
    }
    const rule =
      value === undefined
        ? null
        : buildRule(value, ruleScope(key, params, auth), name, [...path, name], report);
    if (rule === null) continue;
    rules[name] = rule;
    warnOfNever(rule, `\`${name}\` of \`${key}\``, [...path, name], report);
  }
  if (isPublic(rules.publish)) {
    report.warning("COV1409", [...path, "publish"], `Anyone may publish in \`${key}\`, without signing in.`);
  }
  return rules;
}

/** What the function gives, or null where it gives nothing to go on with. */
function evaluate(key: string, access: unknown, report: Report): Readonly<Record<string, unknown>> | null {
  const path = ["channels", key, "access"];
  const fix = "Write `access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() })`.";
  if (access === undefined) {
    const message = `\`${key}\` does not state who may listen and who may publish.`;
    report.error("COV1401", ["channels", key], message, { fix });
    return null;
  }
  if (typeof access !== "function") {
    report.error("COV1402", path, `\`access\` of \`${key}\` is not a function.`, { fix });
    return null;
  }
  try {
    const result: unknown = access(ruleBuilder);
    if (isPlainObject(result)) return result;
    report.error("COV1402", path, `\`access\` of \`${key}\` returns no object of rules.`, { fix });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report.error("COV1402", path, `\`access\` of \`${key}\` threw: ${why}.`);
  }
  return null;
}

/** The parameters are the row. */
const ruleScope = (key: string, params: readonly ValueFieldModel[], auth: AuthModel | null): AccessScope => ({
  key,
  fields: params.map(asRowField),
  computed: [],
  softDelete: false,
  live: false,
  auth,
  relations: [],
  related: () => null,
  readRule: () => null,
});

/** A parameter as what rules look at. It has no column. */
export const asRowField = (field: ValueFieldModel): FieldModel => ({
  ...field,
  column: field.name,
  renamedFrom: null,
  storage: "TEXT",
  generated: null,
  writable: false,
  clientId: false,
  hidden: false,
  unique: false,
  reference: null,
});
