import type { Model, ResourceModel } from "../model/types.ts";

/** The resource that a reference or a relation leads to; the model has checked that it is there. */
export function resourceOf(model: Model, key: string): ResourceModel {
  const found = model.resources.find((resource) => resource.key === key);
  if (found === undefined) throw new Error(`The model refers to a resource ${key} that it does not have`);
  return found;
}
