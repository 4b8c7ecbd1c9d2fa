/** Which fields of a resource a request may name, and for what. */
import type { FieldModel, ResourceModel } from "../../model/types.ts";

/** Fields that the API shows. */
export const visible = ({ fields }: ResourceModel): readonly FieldModel[] =>
  fields.filter(({ hidden }) => !hidden);

/** Fields that rows can be ordered and grouped by. */
export const ordered = (resource: ResourceModel): readonly FieldModel[] =>
  visible(resource).filter(({ kind }) => kind !== "json");

const numbers: readonly FieldModel["kind"][] = ["integer", "number", "version"];

/** Fields that can be added up. */
export const numeric = (resource: ResourceModel): readonly FieldModel[] =>
  visible(resource).filter(({ kind }) => numbers.includes(kind));

/** Fields with a least and a greatest value. */
export const comparable = (resource: ResourceModel): readonly FieldModel[] =>
  ordered(resource).filter(({ kind }) => kind !== "boolean");

/** Fields that the body of a create may give. */
export const creatable = ({ fields }: ResourceModel): readonly FieldModel[] =>
  fields.filter((field) => (field.kind === "id" ? field.clientId : field.writable));

/** Fields that a change may set. */
export const changeable = ({ fields }: ResourceModel): readonly FieldModel[] =>
  fields.filter((field) => field.writable && field.kind !== "id");
