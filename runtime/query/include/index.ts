/** `include`: rows together with those that they refer to, or that refer to them. */
export { type Inclusions, readInclude } from "./load.ts";
export type { Include, Relation, Relations, Through } from "./relation.ts";
