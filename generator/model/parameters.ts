/** The pass that holds every statement of a resource to the parameters that D1 takes. */
import { comparesCaller } from "./condition-terms.ts";
import type { Report } from "./report.ts";
import type { ResourceModel, Rule } from "./types.ts";

/** https://developers.cloudflare.com/d1/platform/limits/ */
const MAX_PARAMETERS = 100;

/** How often a rule binds the caller's id, or another field of the caller, at most: once for each comparison. */
function comparisons(rule: Rule): number {
  switch (rule.type) {
    case "owner":
      return 1;
    case "where":
      return comparesCaller(rule.condition);
    case "through":
      return comparisons(rule.rule);
    case "any":
    case "all":
      return rule.rules.reduce((sum, part) => sum + comparisons(part), 0);
    default:
      return 0;
  }
}

/** Columns of a result, less those that reads and writes add to the fields: readability, version and parent. */
const MAX_VISIBLE = 97;

/** Reports a resource whose widest statements, a replace, a read of all its fields and a subscription, would not run. */
export function checkParameters(resource: ResourceModel, report: Report): void {
  const { key, access, deletedAt } = resource;
  const fields = resource.fields.filter((field) => field !== deletedAt);
  const set = fields.filter((field) => field.generated !== "version" && field.kind !== "id").length;
  // The row's id, the read rule on the row before and once more on the row that is answered, and the update rule.
  const parameters = set + 1 + 2 * comparisons(access.read) + comparisons(access.update);
  const visible = resource.fields.filter(({ hidden }) => !hidden).length + resource.computed.fields.length;
  if (visible > MAX_VISIBLE) {
    report.error(
      "COV1210",
      ["resources", key],
      `\`${key}\` shows ${visible} fields; ${MAX_VISIBLE} are allowed, since a result has at most 100 columns.`,
    );
  }
  // A page of rows for a new subscriber takes its place in the table and in the change log, and the name of the table.
  const followed = comparisons(access.subscribe) + 3;
  if (followed > MAX_PARAMETERS) {
    const message = `Subscribing to \`${key}\` binds ${followed} parameters; ${MAX_PARAMETERS} are allowed.`;
    report.error("COV1210", ["resources", key, "live"], message, {
      fix: "Compare fewer fields with those of the caller in the access rules.",
    });
  }
  if (parameters <= MAX_PARAMETERS) return;
  const message = `Replacing a row of \`${key}\` with its ${fields.length} fields binds ${parameters} parameters; ${MAX_PARAMETERS} are allowed.`;
  report.error("COV1210", ["resources", key], message, {
    fix: "Move fields to a resource of their own or into a json field, or compare fewer of them in the access rules.",
  });
}
