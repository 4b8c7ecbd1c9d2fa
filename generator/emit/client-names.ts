/** What the emitters of one resource's part of `client.ts` share. */
import type { ResourceModel } from "../model/types.ts";

/** The names of one resource in the file. Types of rows and inputs are imported under the names of `types.ts`. */
export interface Names {
  readonly resource: ResourceModel;
  /** Path below the base URL: `/api/todos`. */
  readonly path: string;
  /** The interface of its calls: `TodosClient`. */
  readonly client: string;
  /** What `orderBy` takes: `TodoOrderBy`. */
  readonly orderBy: string;
}

/** Some calls of a resource. */
export interface Part {
  /** Members of the interface. */
  readonly members: readonly string[];
  /** What gives them to the client's object. */
  readonly calls: readonly string[];
}
