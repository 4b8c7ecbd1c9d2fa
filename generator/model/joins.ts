/** The pass over the resources that join others: what nobody may read joins nothing that anybody could see. */
import type { Report } from "./report.ts";
import type { ResourceModel, Rule } from "./types.ts";

/** Warns of relations from many to many that no request can follow, although both of their ends can be read. */
export function checkJoins(resources: readonly ResourceModel[], report: Report): void {
  const closed = new Set(resources.filter(({ access }) => isClosed(access.read)).map(({ key }) => key));
  for (const { key, relations } of resources) {
    if (closed.has(key)) continue;
    for (const relation of relations) {
      if (relation.type !== "manyToMany" || closed.has(relation.target) || !closed.has(relation.through))
        continue;
      const path = ["resources", key, "relations", relation.name];
      const message = `\`${key}.${relation.name}\` can never be included: nobody may read \`${relation.through}\`, which joins the two.`;
      report.warning("COV1312", path, message);
    }
  }
}

/** Whether a rule lets nobody through, whoever it is. */
function isClosed(rule: Rule): boolean {
  if (rule.type === "any") return rule.rules.every(isClosed);
  if (rule.type === "all") return rule.rules.some(isClosed);
  return rule.type === "nobody";
}
