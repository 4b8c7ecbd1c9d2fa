/** The pass over access rules: calls each `access` function and checks what it returns. */
import { ruleBuilder } from "../../schema/access.ts";
import type { ConfigData, Operation } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { review } from "./access-review.ts";
import { checkWhere } from "./conditions.ts";
import { checkSubscribe, subscribeRule } from "./live.ts";
import { quote, type Report, suggest } from "./report.ts";
import { isPlainObject } from "./shape.ts";
import { softDeleteAccess } from "./soft-delete.ts";
import type { AccessModel, AuthModel, FieldModel, RelationModel, Rule } from "./types.ts";

export const operations = [
  "read",
  "create",
  "update",
  "delete",
  "readDeleted",
  "subscribe",
] as const satisfies readonly Operation[];
const nobody: Rule = { type: "nobody" };

/** Rules nested deeper than this are a mistake, or a cycle. */
const MAX_DEPTH = 20;

/** What the rules of a resource may refer to. */
export interface AccessScope {
  readonly key: string;
  readonly fields: readonly FieldModel[];
  /** Names of the computed ones. */
  readonly computed: readonly string[];
  /** Whether deleted rows are kept. */
  readonly softDelete: boolean;
  /** Whether changes are streamed. */
  readonly live: boolean;
  /** Null where the config declares no auth. */
  readonly auth: AuthModel | null;
  /** Whether there is a row that a rule can look at. Default: true. */
  readonly hasRow?: boolean;
  readonly relations: readonly RelationModel[];
  /** What the rules of another resource may refer to. */
  related(key: string): AccessScope | null;
  /** The read rule of a resource, null where it cannot be used; `"endless"` where it leads back to itself. */
  readRule(key: string): Rule | "endless" | null;
}

/** What `access` returned. */
export type StatedAccess = Readonly<Record<string, unknown>> | null;

/**
 * The rules of one resource; `nobody` for what is not named or not usable.
 *
 * @param stated What {@link evaluateAccess} gave.
 */
export function buildAccess(stated: StatedAccess, scope: AccessScope, report: Report): AccessModel {
  const path = ["resources", scope.key, "access"];
  const rules: Record<Operation, Rule> = {
    read: nobody,
    create: nobody,
    update: nobody,
    delete: nobody,
    readDeleted: nobody,
    subscribe: nobody,
  };
  let refused = stated === null;
  for (const [name, value] of Object.entries(stated ?? {})) {
    const operation = operations.find((candidate) => candidate === name);
    // Procedures have a pass of their own.
    if (name === "procedures") continue;
    if (operation === undefined) {
      const message = `\`${scope.key}\` states access for ${quote(name)}, which is not an operation.`;
      report.error("COV1403", [...path, name], message, suggest(name, operations, "Operations"));
      continue;
    }
    if (value === undefined) continue;
    if (operation === "readDeleted" && !scope.softDelete) {
      const message = `\`${scope.key}\` states who may read deleted rows, but keeps none.`;
      report.error("COV1411", [...path, operation], message);
    }
    if (operation === "subscribe" && !scope.live) {
      const message = `\`${scope.key}\` states who may subscribe, but is not live.`;
      report.error("COV1904", [...path, operation], message);
    }
    const rule = new RuleChecker(scope, operation, [...path, operation], report).check(value, 0);
    if (rule !== null) rules[operation] = rule;
    else refused = true;
  }
  if (stated !== null) review(scope.key, rules, stated, report);
  const access = scope.softDelete ? softDeleteAccess(rules) : rules;
  if (!scope.live) return { ...access, subscribe: nobody };
  const live = {
    ...access,
    subscribe: subscribeRule(access.read, stated?.subscribe === undefined ? null : rules.subscribe),
  };
  if (!refused) checkSubscribe(scope.key, live, report);
  return live;
}

/** One rule of a resource, or null if it was reported. @param name What it is the rule of. */
export const buildRule = (
  rule: unknown,
  scope: AccessScope,
  name: string,
  path: ConfigPath,
  report: Report,
): Rule | null => new RuleChecker(scope, name, path, report).check(rule, 0);

