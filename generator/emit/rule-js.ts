/** What is left of a rule for one kind of caller, as a predicate in JavaScript, with the relations that it goes through. */
import type { Model, ResourceModel } from "../model/types.ts";
import { type Compared, conditionJs } from "./condition-js.ts";
import { type Logical, logical } from "./logical.ts";
import type { Residue } from "./rule.ts";
import { property, quote } from "./text.ts";
import { stepOf } from "./through.ts";

/** A predicate on `row`, `has` and `user`. */
export interface RuleView {
  /** A constant for every row or for none. */
  readonly holds: Logical | boolean;
  /** What `has` asks of. */
  readonly paths: readonly RulePath[];
}

/** Rows that a rule looks at beside the row itself. */
export interface RulePath extends RuleView {
  /** What `has` calls it: `list`, or `list.members` behind that. */
  readonly name: string;
  readonly over: ResourceModel;
  /** API name of the field of `over` that has the value which `has` is given. */
  readonly key: string;
  /** What the rows of `over` have to meet: the same as `holds`. */
  readonly rule: Exclude<Residue, false>;
}

/**
 * The view of a rule: true for the rows for which its SQL is.
 *
 * @param use Gives the local name of a function of `covara/runtime/live`.
 * @param prefix What the names of paths begin with.
 */
export function ruleView(
  model: Model,
  resource: ResourceModel,
  residue: Residue,
  use: (name: string) => string,
  prefix = "",
): RuleView {
  if (typeof residue === "boolean") return { holds: residue, paths: [] };
  const paths = new Paths(model, use, prefix);
  const holds = ruleJs(resource, residue, paths);
  return { holds, paths: paths.list };
}

function ruleJs(resource: ResourceModel, residue: Exclude<Residue, boolean>, paths: Paths): Logical {
  switch (residue.type) {
    case "owner":
      return `${property("row", residue.field)} === user.id`;
    case "notDeleted":
      if (resource.deletedAt === null) throw new Error(`${resource.key} keeps no deleted rows`);
      return `${property("row", resource.deletedAt.name)} === null`;
    case "where":
      return conditionJs(resource, residue.condition, paths.use, paths.compared);
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
  readonly use: (name: string) => string;
  readonly list: RulePath[] = [];
  readonly compared: Compared = new Set();
  readonly #model: Model;
  readonly #prefix: string;
  /** The name of each path by what it is. */
  readonly #known = new Map<string, string>();

  constructor(model: Model, use: (name: string) => string, prefix: string) {
    this.#model = model;
    this.use = use;
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
      this.list.push({ name, over, key, rule, ...ruleView(this.#model, over, rule, this.use, `${name}.`) });
    }
    return `has(${quote(name)}, ${property("row", field)})`;
  }

  #freeName(name: string): string {
    const taken = new Set(this.#known.values());
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    return free;
  }
}
