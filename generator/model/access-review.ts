/** Warnings about access rules that are legal but hardly meant. */
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import type { Report } from "./report.ts";
import { isNever } from "./residue.ts";
import type { AccessModel, Rule } from "./types.ts";

/** Looks at the rules of one resource. @param stated What `access` returned. */
export function review(
  key: string,
  rules: AccessModel,
  stated: Readonly<Record<string, unknown>>,
  report: Report,
): void {
  const path = ["resources", key, "access"];
  for (const operation of ["create", "update", "delete"] as const) {
    if (isPublic(rules[operation])) {
      report.warning(
        "COV1409",
        [...path, operation],
        `Anyone may ${operation} \`${key}\`, without signing in.`,
      );
    }
  }
  for (const operation of ["read", "create", "update", "delete", "readDeleted"] as const) {
    warnOfNever(rules[operation], `\`${operation}\` of \`${key}\``, [...path, operation], report);
  }
  for (const operation of ["update", "delete", "readDeleted"] as const) {
    if (rules[operation].type === "nobody" || rules.read.type !== "nobody") continue;
    // A rule for read that was refused has its own diagnostic.
    if (stated.read !== undefined && (stated.read as Rule).type !== "nobody") continue;
    report.warning(
      "COV1408",
      [...path, operation],
      `\`${key}\` states who may ${operation}, but nobody may read it.`,
    );
  }
}

/** Warns of a rule that lets nobody through and does not say so. @param what What it is the rule of. */
export function warnOfNever(rule: Rule, what: string, path: ConfigPath, report: Report): void {
  if (rule.type === "nobody" || !isNever(rule)) return;
  report.warning(
    "COV1415",
    path,
    `The rule for ${what} holds for nobody, whoever calls and whatever the row.`,
  );
}

/** Whether everybody passes. */
export function isPublic(rule: Rule): boolean {
  if (rule.type === "any") return rule.rules.some(isPublic);
  if (rule.type === "all") return rule.rules.every(isPublic);
  return rule.type === "public";
}