/** Calls `access` of a resource; null where it gives nothing to go on with. */
export function evaluateAccess(config: ConfigData, key: string, report: Report): StatedAccess {
  const access: unknown = config.resources[key]?.access;
  const path = ["resources", key, "access"];
  if (access === undefined) {
    report.error(
      "COV1401",
      ["resources", key],
      `\`${key}\` does not state who may read, create, update and delete.`,
    );
    return null;
  }
  if (typeof access !== "function") {
    report.error("COV1402", path, `\`access\` of \`${key}\` is not a function.`, {
      fix: "Write `access: ({ signedIn }) => ({ read: signedIn() })`.",
    });
    return null;
  }
  try {
    const result: unknown = access(ruleBuilder);
    if (isPlainObject(result)) return result;
    const given =
      result instanceof Promise ? "a promise" : Array.isArray(result) ? "an array" : typeof result;
    report.error("COV1402", path, `\`access\` of \`${key}\` returns ${given} instead of an object of rules.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report.error("COV1402", path, `\`access\` of \`${key}\` threw: ${why}.`);
  }
  return null;
}

class RuleChecker {
  readonly #scope: AccessScope;
  readonly #operation: string;
  readonly #path: ConfigPath;
  readonly #report: Report;
  #tooDeep = false;
  /** What a rule behind `through` is part of. */
  #about: string | null = null;

  constructor(scope: AccessScope, operation: string, path: ConfigPath, report: Report) {
    this.#scope = scope;
    this.#operation = operation;
    this.#path = path;
    this.#report = report;
  }

