/** Which relations requests may follow with `include`, and over which columns. */
import type { FieldModel, Model, RelationModel, ResourceModel } from "../model/types.ts";
import { resourceOf } from "./resource-of.ts";
import { offers } from "./rule.ts";

/** A relation that requests may follow. */
export interface Includable {
  readonly relation: RelationModel;
  readonly target: ResourceModel;
  /** Whether a row leads to any number of rows, or to one at most. */
  readonly many: boolean;
  /** The field whose value leads to the target. */
  readonly from: FieldModel;
  /** The target's field that holds the same value. */
  readonly to: FieldModel;
  /** The resource that joins the two, with the field that names either end. */
  readonly through: {
    readonly resource: ResourceModel;
    readonly by: FieldModel;
    readonly to: FieldModel;
  } | null;
}

/**
 * The relations of a resource that requests may follow, in the order of the model. Left out are those with a resource that
 * nobody may read, and those over a hidden reference: the rows at the other end would tell its value.
 */
export function includables(model: Model, resource: ResourceModel): readonly Includable[] {
  if (!offers(resource, "read")) return [];
  return resource.relations.map((relation) => resolve(model, resource, relation)).filter(isOpen);
}

function isOpen({ target, from, to, through }: Includable): boolean {
  const joining = through === null ? [] : [through.resource];
  const fields = through === null ? [from, to] : [from, to, through.by, through.to];
  return [target, ...joining].every((end) => offers(end, "read")) && !fields.some(({ hidden }) => hidden);
}

function resolve(model: Model, resource: ResourceModel, relation: RelationModel): Includable {
  const target = resourceOf(model, relation.target);
  const own = fieldOf(resource, relation.type === "belongsTo" ? relation.field : "id");
  const base = { relation, target, from: own, through: null };
  switch (relation.type) {
    case "belongsTo":
      return { ...base, many: false, to: fieldOf(target, "id") };
    case "hasOne":
    case "hasMany":
      return { ...base, many: relation.type === "hasMany", to: fieldOf(target, relation.by) };
    case "manyToMany": {
      const joining = resourceOf(model, relation.through);
      const through = {
        resource: joining,
        by: fieldOf(joining, relation.by),
        to: fieldOf(joining, relation.to),
      };
      return { ...base, many: true, to: fieldOf(target, "id"), through };
    }
  }
}

function fieldOf(resource: ResourceModel, name: string): FieldModel {
  const found = resource.fields.find((field) => field.name === name);
  if (found === undefined) throw new Error(`${resource.key} has no field ${name}, which a relation follows`);
  return found;
}
