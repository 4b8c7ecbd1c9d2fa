/** What everything that describes the application works with. */
import type { Model, ResourceModel } from "../../model/types.ts";
import type { Components } from "./components.ts";
import type { Shapes } from "./shapes.ts";

export interface Context {
  readonly model: Model;
  readonly components: Components;
  readonly shapes: Shapes;
}

/** A resource and what describing it needs. */
export interface ResourceContext extends Context {
  readonly resource: ResourceModel;
}
