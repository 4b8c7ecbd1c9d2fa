/** The schemas of rows, and of the answers that are made of them. */
import type { Model, ResourceModel, ValueFieldModel } from "../../model/types.ts";
import { includables } from "../includable.ts";
import { hasKeys } from "../key-scopes.ts";
import { nestedRelations } from "../nested.ts";
import { answerOf } from "../readable.ts";
import { offers } from "../rule.ts";
import { isConditional } from "./callers.ts";
import type { Context, ResourceContext } from "./context.ts";
import { changeable, comparable, creatable, numeric, ordered, visible } from "./fields.ts";
import { type Node, node, some } from "./node.ts";
import { complete, sampleOf } from "./samples.ts";
import { nullableOf, readOnly, rowSchema } from "./values.ts";

type Ref = { readonly $ref: string };

/** Whether a write can be answered with a row, without one, or both. */
export type Answered = ReturnType<typeof answerOf>;

const property = (context: Context, resource: ResourceModel, field: ValueFieldModel): Node => {
  const schema = rowSchema(field, context.shapes);
  const isSet = [...creatable(resource), ...changeable(resource)].some(({ name }) => name === field.name);
  return isSet ? schema : readOnly(schema);
};

/** A whole row, as writes answer it. */
export function rowRef(context: Context, resource: ResourceModel): Ref {
  const { key, typeName } = resource;
  const fields = visible(resource);
  return context.components.schema(`row ${key}`, typeName, () =>
    node({
      type: "object",
      description: `A row of ${key}.`,
      required: fields.map(({ name }) => name),
      properties: Object.fromEntries(fields.map((field) => [field.name, property(context, resource, field)])),
      examples: examplesOf(context, resource, fields),
    }),
  );
}

/** One example with a value for each field; none where a value is not known. */
export function examplesOf(
  { model }: Context,
  resource: ResourceModel,
  fields: readonly ValueFieldModel[],
): readonly Node[] | undefined {
  const values = complete(fields.map((field) => sampleOf(field, resource, model.jsonTypes)));
  return values && [Object.fromEntries(fields.map(({ name }, index) => [name, values[index] ?? null]))];
}

/** A row as reads show it: what of it, and what besides, is for the request to say. */
export function viewRef(context: Context, resource: ResourceModel): Ref {
  const { key, typeName, deletedAt } = resource;
  return context.components.schema(`view ${key}`, `${typeName}View`, () => {
    const fields = visible(resource);
    const followed = includables(context.model, resource);
    const others = [
      ...(offers(resource, "readDeleted") && deletedAt !== null
        ? ["`withDeleted` adds when it was deleted"]
        : []),
      ...(followed.length > 0 ? ["`include` adds what it is related to"] : []),
    ];
    return {
      type: "object",
      description: `A row of ${key} with the fields that \`select\` names, which are all of them without it${
        others.length === 0 ? "" : `; ${others.join(", and ")}`
      }.`,
      properties: {
        ...Object.fromEntries(fields.map((field) => [field.name, property(context, resource, field)])),
        ...(offers(resource, "readDeleted") && deletedAt !== null
          ? { [deletedAt.name]: readOnly(rowSchema(deletedAt, context.shapes)) }
          : {}),
        ...Object.fromEntries(
          followed.map(({ relation, target, many }) => {
            const view = viewRef(context, target);
            return [relation.name, readOnly(many ? { type: "array", items: view } : nullableOf(view))];
          }),
        ),
      },
    };
  });
}

/**
 * What a write answers. A request that is sent again with its `Idempotency-Key` gets what it got then, but for rows that the
 * caller may no longer read.
 */
export function writeAnswer(model: Model, resource: ResourceModel, operation: "create" | "update"): Answered {
  const answer = answerOf(resource, operation);
  // A key may be one that only writes.
  const isHidden = hasKeys(model) || (model.auth !== null && isConditional(resource.access.read));
  return answer === "row" && isHidden ? "row or null" : answer;
}

/** What a create answers: the row, and the rows that were created together with it. */
export function createdRef(context: ResourceContext): Ref {
  const { model, resource, components } = context;
  const row = rowRef(context, resource);
  const relations = nestedRelations(model, resource);
  if (relations.length === 0) return row;
  return components.schema(`created ${resource.key}`, `${resource.typeName}Created`, () => ({
    description: `A new row of ${resource.key}, with the rows that were created together with it. One that you may not read is null.`,
    allOf: [
      row,
      {
        type: "object",
        properties: Object.fromEntries(
          relations.map(({ name, target, type }) => {
            const item = writtenRow(context, target, writeAnswer(model, target, "create"));
            return [name, type === "hasMany" ? { type: "array", items: item } : item];
          }),
        ),
      },
    ],
  }));
}

