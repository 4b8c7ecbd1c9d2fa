/** The routes that write a resource: create, patch, replace, delete. */
import type { FieldModel, ResourceModel } from "../model/types.ts";
import { database, type Emission, handler } from "./emission.ts";
import { resourceOf } from "./resource-of.ts";
import { wrapSql } from "./resource-table.ts";
import { dependsOnCaller, offers, ownerFieldsOf } from "./rule.ts";
import { schemaNames } from "./schemas.ts";
import { sqlName } from "./sql-name.ts";
import { inTemplate, list, property, propertyName, quote } from "./text.ts";

/** The read scope of what a write returns: nothing is readable where the resource has no read rule. */
const readBack = (e: Emission): string => (offers(e.resource, "read") ? e.scope("read") : e.runtime("noRow"));

/** The fields that a request may refer to other rows with, each with the resource it refers to. */
const referenceFields = ({ model, resource }: Emission): { field: FieldModel; target: ResourceModel }[] =>
  resource.fields.flatMap((field) =>
    field.reference !== null && field.writable
      ? [{ field, target: resourceOf(model, field.reference.resource) }]
      : [],
  );

/** How a handler names the references that it sets. */
function references(e: Emission): string {
  if (referenceFields(e).length === 0) return "[]";
  return referencesNeedUser(e) ? "references(input, user)" : "references(input)";
}

/** One function says what each reference must name; create, change and replace share it. */
export function emitReferences(e: Emission): void {
  const fields = referenceFields(e);
  if (fields.length === 0) return;
  const members = fields.map(
    ({ field: { name, nullable } }) =>
      `  ${propertyName(name)}?: string${nullable ? " | null" : ""} | undefined;`,
  );
  const user = referencesNeedUser(e) ? `, user: ${e.file.useType("../env.js", "User")} | null` : "";
  const items = fields.map(({ field: { name }, target }) => {
    const read = offers(target, "read") ? e.scope("read", target) : e.runtime("noRow");
    const table = quote(sqlName(target.table));
    return `{ field: ${quote(name)}, table: ${table}, id: ${property("input", name)}, read: ${read} }`;
  });
  e.file.section(
    "/** The references that a request may set. */",
    "interface ReferenceInput {",
    ...members,
    "}",
    "",
    "/** Rows that a request refers to: each must exist and be one that the caller may read. */",
    `function references(input: ReferenceInput${user}): ${e.file.useType("covara/runtime", "Reference")}[] {`,
    ...(items.length === 1
      ? [list("  return ", "[", items, "]", ";")]
      : ["  return [", ...items.map((item) => `    ${item},`), "  ];"]),
    "}",
  );
}

/** Whether checking the references looks at the caller. */
const referencesNeedUser = (e: Emission): boolean =>
  referenceFields(e).some(({ target }) => offers(target, "read") && dependsOnCaller(target.access.read));

