/** Rows that a create may carry along: those of relations that the config declares, each under its own resource's rules. */
import { pascalCase } from "../model/casing.ts";
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { type Emission, hookedName } from "./emission.ts";
import { call, type Expression, layOut } from "./expression.ts";
import { runsOn } from "./hooks.ts";
import { hasKeys, keyScope } from "./key-scopes.ts";
import { isOwned, mayOmit, newRowName, takesInput } from "./new-row.ts";
import { references, referencesNeedUser } from "./references.ts";
import { resourceOf } from "./resource-of.ts";
import { dependsOnCaller, offers } from "./rule.ts";
import { schemaNames } from "./schemas.ts";
import { list, property, propertyName, quote } from "./text.ts";

/** A relation whose rows can be created together with a row. */
export interface NestedRelation {
  readonly name: string;
  readonly target: ResourceModel;
  /** Whether the row refers to the other one (a parent), or the others refer to it: to one of them or to many. */
  readonly type: "belongsTo" | "hasOne" | "hasMany";
  /** The reference: the row's own field, or the target's. */
  readonly field: FieldModel;
}

/** The relations that a create may embed: declared, to a resource whose rows may be created, over a reference that requests may set. */
export function nestedRelations(model: Model, resource: ResourceModel): readonly NestedRelation[] {
  if (!offers(resource, "create")) return [];
  return resource.relations.flatMap((relation): NestedRelation[] => {
    if (relation.type === "manyToMany") return [];
    const target = resourceOf(model, relation.target);
    const [holder, name] = relation.type === "belongsTo" ? [resource, relation.field] : [target, relation.by];
    const field = holder.fields.find((candidate) => candidate.name === name);
    if (relation.type === "belongsTo" && !relation.declared) return [];
    if (field === undefined || !field.writable || !offers(target, "create") || !takesInput(target)) return [];
    return [{ name: relation.name, target, type: relation.type, field }];
  });
}

/** Name of the validator of a create with what it may carry along. */
export const nestedSchemaName = (resource: ResourceModel): string => `${resource.valueName}Nested`;

/** Name of its type. */
export const nestedTypeName = (resource: ResourceModel): string => `${resource.typeName}Nested`;

/** The name under which a handler holds the rows of a relation. */
const given = ({ name }: NestedRelation): string => `with${pascalCase(name)}`;

/** The validator: the create's own, widened by the relations. */
export function nestedSchema(model: Model, resource: ResourceModel): string[] {
  const relations = nestedRelations(model, resource);
  if (relations.length === 0) return [];
  const freed = relations.filter(({ type, field }) => type === "belongsTo" && !mayOmit(field));
  const members = [
    ...freed.map(({ field }) => {
      const fields = property(schemaNames(resource).fields, field.name);
      return `  ${propertyName(field.name)}: z.optional(${fields}),`;
    }),
    ...relations.map((relation) => {
      const { target, type, name, field } = relation;
      const create = schemaNames(target).create;
      const own = type === "belongsTo" ? create : `z.omit(${create}, { ${propertyName(field.name)}: true })`;
      const before = `  ${propertyName(name)}: z.optional(`;
      if (type !== "hasMany") return list(`${before.slice(0, -1)}`, "(", [own], ")", ",");
      return list(`${before}z.array(${own}).check`, "(", [`z.maxLength(${target.batchLimit})`], ")", "),");
    }),
  ];
  return [
    `/** Body of \`POST ${model.basePath}/${resource.route}\`, with rows that are created together with it. */`,
    `export const ${nestedSchemaName(resource)} = z.extend(${schemaNames(resource).create}, {`,
    ...members,
    "});",
  ];
}

/** The type of such a body. */
export function nestedType(model: Model, resource: ResourceModel): string[] {
  const relations = nestedRelations(model, resource);
  if (relations.length === 0) return [];
  const freed = relations.filter(({ type, field }) => type === "belongsTo" && !mayOmit(field));
  const create = `${resource.typeName}Create`;
  const base =
    freed.length === 0
      ? create
      : `Omit<${create}, ${freed.map(({ field }) => quote(field.name)).join(" | ")}>`;
  return [
    `/** What a new ${resource.typeName} is made from, with rows that are created together with it. */`,
    `export interface ${nestedTypeName(resource)} extends ${base} {`,
    ...freed.map(({ field, name }) => `  /** Or \`${name}\`. */\n  ${propertyName(field.name)}?: string;`),
    ...relations.map(({ name, target, type, field }) => {
      const input = `${target.typeName}Create`;
      if (type === "belongsTo") return `  ${propertyName(name)}?: ${input};`;
      const own = `Omit<${input}, ${quote(field.name)}>`;
      return `  ${propertyName(name)}?: ${own}${type === "hasMany" ? "[]" : ""};`;
    }),
    "}",
  ];
}

/** Whether hooks run for any of the rows. */
const nestedHooks = (model: Model, resource: ResourceModel): boolean =>
  [resource, ...nestedRelations(model, resource).map(({ target }) => target)].some((one) =>
    runsOn(one, "create"),
  );

