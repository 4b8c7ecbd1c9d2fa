/** Which fields of a resource a request may name, and for what. */
import type { FieldModel, ResourceModel } from "../../model/types.ts";
import { offers } from "../rule.ts";

/** Fields that the API shows. */
export const visible = ({ fields }: ResourceModel): readonly FieldModel[] =>
  fields.filter(({ hidden }) => !hidden);

/** The mark of deleted rows, where reads may ask for those; reads that do can name it like any field. */
export const mark = (resource: ResourceModel): readonly FieldModel[] =>
  resource.deletedAt !== null && offers(resource, "readDeleted") ? [resource.deletedAt] : [];

/** Whether rows can be ordered and grouped by a field. */
export const hasOrder = ({ kind }: FieldModel): boolean => kind !== "json";

/** Fields that rows can be ordered and grouped by. */
export const ordered = (resource: ResourceModel): readonly FieldModel[] => visible(resource).filter(hasOrder);

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
