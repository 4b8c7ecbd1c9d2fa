/** `through` as one step over one table, which is what a statement does and what a change of a row there can alter. */
import { combine, type Residue } from "../model/residue.ts";
import type { Model, ResourceModel } from "../model/types.ts";
import { resourceOf } from "./resource-of.ts";

/** Rows of another table that count for a row where the two have the same value. */
export interface Step {
  /** API name of the row's field. */
  readonly field: string;
  readonly over: ResourceModel;
  /** API name of the field of `over`. One of the two is an id, so they are never equal by both being null. */
  readonly key: string;
  /** What the rows of `over` have to meet. */
  readonly rule: Exclude<Residue, false>;
}

/** The first step of a relation; of one over a joining table, the second is part of its rule. */
export function stepOf(model: Model, { relation, rule }: Extract<Residue, { type: "through" }>): Step {
  if (rule === false) throw new Error(`Nothing can be reached through ${relation.name}`);
  switch (relation.type) {
    case "belongsTo":
      return { field: relation.field, over: resourceOf(model, relation.target), key: "id", rule };
    case "hasOne":
    case "hasMany":
      return { field: "id", over: resourceOf(model, relation.target), key: relation.by, rule };
    case "manyToMany": {
      const { target, to, by } = relation;
      const over = resourceOf(model, relation.through);
      const onwards = over.relations.find((each) => each.type === "belongsTo" && each.field === to);
      // The id of the other end stands in the joining row: a rule on it alone needs no further table.
      const end: Residue =
        typeof rule !== "boolean" && rule.type === "owner" && rule.field === "id"
          ? { type: "owner", field: to }
          : {
              type: "through",
              relation: {
                type: "belongsTo",
                name: onwards?.name ?? target,
                target,
                field: to,
                declared: false,
              },
              rule,
            };
      const kept: readonly Residue[] = over.deletedAt === null ? [] : [{ type: "notDeleted" }];
      const whole = combine("all", false, [end, ...kept]);
      if (whole === false) throw new Error(`Nothing can be reached through ${relation.name}`);
      return { field: "id", over, key: by, rule: whole };
    }
  }
}
