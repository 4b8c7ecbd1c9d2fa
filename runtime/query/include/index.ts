/** `include`: rows together with those that they refer to, or that refer to them. */
export { type Inclusions, readInclude } from "./load.ts";
export { type Include, includeParameter, type Relation, type Relations, type Through } from "./relation.ts";
