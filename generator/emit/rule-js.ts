/** What is left of a rule for one kind of caller, as a view: a predicate in JavaScript, and the relations that it goes through. */
import type { Model, ResourceModel } from "../model/types.ts";
import { conditionJs } from "./condition-js.ts";
import { array, arrow, call, type Expression, object } from "./expression.ts";
import { type Logical, logical } from "./logical.ts";
import type { Residue } from "./rule.ts";
import { ruleSql } from "./rule-sql.ts";
import type { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { property, quote } from "./text.ts";
import { stepOf } from "./through.ts";

/** What a view is written with: names of `covara/runtime/live` and `covara/runtime`. */
export interface Names {
  live(name: string): string;
  runtime(name: string): string;
}

/** The names as imports of a file. */
export const imported = (file: SourceFile): Names => ({
  live: (name) => file.use("covara/runtime/live", name),
  runtime: (name) => file.use("covara/runtime", name),
});

/** The view of a rule: an object that is a `View` of `covara/runtime/live`, in the scope of a `user` where it asks for one. */
export const viewOf = (model: Model, resource: ResourceModel, residue: Residue, names: Names): Expression =>
  object(membersOf(model, resource, residue, { names, prefix: "" }));

type Members = readonly (readonly [string, Expression])[];

/** What is written, and what the names of its paths begin with. */
interface Written {
  readonly names: Names;
  readonly prefix: string;
}

function membersOf(model: Model, resource: ResourceModel, residue: Residue, written: Written): Members {
  if (typeof residue === "boolean") {
    return [
      ["holds", arrow("() =>", `${residue}`)],
      ["paths", array([])],
    ];
  }
  const paths = new Paths(model, written);
  const predicate = ruleJs(resource, residue, paths);
  return [
    ["holds", arrow(paths.list.length === 0 ? "(row) =>" : "(row, has) =>", predicate)],
    ["paths", array(paths.list)],
  ];
}

function ruleJs(resource: ResourceModel, residue: Exclude<Residue, boolean>, paths: Paths): Logical {
  switch (residue.type) {
    case "owner":
      return `${property("row", residue.field)} === user.id`;
    case "notDeleted":
      if (resource.deletedAt === null) throw new Error(`${resource.key} keeps no deleted rows`);
      return `${property("row", resource.deletedAt.name)} === null`;
    case "where":
      return conditionJs(resource, residue.condition, paths.names.live);
    case "through":
      return paths.has(residue);
    default:
      return logical(
        residue.type === "any" ? "||" : "&&",
        residue.rules
          .filter((part) => typeof part !== "boolean")
          .map((part) => ruleJs(resource, part, paths)),
      );
  }
}

/** The paths of one view. */
class Paths {
  readonly names: Names;
  readonly list: Expression[] = [];
  readonly #model: Model;
  readonly #prefix: string;
  /** The name of each path by what it is. */
  readonly #known = new Map<string, string>();

  constructor(model: Model, { names, prefix }: Written) {
    this.#model = model;
    this.names = names;
    this.#prefix = prefix;
  }

  /** Whether the path leads anywhere. One that the rule goes along twice is one path. */
  has(residue: Extract<Residue, { type: "through" }>): string {
    const { field, over, key, rule } = stepOf(this.#model, residue);
    const id = JSON.stringify([field, over.key, key, rule]);
    let name = this.#known.get(id);
    if (name === undefined) {
      name = this.#freeName(`${this.#prefix}${residue.relation.name}`);
      this.#known.set(id, name);
      this.list.push(
        object([
          ["name", quote(name)],
          ["table", quote(sqlName(over.table))],
          ["key", quote(key)],
          ["column", quote(columnOf(over, key))],
          ["rows", this.#rows(over, rule)],
          ...membersOf(this.#model, over, rule, { names: this.names, prefix: `${name}.` }),
        ]),
      );
    }
    return `has(${quote(name)}, ${property("row", field)})`;
  }

  #freeName(name: string): string {
    const taken = new Set(this.#known.values());
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    return free;
  }

  #rows(over: ResourceModel, rule: Residue): Expression {
    if (typeof rule === "boolean") return this.names.runtime(rule ? "anyRow" : "noRow");
    const values: string[] = [];
    const sql = quote(ruleSql(this.#model, over, rule, values));
    return call(this.names.runtime("where"), [sql, ...values]);
  }
}

function columnOf(resource: ResourceModel, name: string): string {
  const field = resource.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${resource.key} has no field ${name}`);
  return sqlName(field.column);
}