export function createRoute(e: Emission): string[] {
  const { resource } = e;
  const owned = resource.fields.some(({ generated }) => generated === "owner");
  const stamped = resource.fields.some(
    ({ generated }) => generated === "createdAt" || generated === "updatedAt",
  );
  const needsUser =
    owned ||
    e.needsUser(["create"]) ||
    (offers(resource, "read") && e.needsUser(["read"])) ||
    referencesNeedUser(e);
  const clientId = resource.fields.some((field) => field.clientId);
  const columns = resource.fields.filter((field) => field.generated !== null || field.writable);
  const names = columns.map(({ column }) => sqlName(column));
  const marks = columns.map(() => "?").join(", ");
  const values = columns.map((field) => insertValue(e, field));
  const schema = e.file.use("../schemas.js", schemaNames(resource).create);
  const refs = references(e);
  const usesInput = clientId || columns.some(({ generated }) => generated === null);
  return [
    ...handler(e, "post", "/", needsUser, `\`POST ${e.path}\``),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    `  const create = ${e.runtime("permitted")}(${e.scope("create")});`,
    ...(owned ? [`  if (user === null) throw ${e.runtime("unauthorized")}();`] : []),
    `  ${usesInput ? "const input = " : ""}await ${e.runtime("readBody")}(c.req.raw, ${schema}, ${e.file.use("../schemas.js", "bodyLimit")});`,
    `  const id = ${clientId ? `input.id ?? ${e.runtime("uuidv7")}()` : `${e.runtime("uuidv7")}()`};`,
    ...(stamped ? [`  const now = ${e.runtime("timestamp")}();`] : []),
    `  const row = await ${e.runtime("insertRow")}(${database(e.model)}, {`,
    "    table,",
    "    id,",
    `    sql: \`INSERT INTO ${sqlName(resource.table)} (${wrapSql(names, 6)}) VALUES (${marks})\`,`,
    list("    values: ", "[", values, "]", ","),
    `    references: ${refs},`,
    "    create,",
    `    read: ${readBack(e)},`,
    "  });",
    `  const location = { Location: \`${inTemplate(e.path)}/\${id}\` };`,
    `  return row === null ? ${e.runtime("replyEmpty")}(c, location) : ${e.runtime("reply")}(c, 201, row, location);`,
    "});",
  ];
}

/** The value a new row gets in a column. What neither we nor a request sets is left to the column's default. */
function insertValue(e: Emission, field: FieldModel): string {
  switch (field.generated) {
    case "id":
      return "id";
    case "owner":
      return "user.id";
    case "createdAt":
    case "updatedAt":
      return "now";
    case "version":
      return "1";
    case null:
      break;
  }
  const value = property("input", field.name);
  if (field.kind === "json") return `${e.runtime("jsonText")}(${value})`;
  return field.kind === "boolean" ? `${e.runtime("bit")}(${value})` : value;
}

export function changeRoute(e: Emission, method: "patch" | "put"): string[] {
  const { resource } = e;
  const names = schemaNames(resource);
  const schema = e.file.use("../schemas.js", method === "patch" ? names.update : names.replace);
  const body = `await ${e.runtime("readBody")}(c.req.raw, ${schema}, ${e.file.use("../schemas.js", "bodyLimit")})`;
  const rechecked = ownerFieldsOf(resource.access.update).some(
    (name) => resource.fields.find((field) => field.name === name)?.writable === true,
  );
  const needsUser = e.needsUser(["read", "update"]) || referencesNeedUser(e);
  return [
    ...handler(e, method, "/:id", needsUser, `\`${method.toUpperCase()} ${e.path}/:id\``),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  const update = ${e.runtime("signedInFor")}(${e.scope("update")});`,
    ...(method === "patch"
      ? [`  const input = ${body};`]
      : [`  const { id, ...input } = ${body};`, `  ${e.runtime("sameId")}(c.req.param("id"), id);`]),
    `  const row = await ${e.runtime("updateRow")}(${database(e.model)}, {`,
    "    table,",
    `    id: c.req.param("id"),`,
    "    input,",
    `    references: ${references(e)},`,
    "    read,",
    "    update,",
    ...(rechecked
      ? [
          "    // The rule looks at what the request may set, so it has to hold afterwards too.",
          "    recheck: true,",
        ]
      : []),
    "  });",
    `  return row === null ? ${e.runtime("replyEmpty")}(c) : ${e.runtime("reply")}(c, 200, row);`,
    "});",
  ];
}

export function deleteRoute(e: Emission): string[] {
  return [
    ...handler(e, "delete", "/:id", e.needsUser(["read", "delete"]), `\`DELETE ${e.path}/:id\``),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    `  await ${e.runtime("deleteRow")}(${database(e.model)}, table, c.req.param("id"), {`,
    `    read: ${e.runtime("signedInFor")}(${e.scope("read")}),`,
    `    delete: ${e.runtime("signedInFor")}(${e.scope("delete")}),`,
    "  });",
    `  return ${e.runtime("replyEmpty")}(c);`,
    "});",
  ];
}
