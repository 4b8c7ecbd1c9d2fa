/** What clients with moments as `Date` have besides: types that say so, and the table of where answers hold moments. */
import type { Model, ResourceModel, ValueFieldModel } from "../model/types.ts";
import { channelPath, channelsOf, hasChannelRoutes } from "./channels.ts";
import { visibleFields } from "./computed.ts";
import { includables } from "./includable.ts";
import { callable, hasRoutes, offers } from "./rule.ts";
import { list, propertyName, quote } from "./text.ts";

/** Name of the table. */
export const momentsName = "moments";

/** The table, for `covara/client`. */
export function emitMoments(model: Model): string[] {
  const pathOf = ({ route }: ResourceModel): string => `${model.basePath}/${route}`;
  return [
    "",
    "/** Where answers hold moments, by path. */",
    `const ${momentsName} = {`,
    ...model.resources.filter(hasRoutes).flatMap((resource) => {
      const relations = includables(model, resource).map(
        ({ relation, target }) => `${propertyName(relation.name)}: ${quote(pathOf(target))}`,
      );
      const procedures = callable(resource).flatMap(({ segment, output }) => {
        const names = momentsOf(output ?? []);
        return output === null ? [] : [`${propertyName(segment)}: [${names.map(quote).join(", ")}]`];
      });
      return [
        `  ${propertyName(pathOf(resource))}: {`,
        list("    fields: ", "[", momentsOf(fieldsOf(resource)).map(quote), "]", ","),
        ...(relations.length === 0 ? [] : [list("    relations: ", "{ ", relations, "}", ",")]),
        ...(procedures.length === 0 ? [] : [list("    procedures: ", "{ ", procedures, "}", ",")]),
        "  },",
      ];
    }),
    ...channelsOf(model)
      .filter(hasChannelRoutes)
      .map((channel) => {
        const names = [...momentsOf(channel.message), "at"];
        const key = propertyName(`${model.basePath}${channelPath(channel)}`);
        return list(`  ${key}: `, "{ ", [`fields: [${names.map(quote).join(", ")}]`], "}", ",");
      }),
    "};",
  ];
}

const momentsOf = (fields: readonly ValueFieldModel[]): string[] =>
  fields.filter(({ kind }) => kind === "timestamp").map(({ name }) => name);

const fieldsOf = (resource: ResourceModel): readonly ValueFieldModel[] => [
  ...visibleFields(resource),
  ...(resource.deletedAt !== null && offers(resource, "readDeleted") ? [resource.deletedAt] : []),
];

/** The application with moments that are dates in types. */
export function withDates(model: Model): Model {
  const dated = <Field extends ValueFieldModel>(field: Field): Field =>
    field.kind === "timestamp"
      ? { ...field, kind: "json", shape: { type: "reference", name: "Date" } }
      : field;
  const all = (fields: readonly ValueFieldModel[] | null): readonly ValueFieldModel[] | null =>
    fields === null ? null : fields.map(dated);
  return {
    ...model,
    channels: model.channels && {
      list: channelsOf(model).map((channel) => ({ ...channel, message: channel.message.map(dated) })),
    },
    resources: model.resources.map((resource) => ({
      ...resource,
      fields: resource.fields.map(dated),
      computed: { ...resource.computed, fields: resource.computed.fields.map(dated) },
      deletedAt: resource.deletedAt === null ? null : dated(resource.deletedAt),
      procedures:
        resource.procedures === null
          ? null
          : {
              ...resource.procedures,
              list: resource.procedures.list.map((procedure) => ({
                ...procedure,
                input: all(procedure.input),
                output: all(procedure.output),
              })),
            },
    })),
  };
}
