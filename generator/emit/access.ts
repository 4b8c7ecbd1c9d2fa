/** `access.ts`: every access rule of the application, compiled, in one file that a reviewer of policy can read. */
import type { Model, ResourceModel, Rule } from "../model/types.ts";
import { channelRules, emitChannelRule } from "./channel-rules.ts";
import {
  type Caller,
  callable,
  dependsOnCaller,
  describe,
  isSame,
  type Operation,
  offers,
  onDeleted,
  type Residue,
  rolesOf,
  simplify,
  subscribesLikeRead,
} from "./rule.ts";
import { ruleSql } from "./rule-sql.ts";
import { SourceFile } from "./source-file.ts";
import { arrow, fits, list, quote } from "./text.ts";

const operations: readonly Operation[] = ["read", "readDeleted", "subscribe", "create", "update", "delete"];

/** What the names of the emitted functions begin with. `readDeletedTodos` could also be about a resource `deletedTodos`. */
const prefixes: Readonly<Record<Operation, string>> = {
  read: "read",
  readDeleted: "withDeleted",
  create: "create",
  update: "update",
  delete: "delete",
  subscribe: "subscribe",
};

/** Name of the emitted function that holds a rule: `readTodos`. A rule for subscribers that is the one of readers has no other. */
export const scopeFunction = (resource: ResourceModel, operation: Operation): string =>
  `${prefixes[operation === "subscribe" && subscribesLikeRead(resource) ? "read" : operation]}${resource.identifier.charAt(0).toUpperCase()}${resource.identifier.slice(1)}`;

/**
 * The expression that calls it.
 *
 * @param name The name it was imported under.
 * @param user The expression of the caller.
 */
export const scopeCall = (
  resource: ResourceModel,
  operation: Operation,
  name: string,
  user: string,
): string => `${name}(${dependsOnCaller(resource.access[operation]) ? user : ""})`;

/** What each rule lets callers do with a resource. */
const whats: Readonly<Record<Operation, (key: string) => string>> = {
  read: (key) => `read ${key}`,
  readDeleted: (key) => `read ${key}, with those deleted`,
  create: (key) => `create ${key}`,
  update: (key) => `update ${key}`,
  delete: (key) => `delete ${key}`,
  subscribe: (key) => `follow changes of ${key}`,
};

/** A rule that somebody may pass. */
interface StatedRule {
  readonly resource: ResourceModel;
  /** Null for a procedure. */
  readonly operation: Operation | null;
  readonly rule: Rule;
  /** What it lets callers do. */
  readonly what: string;
  readonly name: string;
}

export function emitAccess(model: Model): string {
  const rules = model.resources.flatMap((resource): StatedRule[] => [
    ...operations
      .filter((operation) => offers(resource, operation))
      .filter((operation) => operation !== "subscribe" || !subscribesLikeRead(resource))
      .map((operation) => ({
        resource,
        operation,
        rule: resource.access[operation],
        what: whats[operation](resource.key),
        name: scopeFunction(resource, operation),
      })),
    ...callable(resource).map(({ access, name, scopeName }) => ({
      resource,
      operation: null,
      rule: access,
      what: `call \`${name}\` of ${resource.key}`,
      name: scopeName,
    })),
  ]);
  const ofChannels = channelRules(model);
  const file = new SourceFile([...rules, ...ofChannels].map(({ name }) => name));
  for (const rule of rules) file.section(...emitRule({ file, model }, rule));
  for (const rule of ofChannels) file.section(...emitChannelRule(file, rule));
  return file.toString();
}

/** The file of the rules while it is written. */
interface Emitted {
  readonly file: SourceFile;
  readonly model: Model;
}

function emitRule(emitted: Emitted, { resource, operation, rule, what, name }: StatedRule): string[] {
  const { file } = emitted;
  const doc = docOf(what, rule);
  const scope = file.useType("covara/runtime", "Scope");
  // Who can have no deleted row may not ask for them: the answer would be that of a read without them.
  const forCaller = (caller: Caller): Residue => {
    const residue = simplify(rule, caller, settled);
    return operation === "readDeleted" && onDeleted(residue) === false ? false : residue;
  };
  // A new row's owner is the caller, so a rule on that field holds by construction.
  const owned = resource.fields.filter((field) => operation === "create" && field.generated === "owner");
  const settled = new Set(owned.map((field) => field.name));
  const open = forCaller({ signedIn: false, role: null });
  if (!dependsOnCaller(rule)) {
    const head = `export const ${name} = (): ${scope} =>`;
    const line = scopeOf(emitted, resource, open, `${head} `, ";");
    return fits(line) ? [...doc, line] : [...doc, head, scopeOf(emitted, resource, open, "  ", ";")];
  }
  const other = forCaller({ signedIn: true, role: null });
  const parameter = `user: ${file.useType("./env.js", "User")} | null`;
  const anonymous =
    open === false ? file.use("covara/runtime", "signInFirst") : scopeOf(emitted, resource, open);
  const choice = `  user === null ? ${anonymous} : ${scopeOf(emitted, resource, other)}`;
  if (rolesOf(rule).length === 0 && fits(`${choice};`)) {
    return [...doc, ...arrow(`export const ${name} = (${parameter}): ${scope} =>`, choice.trim())];
  }
  const answer = (test: string, residue: Residue): string[] => {
    const line = scopeOf(emitted, resource, residue, `${test} return `, ";");
    return line.includes("\n") ? [test, scopeOf(emitted, resource, residue, "    return ", ";")] : [line];
  };
  const branches = rolesOf(rule).flatMap((role) => {
    const residue = forCaller({ signedIn: true, role });
    return isSame(residue, other) ? [] : answer(`  if (user.role === ${quote(role)})`, residue);
  });
  const nobody = "  if (user === null)";
  return [
    ...doc,
    `export function ${name}(${parameter}): ${scope} {`,
    ...(open === false ? [`${nobody} return ${anonymous};`] : answer(nobody, open)),
    ...branches,
    scopeOf(emitted, resource, other, "  return ", ";"),
    "}",
  ];
}

function docOf(what: string, rule: Rule): string[] {
  const line = `/** Who may ${what}: ${describe(rule)}. */`;
  return fits(line) ? [line] : ["/**", ` * Who may ${what}:`, ` * ${describe(rule)}.`, " */"];
}

/** A scope as an expression, with what stands before and after it on its line. */
function scopeOf(
  { file, model }: Emitted,
  resource: ResourceModel,
  residue: Residue,
  before = "",
  after = "",
): string {
  if (typeof residue === "boolean") {
    return before + file.use("covara/runtime", residue ? "anyRow" : "noRow") + after;
  }
  const values: string[] = [];
  const sql = quote(ruleSql(model, resource, residue, values));
  return list(`${before}${file.use("covara/runtime", "where")}`, "(", [sql, ...values], ")", after);
}