/** A row that was written, null where the writer may not read it. */
function writtenRow(context: Context, resource: ResourceModel, answer: Answered): Node {
  if (answer === "null") return { type: "null" };
  const row = rowRef(context, resource);
  return answer === "row" ? row : nullableOf(row);
}

/** The rows that a batch wrote. */
export function writtenRef(context: ResourceContext, answer: Answered): Ref {
  const { resource, components } = context;
  const [id, name] = answer === "row" ? ["rows", "Rows"] : ["rows or null", "RowsOrNull"];
  return components.schema(`${id} ${resource.key}`, `${resource.typeName}${name}`, () => ({
    type: "object",
    description:
      answer === "row"
        ? "The rows that were written, in the order of the request."
        : "The rows that were written, in the order of the request. One that you may not read is null.",
    required: ["items"],
    properties: { items: { type: "array", items: writtenRow(context, resource, answer) } },
  }));
}

/** What the list answers. */
export const pageRef = (context: ResourceContext): Ref =>
  context.components.schema(`page ${context.resource.key}`, `${context.resource.typeName}Page`, () => ({
    type: "object",
    required: ["items", "nextCursor", "hasMore"],
    properties: {
      items: { type: "array", items: viewRef(context, context.resource) },
      nextCursor: {
        type: ["string", "null"],
        description: "Give it as `cursor` for the next page; null on the last one.",
      },
      hasMore: { type: "boolean" },
      totalCount: {
        type: "integer",
        minimum: 0,
        description: "Rows on all pages, where `totalCount=true` asks for it.",
      },
    },
  }));

/** What a search answers. */
export const foundRef = (context: ResourceContext): Ref =>
  context.components.schema(
    `found ${context.resource.key}`,
    `${context.resource.typeName}SearchPage`,
    () => ({
      type: "object",
      required: ["items", "total"],
      properties: {
        items: {
          type: "array",
          items: rowRef(context, context.resource),
          description: "The best hits first.",
        },
        total: { type: "integer", minimum: 0, description: "Rows found, on all pages." },
        highlights: {
          type: "array",
          description:
            "For each item, the words that were found with the text around them, as HTML with `<mark>`; where `highlight=true` asks for it.",
          items: {
            type: "object",
            properties: Object.fromEntries(
              (context.resource.search?.fields ?? []).map(({ name }) => [name, { type: "string" }]),
            ),
          },
        },
      },
    }),
  );

/** What an aggregate answers. */
export function aggregationRef(context: ResourceContext): Ref {
  const { resource, components, shapes } = context;
  const values = (fields: readonly ValueFieldModel[], schema: (field: ValueFieldModel) => Node): Node => ({
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, schema(field)])),
  });
  const amount = (): Node => ({ type: ["number", "null"] });
  const measure = (
    fields: readonly ValueFieldModel[],
    schema: (field: ValueFieldModel) => Node,
  ): Node | undefined => some(fields) && values(fields, schema);
  const least = (field: ValueFieldModel): Node => nullableOf(rowSchema(field, shapes));
  return components.schema(`aggregation ${resource.key}`, `${resource.typeName}Aggregation`, () => ({
    type: "object",
    required: ["groups"],
    properties: {
      groups: {
        type: "array",
        description: "Ordered by key, nulls last.",
        items: {
          type: "object",
          required: ["key"],
          properties: node({
            key: {
              ...values(ordered(resource), (field) => rowSchema(field, shapes)),
              description: "What the rows of the group have in common, as far as `groupBy` names it.",
            },
            count: { type: "integer", minimum: 0 },
            sum: measure(numeric(resource), amount),
            avg: measure(numeric(resource), amount),
            min: measure(comparable(resource), least),
            max: measure(comparable(resource), least),
          }),
        },
      },
    },
  }));
}

/** What a count, and a batch by filter, answers. */
export const countRef = ({ components }: Context): Ref =>
  components.schema("count", "Count", () => ({
    type: "object",
    required: ["count"],
    properties: { count: { type: "integer", minimum: 0 } },
  }));
