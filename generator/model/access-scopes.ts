/** What the rules of each resource may refer to, across resources: fields, relations, and the read rules of others. */
import { type AccessScope, buildRule, type StatedAccess } from "./access.ts";
import { Report } from "./report.ts";
import type { Rule } from "./types.ts";

/** A resource as its rules see it. */
export type OwnScope = Pick<
  AccessScope,
  "key" | "fields" | "computed" | "softDelete" | "live" | "auth" | "relations"
> & {
  readonly stated: StatedAccess;
};

/** The scope of each resource by key. */
export function accessScopes(resources: readonly OwnScope[]): ReadonlyMap<string, AccessScope> {
  const scopes = new Map<string, AccessScope>();
  const known = new Map<string, Rule | null>();
  const pending = new Set<string>();

  /** Problems of the rule are reported where the resource itself is checked. */
  const readRule = (key: string): Rule | "endless" | null => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (pending.has(key)) return "endless";
    const scope = scopes.get(key);
    const stated = resources.find((resource) => resource.key === key)?.stated?.read;
    if (scope === undefined || stated === undefined) return { type: "nobody" };
    pending.add(key);
    const report = new Report();
    const rule = buildRule(stated, scope, "read", ["resources", key, "access", "read"], report);
    pending.delete(key);
    if (report.diagnostics.some(({ code }) => code === "COV1414")) return "endless";
    const kept: Rule | null =
      rule !== null && scope.softDelete ? { type: "all", rules: [{ type: "notDeleted" }, rule] } : rule;
    // What was found on the way round a cycle holds only there.
    if (pending.size === 0) known.set(key, kept);
    return kept;
  };

  for (const { stated: _, ...own } of resources) {
    scopes.set(own.key, { ...own, related: (key) => scopes.get(key) ?? null, readRule });
  }
  return scopes;
}
