/** Who can call what, as far as the rules tell: which refusals an operation knows, and whether it needs an identity. */
import type { ResourceModel, Rule } from "../../model/types.ts";
import { dependsOnCaller, onDeleted, type Residue, rolesOf, simplify } from "../rule.ts";

const anonymous = { signedIn: false, role: null } as const;

/** What is left of a rule for each kind of signed-in caller that the rules tell apart. */
const signedIn = (rule: Rule, roles: readonly string[], settled: ReadonlySet<string>): Residue[] =>
  [null, ...roles].map((role) => simplify(rule, { signedIn: true, role }, settled));

const nothing: ReadonlySet<string> = new Set();

/** Whether somebody who is not signed in gets beyond the rule. */
export const isOpen = (rule: Rule): boolean => simplify(rule, anonymous) !== false;

/** Whether somebody who is not signed in can show deleted rows. */
export const isOpenWithDeleted = (rule: Rule): boolean => onDeleted(simplify(rule, anonymous)) !== false;

/** Whether some signed-in caller may show no deleted rows at all. */
export const isClosedToSome = (rule: Rule): boolean =>
  signedIn(rule, rolesOf(rule), nothing).some((residue) => onDeleted(residue) === false);

/** Whether some caller who gets beyond the sign-in may not do it, to any row or to some. */
export const isConditional = (rule: Rule, settled = nothing): boolean =>
  [
    ...(isOpen(rule) ? [simplify(rule, anonymous, settled)] : []),
    ...signedIn(rule, rolesOf(rule), settled),
  ].some((residue) => residue !== true);

/** Whether some caller can read a row that the rule does not let it write. */
export function isNarrower(write: Rule, read: Rule): boolean {
  const roles = [...new Set([write, read].flatMap(rolesOf))];
  const [writes, reads] = [write, read]
    .map(kept)
    .map((rule) => [simplify(rule, anonymous), ...signedIn(rule, roles, nothing)]);
  return (writes ?? []).some((residue, index) => {
    const readable = reads?.[index];
    if (residue === true || readable === false) return false;
    // Who is not signed in is asked to do so first.
    if (index === 0 && residue === false) return false;
    return JSON.stringify(residue) !== JSON.stringify(readable);
  });
}

/** A rule for rows that are not deleted. */
function kept(rule: Rule): Rule {
  if (rule.type !== "all") return rule;
  const rules = rule.rules.filter(({ type }) => type !== "notDeleted");
  const [only] = rules;
  return only !== undefined && rules.length === 1 ? only : { type: "all", rules };
}

/** Whether the rules look at the caller at all. */
export const anyDepends = (rules: readonly Rule[]): boolean => rules.some(dependsOnCaller);

/** The fields of a new row that hold the caller's id by construction. */
export const ownedFields = ({ fields }: ResourceModel): ReadonlySet<string> =>
  new Set(fields.filter(({ generated }) => generated === "owner").map(({ name }) => name));
