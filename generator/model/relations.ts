/** The pass over relations: those that references give by themselves, and the declared ones. */
import type { ConfigData, RelationData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { computedNames } from "./computed.ts";
import { checkName } from "./names.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { FieldModel, RelationModel } from "./types.ts";

export type FieldsByResource = ReadonlyMap<string, readonly FieldModel[]>;

/** The relations of one resource: first those of its references in the order of the fields, then the declared ones. */
export function buildRelations(
  key: string,
  config: ConfigData,
  fields: FieldsByResource,
  report: Report,
): RelationModel[] {
  const declared = Object.entries(config.resources[key]?.relations ?? {}).flatMap(([name, data]) => {
    const path = ["resources", key, "relations", name];
    if (!checkName(name, "relation", path, report)) return [];
    const relation = new Resolver(key, name, path, fields, report).resolve(data);
    return relation === null ? [] : [relation];
  });
  const own = fields.get(key) ?? [];
  const named = new Set(
    declared.flatMap((relation) => (relation.type === "belongsTo" ? [relation.field] : [])),
  );
  const implied = own.filter((field) => !named.has(field.name)).flatMap(impliedRelation);
  const relations = [...implied, ...declared];
  checkTaken(key, own, computedNames(config, key), implied, declared, report);
  return relations;
}

/** A reference named `ownerId` or `owner_id` gives the relation `owner`; other names give none by themselves. */
function impliedRelation(field: FieldModel): RelationModel[] {
  const name = /^(.+?)(?:Id|_id)$/.exec(field.name)?.[1];
  if (field.reference === null || name === undefined) return [];
  return [{ type: "belongsTo", name, target: field.reference.resource, field: field.name, declared: false }];
}

function checkTaken(
  key: string,
  fields: readonly FieldModel[],
  computed: readonly string[],
  implied: readonly RelationModel[],
  declared: readonly RelationModel[],
  report: Report,
): void {
  const path = ["resources", key];
  const seen = new Map<string, RelationModel>();
  for (const relation of [...implied, ...declared]) {
    const isImplied = implied.includes(relation);
    const where =
      isImplied && relation.type === "belongsTo"
        ? [...path, "fields", relation.field]
        : [...path, "relations", relation.name];
    const what = isImplied && relation.type === "belongsTo" ? ` that \`${relation.field}\` gives` : "";
    const other = seen.get(relation.name);
    if (fields.some((field) => field.name === relation.name) || computed.includes(relation.name)) {
      report.error(
        "COV1304",
        where,
        `The relation \`${relation.name}\`${what} of \`${key}\` has the name of a field.`,
      );
    } else if (other !== undefined) {
      const rival = other.type === "belongsTo" ? ` (from \`${other.field}\`)` : "";
      report.error("COV1304", where, `\`${key}\` has two relations called \`${relation.name}\`${rival}.`);
    }
    seen.set(relation.name, relation);
  }
}

/** Resolves one declared relation. */
class Resolver {
  readonly #key: string;
  readonly #name: string;
  readonly #path: ConfigPath;
  readonly #fields: FieldsByResource;
  readonly #report: Report;

  constructor(key: string, name: string, path: ConfigPath, fields: FieldsByResource, report: Report) {
    this.#key = key;
    this.#name = name;
    this.#path = path;
    this.#fields = fields;
    this.#report = report;
  }

  resolve(data: RelationData): RelationModel | null {
    const name = this.#name;
    if ("belongsTo" in data) {
      const field = this.#reference(data.belongsTo, "belongsTo", this.#key, data.belongsTo, data.by, "by");
      return field === null
        ? null
        : { type: "belongsTo", name, target: data.belongsTo, field: field.name, declared: true };
    }
    if ("manyToMany" in data) return this.#manyToMany(data);
    const [type, target, by] =
      "hasOne" in data
        ? (["hasOne", data.hasOne, data.by] as const)
        : (["hasMany", data.hasMany, data.by] as const);
    const field = this.#reference(target, type, target, this.#key, by, "by");
    if (field === null) return null;
    if (type === "hasOne" && !field.unique) {
      const message = `\`${this.#key}.${name}\` is one row, but \`${target}.${field.name}\` is not unique.`;
      this.#report.error("COV1305", this.#path, message);
    }
    return { type, name, target, by: field.name };
  }

  #manyToMany(data: Extract<RelationData, { manyToMany: string }>): RelationModel | null {
    const { manyToMany: target, through } = data;
    const known = this.#isResource(target, "manyToMany");
    if (!this.#isResource(through, "through") || !known) return null;
    const by = this.#reference(through, "through", through, this.#key, data.by, "by", data.to);
    if (by === null) return null;
    const to = this.#reference(through, "through", through, target, data.to, "to", by.name);
    if (to === null) return null;
    return { type: "manyToMany", name: this.#name, target, through, by: by.name, to: to.name };
  }

  #isResource(resource: string, option: string): boolean {
    if (this.#fields.has(resource)) return true;
    const message = `The relation \`${this.#key}.${this.#name}\` names ${quote(resource)}, which is not a resource.`;
    const details = suggest(resource, [...this.#fields.keys()], "Resources");
    this.#report.error("COV1301", [...this.#path, option], message, { text: resource, ...details });
    return false;
  }

  /** The reference field of `holder` that points at `target`: the stated one, or the only one besides `except`. */
  #reference(
    named: string,
    option: string,
    holder: string,
    target: string,
    stated: string | undefined,
    side: "by" | "to",
    except?: string,
  ): FieldModel | null {
    if (!this.#isResource(named, option)) return null;
    const candidates = (this.#fields.get(holder) ?? []).filter(
      (field) => field.reference?.resource === target && field.name !== except,
    );
    const names = candidates.map((field) => field.name);
    const relation = `\`${this.#key}.${this.#name}\``;
    if (stated !== undefined) {
      const field = candidates.find((candidate) => candidate.name === stated);
      if (field !== undefined) return field;
      const message = `${relation} names the field ${quote(stated)}, which is not a reference from \`${holder}\` to \`${target}\`.`;
      this.#report.error("COV1302", [...this.#path, side], message, {
        text: stated,
        ...suggest(stated, names, "References"),
      });
      return null;
    }
    if (candidates.length === 1) return candidates[0] ?? null;
    if (candidates.length === 0) {
      const message = `${relation} needs a reference from \`${holder}\` to \`${target}\`, and there is none.`;
      this.#report.error("COV1302", this.#path, message);
    } else {
      const message = `${relation} could follow ${names.map((field) => `\`${holder}.${field}\``).join(" or ")}.`;
      this.#report.error("COV1303", this.#path, message, { fix: `Name one: \`${side}: "${names[0]}"\`.` });
    }
    return null;
  }
}
