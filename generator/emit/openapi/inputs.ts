/** The schemas of request bodies. */
import type { FieldModel, ProcedureModel, ResourceModel, ValueFieldModel } from "../../model/types.ts";
import { nestedRelations, nestedTypeName } from "../nested.ts";
import { mayOmit } from "../new-row.ts";
import { procedureNames } from "../procedures.ts";
import type { Context, ResourceContext } from "./context.ts";
import { changeable, creatable } from "./fields.ts";
import { type Node, node, some } from "./node.ts";
import { examplesOf } from "./rows.ts";
import { complete, sampleId, sampleValue } from "./samples.ts";
import { inputSchema, withDefault } from "./values.ts";

type Ref = { readonly $ref: string };

/** A field of a whole row: what is left out gets its default. */
function wholeProperty(context: Context, field: FieldModel): Node {
  const schema = inputSchema(field, context.shapes);
  if (field.kind === "id") return schema;
  return withDefault(schema, field.default ?? (field.nullable ? null : undefined));
}

/** An object with these properties and no others. */
export const closed = (properties: Node, required: readonly string[], more: Node = {}): Node =>
  node({
    type: "object",
    required: some(required),
    properties: Object.keys(properties).length === 0 ? undefined : properties,
    additionalProperties: false,
    ...more,
  });

const properties = <Field extends ValueFieldModel>(
  fields: readonly Field[],
  schema: (field: Field) => Node,
): Node => Object.fromEntries(fields.map((field) => [field.name, schema(field)]));

const namesOf = (fields: readonly ValueFieldModel[]): string[] => fields.map(({ name }) => name);

/** Examples, as the member of a schema. */
const withExamples = (examples: readonly Node[] | undefined): Node =>
  examples === undefined ? {} : { examples };

/**
 * What a new row is made from.
 *
 * @param without A reference that is known already, where the row is created together with the one that it names.
 */
export function createRef(context: Context, resource: ResourceModel, without?: FieldModel): Ref {
  const { key, typeName } = resource;
  const suffix =
    without === undefined ? "" : `Without${without.name.charAt(0).toUpperCase()}${without.name.slice(1)}`;
  return context.components.schema(
    `create ${key} ${without?.name ?? ""}`,
    `${typeName}Create${suffix}`,
    () => {
      const fields = creatable(resource).filter(({ name }) => name !== without?.name);
      return closed(
        properties(fields, (field) => wholeProperty(context, field)),
        namesOf(fields.filter((field) => !mayOmit(field))),
        {
          description: `What a new row of ${key} is made from${without === undefined ? "" : `, but for \`${without.name}\``}.`,
          ...withExamples(
            examplesOf(
              context,
              resource,
              fields.filter(({ kind }) => kind !== "id"),
            ),
          ),
        },
      );
    },
  );
}

/** The body of a create: with rows of relations, where any can come along. */
export function createBody(context: ResourceContext): Ref {
  const { model, resource, components } = context;
  const relations = nestedRelations(model, resource);
  if (relations.length === 0) return createRef(context, resource);
  const freed = relations.flatMap(({ type, field }) => (type === "belongsTo" ? [field.name] : []));
  return components.schema(`nested ${resource.key}`, nestedTypeName(resource), () => {
    const fields = creatable(resource);
    const embedded = relations.map(({ name, target, type, field }) => {
      const row = createRef(context, target, type === "belongsTo" ? undefined : field);
      if (type !== "hasMany") return [name, row] as const;
      return [name, { type: "array", maxItems: target.batchLimit, items: row }] as const;
    });
    return closed(
      { ...properties(fields, (field) => wholeProperty(context, field)), ...Object.fromEntries(embedded) },
      namesOf(fields.filter((field) => !mayOmit(field) && !freed.includes(field.name))),
      {
        description: `What a new row of ${resource.key} is made from, with rows that are created together with it: ${relations
          .map(({ name }) => `\`${name}\``)
          .join(", ")}.`,
        ...withExamples(
          examplesOf(
            context,
            resource,
            fields.filter(({ kind }) => kind !== "id"),
          ),
        ),
      },
    );
  });
}

/** The fields that a change sets. */
export const updateRef = (context: ResourceContext): Ref => {
  const { resource, components, shapes } = context;
  return components.schema(`update ${resource.key}`, `${resource.typeName}Update`, () => {
    const fields = changeable(resource);
    return closed(
      properties(fields, (field) => inputSchema(field, shapes)),
      [],
      {
        description: `A change of a row of ${resource.key}: the fields to set.`,
        ...withExamples(examplesOf(context, resource, fields.slice(0, 1))),
      },
    );
  });
};

/** The whole new content of a row. */
export const replaceRef = (context: ResourceContext): Ref => {
  const { resource, components } = context;
  return components.schema(`replace ${resource.key}`, `${resource.typeName}Replace`, () => {
    const fields = changeable(resource);
    return closed(
      {
        id: { type: "string", format: "uuid", description: "The id of the path, if it is given at all." },
        ...properties(fields, (field) => wholeProperty(context, field)),
      },
      namesOf(fields.filter((field) => !mayOmit(field))),
      {
        description: `The whole new content of a row of ${resource.key}: what is left out goes back to its default.`,
        ...withExamples(examplesOf(context, resource, fields)),
      },
    );
  });
};

/** The items of a batch. */
function itemsRef(context: ResourceContext, id: string, name: string, items: Node): Ref {
  const { resource, components } = context;
  return components.schema(`${id} ${resource.key}`, `${resource.typeName}${name}`, () =>
    closed({ items: { type: "array", minItems: 1, maxItems: resource.batchLimit, items } }, ["items"]),
  );
}

export const createManyRef = (context: ResourceContext): Ref =>
  itemsRef(context, "create many", "CreateMany", createRef(context, context.resource));

export const upsertManyRef = (context: ResourceContext): Ref =>
  itemsRef(context, "upsert many", "UpsertMany", {
    allOf: [createRef(context, context.resource), { type: "object", required: ["id"] }],
    ...withExamples(
      examplesOf(context, context.resource, creatable(context.resource))?.map((example) => ({
        ...example,
        id: sampleId(context.resource.key),
      })),
    ),
  });

/** What a procedure takes; null where it takes nothing. */
export const procedureInput = (context: Context, procedure: ProcedureModel): Ref | null => {
  const { input } = procedure;
  if (input === null) return null;
  const { inputType } = procedureNames(procedure);
  return context.components.schema(`procedure ${inputType}`, inputType, () =>
    closed(
      properties(input, (field) => {
        const schema = inputSchema(field, context.shapes);
        return field.nullable ? withDefault(schema, null) : schema;
      }),
      namesOf(input.filter(({ nullable }) => !nullable)),
      withExamples(examplesOfValues(context, input)),
    ),
  );
};

/** What a procedure gives; null where it gives nothing. */
export const procedureOutput = (context: Context, procedure: ProcedureModel): Ref | null => {
  const { output } = procedure;
  if (output === null) return null;
  const { outputType } = procedureNames(procedure);
  return context.components.schema(`procedure ${outputType}`, outputType, () =>
    node({
      type: "object",
      required: some(namesOf(output)),
      properties: properties(output, (field) => inputSchema(field, context.shapes)),
      ...withExamples(examplesOfValues(context, output)),
    }),
  );
};

function examplesOfValues(
  { model }: Context,
  fields: readonly ValueFieldModel[],
): readonly Node[] | undefined {
  const values = complete(fields.map((field) => sampleValue(field, model.jsonTypes)));
  return values && [Object.fromEntries(fields.map(({ name }, index) => [name, values[index] ?? null]))];
}
