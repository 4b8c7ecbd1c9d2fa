/** What `include` adds to the client of a resource: the relations that can be followed, and the reads that follow them. */
import type { Model, ResourceModel } from "../model/types.ts";
import { applied, type Generic, type TypeText, typedMember } from "./client-layout.ts";
import { whereType } from "./client-where.ts";
import { includables } from "./includable.ts";
import { describeRelation } from "./relations.ts";
import type { SourceFile } from "./source-file.ts";
import { propertyName } from "./text.ts";

/** Name of the interface with the relations of a row. */
export const relationsType = (resource: ResourceModel): string => `${resource.typeName}Relations`;

/** The interface, or nothing where there is no relation to follow. */
export function emitRelationsType(file: SourceFile, model: Model, resource: ResourceModel): string[] {
  const relations = includables(model, resource);
  if (relations.length === 0) return [];
  return [
    "",
    `/** What \`include\` can follow from ${resource.key}. */`,
    `export interface ${relationsType(resource)} {`,
    ...relations.flatMap((includable) => {
      const { target, many, relation } = includable;
      const next = includables(model, target).length > 0 ? [relationsType(target)] : [];
      const row = file.useType("./types.js", target.typeName);
      const types = [row, whereType(target), ...(many ? [`${target.typeName}OrderBy`] : []), ...next];
      return [
        `  /** ${describeRelation(includable)} */`,
        ...typedMember(
          propertyName(relation.name),
          file.useType("covara/client", many ? "ToMany" : "ToOne"),
          types,
        ),
      ];
    }),
    "}",
  ];
}

/** How the signature of a read says that relations can be followed. */
export interface Following {
  /** Its type parameters. */
  generic(keys: string): Generic;
  /** The type of its options. */
  options(own: TypeText): TypeText;
  /** The type of a row. */
  row(own: TypeText): TypeText;
}

export function following(file: SourceFile, model: Model, resource: ResourceModel): Following {
  if (includables(model, resource).length === 0) {
    return { generic: (keys) => ({ type: "Field", keys }), options: (own) => own, row: (own) => own };
  }
  const relations = relationsType(resource);
  const type = (name: string): string => file.useType("covara/client", name);
  return {
    generic: (keys) => ({
      type: "Field",
      keys,
      others: [{ name: "const Chosen", rest: `${type("Include")}<${relations}> = ${type("Nothing")}` }],
    }),
    options: (own) => ({ sign: "&", types: [own, applied(type("Including"), relations, "Chosen")] }),
    row: (own) => applied(type("Included"), own, relations, "Chosen"),
  };
}
