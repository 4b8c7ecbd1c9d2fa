/** What the server, and a user, may do with the rows of a resource, as `db.ts` states it. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { scopeCall, scopeFunction } from "./access.ts";
import { call, type Expression } from "./expression.ts";
import { importedScope } from "./json.ts";
import { schemaOf } from "./json-schema.ts";
import { isOwned, newRowName, takesInput } from "./new-row.ts";
import { references } from "./references.ts";
import { resourceOf } from "./resource-of.ts";
import { recheck } from "./routes-write.ts";
import { mayLack, settableFields } from "./rows.ts";
import { type Operation, offers } from "./rule.ts";
import { defaultEntry, entry, type Share, schemaNames, valueSchema } from "./schemas.ts";
import type { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { aType, list, property, propertyName, quote } from "./text.ts";

/** What is written for one resource, and what it is written with. */
export interface DbEmission {
  readonly model: Model;
  readonly file: SourceFile;
  readonly share: Share;
  /** Asks for the validator of JSON values whose type nothing but the compiler checks; returns its name. */
  unchecked(): string;
}

/** Names of the constants that belong to a resource. */
export const constants = ({ valueName, identifier }: ResourceModel) => ({
  fields: `${valueName}RowFields`,
  create: `${valueName}RowCreate`,
  update: `${valueName}RowUpdate`,
  server: `${identifier}Server`,
});

/** The property of a resource. `as` is a method of `db(env)` itself. */
export const key = ({ key: name, identifier }: ResourceModel): string => (name === "as" ? identifier : name);

/** What the server may do with the rows of a resource: everything that the resource's fields and references allow. */
export function serverPolicy(e: DbEmission, resource: ResourceModel): string[][] {
  const { file, model } = e;
  const runtime = (name: string): string => file.use("covara/runtime", name);
  const names = constants(resource);
  const settable = settableFields(resource);
  const type = (): string => file.useType("./types.js", resource.typeName);
  const fields = settable.map((field) => entry(field, fieldSchema(e, resource, field)));
  const created = settable.map((field) => {
    const schema = property(names.fields, field.name);
    const left = mayLack(resource, field) && field.default === undefined && !field.nullable;
    return left ? entry(field, `z.optional(${schema})`) : defaultEntry(field, schema, type);
  });
  const stamps = resource.fields.flatMap(({ name, generated }) => {
    if (generated === "createdAt" || generated === "updatedAt") return [`${propertyName(name)}: now`];
    return generated === "version" ? [`${propertyName(name)}: 1`] : [];
  });
  const stamped = stamps.some((stamp) => stamp.endsWith("now"));
  const every = runtime("anyRow");
  const read =
    resource.deletedAt === null
      ? every
      : `${runtime("where")}(${quote(`${sqlName(resource.deletedAt.column)} IS NULL`)})`;
  const head = `row(input: ${file.useType("covara/runtime", "Parsed")}<typeof ${names.create}>)`;
  return [
    [
      `/** What the fields of ${aType(resource.typeName)} accept from server code. */`,
      ...(fields.length === 0
        ? [`const ${names.fields} = {};`]
        : [`const ${names.fields} = {`, ...fields, "};"]),
    ],
    [`const ${names.create} = z.strictObject({`, `  id: z.optional(${e.share("id")}),`, ...created, "});"],
    [`const ${names.update} = z.partial(z.strictObject(${names.fields}));`],
    [
      `/** What the server may do with ${resource.key}. */`,
      `const ${names.server} = {`,
      `  caller: "",`,
      `  read: () => ${read},`,
      "  create: {",
      `    schema: ${names.create},`,
      `    scope: () => ${every},`,
      `    ${head} {`,
      ...(stamped ? [`      const now = ${runtime("timestamp")}();`] : []),
      list(
        "      return ",
        "{ ",
        ["...input", `id: input.id ?? ${runtime("uuidv7")}()`, ...stamps],
        "}",
        ";",
      ),
      "    },",
      "  },",
      `  update: { schema: ${names.update}, scope: () => ${every} },`,
      `  delete: () => ${every},`,
      ...serverReferences(model, file, resource),
      "};",
    ],
  ];
}

/** Types of JSON values have validators only where requests may send them; for the others the compiler has to do. */
function fieldSchema(
  { model, file, share, unchecked }: DbEmission,
  resource: ResourceModel,
  field: FieldModel,
): Expression {
  const checked = field.writable && (offers(resource, "create") || offers(resource, "update"));
  if (field.shape === null) return valueSchema(field, share);
  const schema = checked ? schemaOf(field.shape, importedScope(file, model)) : unchecked();
  return field.nullable ? call("z.nullable", [schema]) : schema;
}

/** Rows that are referred to have to be there, and not deleted. */
function serverReferences(model: Model, file: SourceFile, resource: ResourceModel): string[] {
  const items = settableFields(resource).flatMap(({ name, reference }) => {
    if (reference === null) return [];
    const { table, deletedAt } = resourceOf(model, reference.resource);
    const read =
      deletedAt === null
        ? file.use("covara/runtime", "anyRow")
        : `${file.use("covara/runtime", "where")}(${quote(`${sqlName(deletedAt.column)} IS NULL`)})`;
    return [`    ${propertyName(name)}: { table: ${quote(sqlName(table))}, read: ${read} },`];
  });
  return items.length === 0 ? ["  references: {},"] : ["  references: {", ...items, "  },"];
}

/** What a user may do, in lines of the function's own indentation. */
export function userPolicy(
  model: Model,
  file: SourceFile,
  resource: ResourceModel,
  hooks: readonly string[],
  rows: string,
): string[] {
  const runtime = (name: string): string => file.use("covara/runtime", name);
  const stored = (name: string): string => file.use(`./resources/${resource.file}.js`, name);
  const scope = (operation: Operation): string =>
    scopeCall(resource, operation, file.use("./access.js", scopeFunction(resource, operation)), "user");
  const names = schemaNames(resource);
  const schema = (name: string): string => file.use("./schemas.js", name);
  const [creates, updates] = [offers(resource, "create"), offers(resource, "update")];
  const made = [
    ...(takesInput(resource) ? ["input"] : []),
    ...(isOwned(resource) ? [`${creates ? runtime("signedIn") : ""}(user)`] : []),
  ];
  const input = takesInput(resource) ? "(input)" : "()";
  return [
    `        ${propertyName(key(resource))}: ${rows}({`,
    "          ...at,",
    `          caller: user?.id ?? "",`,
    `          table: ${stored(resource.identifier)},`,
    `          read: () => ${offers(resource, "read") ? scope("read") : runtime("noRow")},`,
    ...(creates
      ? [
          "          create: {",
          `            schema: ${schema(names.create)},`,
          `            scope: () => ${scope("create")},`,
          `            row: ${input} => ${stored(newRowName(resource))}(${made.join(", ")}),`,
          "          },",
        ]
      : []),
    ...(updates
      ? [
          list(
            "          update: ",
            "{ ",
            [
              `schema: ${schema(names.update)}`,
              `scope: () => ${scope("update")}`,
              ...(recheck(resource).length > 0 ? ["recheck: true"] : []),
            ],
            "}",
            ",",
          ),
        ]
      : []),
    ...(offers(resource, "delete") ? [`          delete: () => ${scope("delete")},`] : []),
    `          references: ${creates || updates ? references(model, resource, stored) : "{}"},`,
    ...hooks.map((member) => `          ${member},`),
    "        }),",
  ];
}
