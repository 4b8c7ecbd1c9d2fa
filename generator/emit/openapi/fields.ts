/** Which fields of a resource a request may name, and for what. */
import type { FieldModel, ResourceModel, ValueFieldModel } from "../../model/types.ts";
import { functionFields, visibleFields } from "../computed.ts";
import { offers } from "../rule.ts";

/** Fields that the API shows. */
export const visible = (resource: ResourceModel): readonly ValueFieldModel[] => visibleFields(resource);

/** Fields that rows can be filtered by: all but those that functions make of a row. */
export const filtered = (resource: ResourceModel): readonly ValueFieldModel[] => {
  const functions = functionFields(resource).map(({ name }) => name);
  return visible(resource).filter(({ name }) => !functions.includes(name));
};

/** The mark of deleted rows, where reads may ask for those; reads that do can name it like any field. */
export const mark = (resource: ResourceModel): readonly FieldModel[] =>
  resource.deletedAt !== null && offers(resource, "readDeleted") ? [resource.deletedAt] : [];

/** Whether rows can be ordered and grouped by a field. */
export const hasOrder = ({ kind }: ValueFieldModel): boolean => kind !== "json";

/** Fields that rows can be ordered and grouped by. */
export const ordered = (resource: ResourceModel): readonly ValueFieldModel[] =>
  filtered(resource).filter(hasOrder);

const numbers: readonly FieldModel["kind"][] = ["integer", "number", "version"];

/** Fields that can be added up. */
export const numeric = (resource: ResourceModel): readonly ValueFieldModel[] =>
  filtered(resource).filter(({ kind }) => numbers.includes(kind));

/** Fields with a least and a greatest value. */
export const comparable = (resource: ResourceModel): readonly ValueFieldModel[] =>
  ordered(resource).filter(({ kind }) => kind !== "boolean");

/** Fields that the body of a create may give. */
export const creatable = ({ fields }: ResourceModel): readonly FieldModel[] =>
  fields.filter((field) => (field.kind === "id" ? field.clientId : field.writable));

/** Fields that a change may set. */
export const changeable = ({ fields }: ResourceModel): readonly FieldModel[] =>
  fields.filter((field) => field.writable && field.kind !== "id");
