import path from "node:path";
import type { Operation } from "../../emit/rule.ts";
import {
  type ExplainedCaller,
  type Explanation,
  explainProcedure,
  explain as explainRule,
} from "../../explain.ts";
import { loadModel } from "../../generate.ts";
import { operations } from "../../model/access.ts";
import type { Model, ResourceModel } from "../../model/types.ts";
import type { Invocation } from "../options.ts";
import { fromHere, paint, printDiagnostics, printJson, type Terminal, toJson } from "../terminal.ts";
import { nearest, UsageError } from "../usage.ts";

/** `covara explain todos update`. Returns the exit code. */
export async function explain(invocation: Invocation, terminal: Terminal): Promise<number> {
  const [key, name] = invocation.positionals;
  const json = invocation.flags.has("json");
  const configPath = path.resolve(terminal.cwd, invocation.values.get("config") ?? "covara.config.ts");
  const { model, diagnostics: found } = await loadModel(configPath);
  const diagnostics = fromHere(found, path.dirname(configPath), terminal.cwd);
  if (model === null) {
    if (json) printJson({ command: "explain", ok: false, diagnostics: toJson(diagnostics) }, terminal);
    printDiagnostics(diagnostics, terminal);
    return 1;
  }
  const wanted = key === undefined ? model.resources : [resourceNamed(model, key)];
  const explanations = wanted.flatMap((resource) => {
    const all = [
      ...stated(resource).map((operation) => explainRule(model, resource, operation)),
      ...(resource.procedures?.list ?? []).map((procedure) => explainProcedure(model, resource, procedure)),
    ];
    return name === undefined ? all : [named(all, name)];
  });
  if (json) {
    printJson({ command: "explain", ok: true, explanations }, terminal);
    return 0;
  }
  terminal.out(`${explanations.map((each) => render(each, terminal.colors.out)).join("\n\n")}\n`);
  return 0;
}

/** The operations that a resource can have a rule for. */
const stated = ({ deletedAt, live }: ResourceModel): readonly Operation[] =>
  operations.filter(
    (operation) =>
      (operation !== "readDeleted" || deletedAt !== null) && (operation !== "subscribe" || live !== null),
  );

/** @throws {UsageError} where the resource has neither an operation nor a procedure of the name. */
function named(all: readonly Explanation[], name: string): Explanation {
  const found = all.find(({ operation }) => operation === name);
  if (found !== undefined) return found;
  const names = all.map(({ operation }) => operation);
  const near = nearest(name, names);
  const hint = near === null ? `Operations and procedures: ${names.join(", ")}.` : `Did you mean ${near}?`;
  throw new UsageError(`There is no operation "${name}". ${hint}`, "explain");
}

function resourceNamed(model: Model, key: string): ResourceModel {
  const keys = model.resources.map((resource) => resource.key);
  const found = model.resources.find((resource) => resource.key === key);
  if (found !== undefined) return found;
  const near = nearest(key, keys);
  const hint = near === null ? `Resources: ${keys.join(", ")}.` : `Did you mean ${near}?`;
  throw new UsageError(`The config has no resource "${key}". ${hint}`, "explain");
}

function render({ resource, operation, routes, rules, notes }: Explanation, color: boolean): string {
  return [
    paint(`${resource} ${operation}`, "bold", color),
    ...routes.map((route) => `  ${route}`),
    ...rules.flatMap(({ about, rule, callers }) => ["", `  ${about}: ${rule}`, ...callerLines(callers)]),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}

function callerLines(callers: readonly ExplainedCaller[]): string[] {
  const width = Math.max(...callers.map(({ who }) => who.length));
  return callers.flatMap(({ who, rows, predicates = [] }) => {
    const what = rows === true ? "any row" : rows === false ? "no row" : `WHERE ${rows}`;
    return [
      `    ${who.padEnd(width)}  ${what}`,
      ...predicates.map(({ path, holds }) => {
        const of = path === null ? "" : `has(${JSON.stringify(path.name)}) of ${path.resource}: `;
        return `    ${"".padEnd(width)}  ${of}${holds}`;
      }),
    ];
  });
}
