/** The view of a rule as it is emitted: an object that is a `View` of `covara/runtime/live`. */
import type { Model, ResourceModel } from "../model/types.ts";
import { array, arrow, call, type Expression, object } from "./expression.ts";
import type { Residue } from "./rule.ts";
import { type RulePath, type RuleView, ruleView } from "./rule-js.ts";
import { ruleSql } from "./rule-sql.ts";
import { sqlName } from "./sql-name.ts";
import { quote } from "./text.ts";

/** Gives the local names of what a view is written with. */
export interface Names {
  /** A name of `covara/runtime/live`. */
  live(name: string): string;
  /** A name of `covara/runtime`. */
  runtime(name: string): string;
}

/** The view, in the scope of a `user` where it asks for one. */
export const viewOf = (model: Model, resource: ResourceModel, residue: Residue, names: Names): Expression =>
  object(members(model, ruleView(model, resource, residue, names.live), names));

type Members = readonly (readonly [string, Expression])[];

const members = (model: Model, { holds, paths }: RuleView, names: Names): Members => [
  [
    "holds",
    typeof holds === "boolean"
      ? arrow("() =>", `${holds}`)
      : arrow(paths.length === 0 ? "(row) =>" : "(row, has) =>", holds),
  ],
  ["paths", array(paths.map((path) => object(pathMembers(model, path, names))))],
];

const pathMembers = (model: Model, path: RulePath, names: Names): Members => [
  ["name", quote(path.name)],
  ["table", quote(sqlName(path.over.table))],
  ["key", quote(path.key)],
  ["column", quote(columnOf(path.over, path.key))],
  ["rows", scopeOf(model, path, names)],
  ...members(model, path, names),
];

function scopeOf(model: Model, { over, rule }: RulePath, names: Names): Expression {
  if (rule === true) return names.runtime("anyRow");
  const values: string[] = [];
  const sql = quote(ruleSql(model, over, rule, values));
  return call(names.runtime("where"), [sql, ...values]);
}

function columnOf(resource: ResourceModel, name: string): string {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return sqlName(field.column);
}