/** Whether making the rows looks at the caller. */
export const nestedNeedsUser = (model: Model, resource: ResourceModel): boolean =>
  (model.auth !== null &&
    nestedRelations(model, resource).length > 0 &&
    (hasKeys(model) || nestedHooks(model, resource))) ||
  nestedRelations(model, resource).some(
    ({ target }) =>
      isOwned(target) ||
      dependsOnCaller(target.access.create) ||
      (offers(target, "read") && dependsOnCaller(target.access.read)) ||
      referencesNeedUser(model, target),
  );

/** The body of a handler that creates a row with what it carries along, from the reading of the input on. */
export function nestedCreate(
  e: Emission,
  input: string,
  own: { references: string; read: string },
): string[] {
  const { model, resource } = e;
  const relations = nestedRelations(model, resource);
  const parents = relations.filter(({ type }) => type === "belongsTo");
  const children = relations.filter(({ type }) => type !== "belongsTo");
  const names = relations.map((relation) => `${propertyName(relation.name)}: ${given(relation)}`);
  const made = (target: ResourceModel, from: string, user = caller(e, target)): string =>
    `${e.stored(newRowName(target), target)}(${[from, ...(isOwned(target) ? [user] : [])].join(", ")})`;
  const references = parents.map(({ field, name }, index) => {
    const parent = parents[index] as NestedRelation;
    const value = `${e.runtime("embeddedId")}(${[
      quote(field.name),
      property("input", field.name),
      quote(name),
      `${given(parent)}Row`,
    ].join(", ")})`;
    return `${propertyName(field.name)}: ${value}`;
  });
  return [
    list("  const ", "{ ", [...names, "...input"], "}", ` = ${input};`).replace("...input,\n", "...input\n"),
    ...parents.map((parent) => {
      const rows = given(parent);
      return `  const ${rows}Row = ${rows} && ${made(parent.target, rows)};`;
    }),
    references.length === 0
      ? `  const row = ${made(resource, "input", "user")};`
      : list(
          `  const row = ${e.stored(newRowName(resource))}`,
          "(",
          [`{ ...input, ${references.join(", ")} }`, ...(isOwned(resource) ? ["user"] : [])],
          ")",
          ";",
        ),
    `  const change = ${e.runtime(nestedHooks(model, resource) ? hookedName("insertNested") : "insertNested")}({`,
    "    own: {",
    `      table: ${e.stored(resource.identifier)},`,
    "      row,",
    `      references: ${own.references},`,
    "      create,",
    `      read: ${own.read},`,
    ...e.hooks(["create"]).map((member) => `      ${member},`),
    "    },",
    ...group("parents", parents, (parent) => insert(e, parent, [`row: ${given(parent)}Row`])),
    ...group("children", children, (child) => {
      const link = `${propertyName(child.field.name)}: row.id`;
      return insert(e, child, [
        child.type === "hasOne"
          ? `row: ${made(child.target, `{ ...${given(child)}, ${link} }`)}`
          : `rows: ${given(child)}.map((each) => ${made(child.target, `{ ...each, ${link} }`)})`,
      ]);
    }),
    "  });",
  ];
}

/** The caller as the owner of a row: of one that is not the handler's own, it has to be made sure of first. */
const caller = (e: Emission, target: ResourceModel): string =>
  isOwned(e.resource) || !isOwned(target) ? "user" : `${e.runtime("signedIn")}(user)`;

const group = (
  name: string,
  relations: readonly NestedRelation[],
  emit: (relation: NestedRelation) => readonly string[],
): string[] =>
  relations.length === 0
    ? []
    : [
        `    ${name}: {`,
        ...relations.flatMap((relation) => [
          `      ${propertyName(relation.name)}: ${given(relation)}${relation.type === "belongsTo" ? "Row" : ""} && {`,
          ...emit(relation).map((line) => `${deep}${line},`),
          "      },",
        ]),
        "    },",
      ];

function insert(e: Emission, { target }: NestedRelation, rows: readonly string[]): string[] {
  const create = call(e.runtime("permitted"), [e.scope("create", target)]);
  const read = offers(target, "read") ? e.scope("read", target) : e.runtime("noRow");
  const scoped = (name: string, access: "read" | "write", rule: Expression): Expression =>
    hasKeys(e.model)
      ? call(e.file.use("covara/runtime/auth", name), ["user", keyScope(target, access), rule])
      : rule;
  const member = (name: string, value: Expression): string =>
    layOut(`${deep}${name}: `, value, "").trimStart();
  return [
    `table: ${e.stored(target.identifier, target)}`,
    ...rows,
    `references: ${references(e.model, target, (name) => e.stored(name, target))}`,
    member("create", scoped("scopedRule", "write", create)),
    member("read", scoped("shownBy", "read", read)),
    ...e.hooks(["create"], target),
  ];
}

/** What stands before the members of a row that is created along. */
const deep = " ".repeat(8);