  get #what(): string {
    return this.#about ?? `\`${this.#operation}\` of \`${this.#scope.key}\``;
  }

  /** The rule, or null if it was reported. */
  check(value: unknown, depth: number): Rule | null {
    if (typeof value === "function")
      return this.#refuse(`${this.#what} is a function, not a rule`, "Call it: `signedIn()`.");
    if (!isPlainObject(value) || typeof value.type !== "string")
      return this.#refuse(`${this.#what} is not a rule`);
    // A rule that contains itself has no end, and with two branches no number of problems that could be shown.
    if (this.#tooDeep) return null;
    if (depth > MAX_DEPTH) {
      this.#tooDeep = true;
      return this.#refuse(`${this.#what} is nested deeper than ${MAX_DEPTH} levels`);
    }
    switch (value.type) {
      case "public":
      case "nobody":
        return { type: value.type };
      case "signedIn":
        return this.#needsAuth("signedIn()") ? { type: "signedIn" } : null;
      case "owner":
        return this.#owner(value.field);
      case "role":
        return this.#role(value.role);
      case "where":
        return this.#where(value.condition);
      case "through":
        return this.#through(value.relation, value.rule, depth);
      case "any":
      case "all":
        return this.#list(value.type, value.rules, depth);
      default:
        return this.#refuse(`${this.#what} has the unknown rule ${quote(value.type)}`);
    }
  }

  #refuse(message: string, fix?: string): null {
    this.#report.error("COV1404", this.#path, `${message}.`, fix === undefined ? {} : { fix });
    return null;
  }

  #needsAuth(rule: string): boolean {
    if (this.#scope.auth !== null) return true;
    this.#report.error(
      "COV1406",
      this.#path,
      `${this.#what} uses ${rule}, but there is no auth, so nobody is ever signed in.`,
    );
    return false;
  }

  #owner(name: unknown): Rule | null {
    if (typeof name !== "string") return this.#refuse(`owner() in ${this.#what} needs the name of a field`);
    const usable = this.#scope.fields.filter((field) => ["id", "ref", "text"].includes(field.kind));
    const field = this.#scope.fields.find((candidate) => candidate.name === name);
    const signedIn = this.#needsAuth(`owner(${quote(name)})`);
    if (!this.#hasRow(`owner(${quote(name)})`)) return null;
    if (field === undefined || !usable.includes(field)) {
      const computed = this.#scope.computed.includes(name) ? "is a computed field" : "is not a field";
      const why = field === undefined ? computed : `is a field of kind ${field.kind}`;
      const details = suggest(
        name,
        usable.map((candidate) => candidate.name),
        "Fields that can hold a user's id",
      );
      this.#report.error(
        "COV1405",
        this.#path,
        `${this.#what} names the owner ${quote(name)}, which ${why} of \`${this.#scope.key}\`.`,
        { text: name, ...details },
      );
      return null;
    }
    return signedIn ? { type: "owner", field: name } : null;
  }

  #role(role: unknown): Rule | null {
    if (typeof role !== "string") return this.#refuse(`role() in ${this.#what} needs the name of a role`);
    const { auth } = this.#scope;
    if (auth === null || !this.#needsAuth(`role(${quote(role)})`)) {
      this.#needsAuth(`role(${quote(role)})`);
      return null;
    }
    if (auth.roles?.includes(role)) return { type: "role", role };
    const why =
      auth.roles === null
        ? "but the user has no enum field `role`"
        : "which is not a member of the user's `role`";
    const details = auth.roles === null ? {} : suggest(role, auth.roles, "Roles");
    this.#report.error("COV1407", this.#path, `${this.#what} names the role ${quote(role)}, ${why}.`, {
      text: role,
      ...details,
    });
    return null;
  }

  /** @returns whether there is a row to look at; reports where there is none. */
  #hasRow(rule: string): boolean {
    if (this.#scope.hasRow !== false) return true;
    this.#report.error("COV1710", this.#path, `${this.#what} uses ${rule}, but has no row.`);
    return false;
  }

  #where(value: unknown): Rule | null {
    if (!this.#hasRow("where(…)")) return null;
    const { key, fields, auth } = this.#scope;
    const scope = { key, fields, auth, what: this.#what, path: this.#path };
    const condition = checkWhere(value, scope, this.#report);
    return condition === null ? null : { type: "where", condition };
  }

  #through(name: unknown, value: unknown, depth: number): Rule | null {
    if (typeof name !== "string")
      return this.#refuse(`through() in ${this.#what} needs the name of a relation`);
    if (!this.#hasRow(`through(${quote(name)}, …)`)) return null;
    const { relations, key } = this.#scope;
    const relation = relations.find((candidate) => candidate.name === name);
    if (relation === undefined && this.#path[0] === "channels") {
      const message = `${this.#what} goes through ${quote(name)}, but rooms have no relations.`;
      const fix =
        "Compare the parameters with constants or with fields of the user: where((room, user) => …).";
      this.#report.error("COV1413", this.#path, message, { text: name, fix });
      return null;
    }
    if (relation === undefined) {
      const details = suggest(
        name,
        relations.map((candidate) => candidate.name),
        "Relations",
      );
      const message = `${this.#what} goes through ${quote(name)}, which is not a relation of \`${key}\`.`;
      this.#report.error("COV1413", this.#path, message, { text: name, ...details });
      return null;
    }
    const related = this.#scope.related(relation.target);
    if (related === null) return null;
    if (value === "read") return this.#throughRead(relation);
    const nested = new RuleChecker(related, this.#operation, this.#path, this.#report);
    nested.#about = `${this.#what}, through ${quote(name)},`;
    const rule = nested.check(value, depth + 1);
    if (rule === null) return null;
    // A row that is deleted leads nowhere.
    const kept: Rule = related.softDelete ? { type: "all", rules: [{ type: "notDeleted" }, rule] } : rule;
    return { type: "through", relation, rule: kept };
  }

  #throughRead(relation: RelationModel): Rule | null {
    const rule = this.#scope.readRule(relation.target);
    if (rule === "endless") {
      const message = `${this.#what} goes through ${quote(relation.name)} to the read rule of \`${relation.target}\`, which leads back to itself.`;
      this.#report.error("COV1414", this.#path, message, { text: relation.name });
      return null;
    }
    return rule === null ? null : { type: "through", relation, rule };
  }

  #list(type: "any" | "all", rules: unknown, depth: number): Rule | null {
    if (!Array.isArray(rules) || rules.length === 0) {
      const meaning = type === "any" ? "nobody" : "everybody";
      return this.#refuse(
        `${type}() in ${this.#what} lists no rules, which would mean ${meaning}`,
        "List the rules, or state nobody() or public().",
      );
    }
    const checked = rules.map((rule: unknown) => this.check(rule, depth + 1));
    const good = checked.filter((rule) => rule !== null);
    return good.length === checked.length ? { type, rules: good } : null;
  }
}
