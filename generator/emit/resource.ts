/** `resources/<name>.ts`: the routes of one resource, with their SQL. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { dependsOnCaller, scopeCall, scopeFunction } from "./access.ts";
import { type Operation, offers, ownerFieldsOf } from "./rule.ts";
import { schemaNames } from "./schemas.ts";
import { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { inTemplate, list, property, propertyName, quote } from "./text.ts";

/** Name of the Hono app with a resource's routes. */
export const routesName = (resource: ResourceModel): string => `${resource.identifier}Routes`;

/** The database call's receiver in a handler. */
const database = (model: Model): string => property("c.env", model.database.binding);

interface Emission {
  readonly model: Model;
  readonly resource: ResourceModel;
  readonly file: SourceFile;
  /** Path of the collection, for comments and Location. */
  readonly path: string;
  runtime(name: string): string;
  /** The scope of an operation on a resource, as an expression; asks for its import. */
  scope(operation: Operation, resource?: ResourceModel): string;
  /** Whether any rule or generated value in these operations needs the caller. */
  needsUser(operations: readonly Operation[]): boolean;
}

export function emitResource(model: Model, resource: ResourceModel): string {
  const file = new SourceFile([
    routesName(resource),
    "table",
    "references",
    "c",
    "user",
    "input",
    "row",
    "id",
    "now",
  ]);
  const e: Emission = {
    model,
    resource,
    file,
    path: `${model.basePath}/${resource.route}`,
    runtime: (name) => file.use("covara/runtime", name),
    scope: (operation, target = resource) => {
      const name = file.use("../access.js", scopeFunction(target, operation));
      return name + scopeCall(target, operation, "user").slice(scopeFunction(target, operation).length);
    },
    needsUser: (operations) => operations.some((operation) => dependsOnCaller(resource.access[operation])),
  };
  const routes = routesName(resource);
  emitTableDescription(e);
  if (offers(resource, "create") || offers(resource, "update")) emitReferences(e);
  file.section(
    `export const ${routes} = new ${file.use("hono", "Hono")}<${file.useType("../env.js", "AppEnv")}>();`,
  );

  const collection: string[] = [];
  const item: string[] = [];
  if (offers(resource, "read")) {
    collection.push("GET", "HEAD");
    item.push("GET", "HEAD");
    file.section(...list_(e));
    file.section(...count(e));
  }
  if (offers(resource, "create")) {
    collection.push("POST");
    file.section(...create(e));
  }
  if (offers(resource, "read")) file.section(...get(e));
  if (offers(resource, "update")) {
    item.push("PATCH", "PUT");
    file.section(...change(e, "patch"));
    file.section(...change(e, "put"));
  }
  if (offers(resource, "delete")) {
    item.push("DELETE");
    file.section(...remove(e));
  }
  file.section(
    ...(collection.length > 0
      ? [`${routes}.all("/", ${e.runtime("allow")}(${quote(collection.join(", "))}));`]
      : []),
    ...(item.length > 0 ? [`${routes}.all("/:id", ${e.runtime("allow")}(${quote(item.join(", "))}));`] : []),
  );
  return file.toString();
}

/** What list and get may show, select and order by. Hidden columns are left out, so no request can name them. */
function emitTableDescription({ file, resource }: Emission): void {
  const visible = resource.fields.filter(({ hidden }) => !hidden);
  const columns = visible.map((field) => {
    const parts = [`sql: ${quote(sqlName(field.column))}`, `kind: ${quote(columnKind(field))}`];
    if (field.nullable) parts.push("nullable: true");
    return `    ${propertyName(field.name)}: { ${parts.join(", ")} },`;
  });
  file.section(
    "/** What callers may see, select and order by. */",
    `const table: ${file.useType("covara/runtime", "Table")} = {`,
    `  name: ${quote(sqlName(resource.table))},`,
    "  columns: {",
    ...columns,
    "  },",
    `  projection: \`${wrapSql(visible.map(projected), 4)}\`,`,
    ...resource.fields.flatMap(({ generated, column }) =>
      generated === "updatedAt" || generated === "version"
        ? [`  ${generated}: ${quote(sqlName(column))},`]
        : [],
    ),
    `  defaultLimit: ${resource.defaultLimit},`,
    `  maxLimit: ${resource.maxLimit},`,
    "};",
  );
}

function columnKind({ kind }: FieldModel): string {
  if (kind === "version") return "integer";
  return kind === "id" || kind === "ref" || kind === "enum" ? "text" : kind;
}

function projected({ name, column }: FieldModel): string {
  const sql = sqlName(column);
  return sql === name ? sql : `${sql} AS "${name}"`;
}

/** SQL names in lines of a readable length, inside a template literal. */
function wrapSql(names: readonly string[], indentation: number): string {
  const whole = names.join(", ");
  if (whole.length <= 76) return whole;
  const pad = " ".repeat(indentation);
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 96) lines[lines.length - 1] = `${last} ${name},`;
    else lines.push(`${name},`);
  }
  return `\n${lines
    .map((line) => `${pad}${line}\n`)
    .join("")
    .replace(/,\n$/, "\n")}${pad.slice(2)}`;
}

/** The head of a handler with what its scopes need. */
function handler(e: Emission, method: string, path: string, needsUser: boolean, doc: string): string[] {
  return [
    `/** ${doc} */`,
    `${routesName(e.resource)}.${method}("${path}", async (c) => {`,
    ...(needsUser ? [`  const user = c.get("user");`] : []),
  ];
}

function list_(e: Emission): string[] {
  const caller = e.model.auth === null ? `""` : `user?.id ?? ""`;
  return [
    ...handler(e, "get", "/", e.model.auth !== null, `\`GET ${e.path}\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  return ${e.runtime("reply")}(c, 200, await ${e.runtime("listRows")}(${database(e.model)}, c.req.raw, table, read, ${caller}));`,
    "});",
  ];
}

function count(e: Emission): string[] {
  const routes = routesName(e.resource);
  return [
    ...handler(e, "get", "/count", e.needsUser(["read"]), `\`GET ${e.path}/count\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  const count = await ${e.runtime("countRows")}(${database(e.model)}, c.req.raw, table, read);`,
    `  return ${e.runtime("reply")}(c, 200, { count });`,
    "});",
    `${routes}.all("/count", ${e.runtime("allow")}("GET, HEAD"));`,
  ];
}

function get(e: Emission): string[] {
  return [
    ...handler(e, "get", "/:id", e.needsUser(["read"]), `\`GET ${e.path}/:id\``),
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  const row = await ${e.runtime("getRow")}(${database(e.model)}, c.req.raw, table, c.req.param("id"), read);`,
    `  return ${e.runtime("reply")}(c, 200, row);`,
    "});",
  ];
}

/** The read scope of what a write returns: nothing is readable where the resource has no read rule. */
const readBack = (e: Emission): string => (offers(e.resource, "read") ? e.scope("read") : e.runtime("noRow"));

/** The fields that a request may refer to other rows with. */
const referenceFields = ({ resource }: Emission): FieldModel[] =>
  resource.fields.filter((field) => field.reference !== null && field.writable);

/** How a handler names the references that it sets. */
function references(e: Emission): string {
  if (referenceFields(e).length === 0) return "[]";
  return referencesNeedUser(e) ? "references(input, user)" : "references(input)";
}

/** One function says what each reference must name; create, change and replace share it. */
function emitReferences(e: Emission): void {
  const fields = referenceFields(e);
  if (fields.length === 0) return;
  const input = fields.map(
    ({ name, nullable }) => `${propertyName(name)}?: string${nullable ? " | null" : ""} | undefined`,
  );
  const parameters = [
    `input: { ${input.join("; ")} }`,
    ...(referencesNeedUser(e) ? [`user: ${e.file.useType("../env.js", "User")} | null`] : []),
  ];
  const items = fields.map(({ name, reference }) => {
    const target = e.model.resources.find(({ key }) => key === reference?.resource);
    if (target === undefined) throw new Error(`${name} refers to an unknown resource`);
    const read = offers(target, "read") ? e.scope("read", target) : e.runtime("noRow");
    const table = quote(sqlName(target.table));
    return `{ field: ${quote(name)}, table: ${table}, id: ${property("input", name)}, read: ${read} }`;
  });
  e.file.section(
    "/** Rows that a request refers to: each must exist and be one that the caller may read. */",
    list(
      "function references",
      "(",
      parameters,
      ")",
      `: ${e.file.useType("covara/runtime", "Reference")}[] {`,
    ),
    ...(items.length === 1
      ? [list("  return ", "[", items, "]", ";")]
      : ["  return [", ...items.map((item) => `    ${item},`), "  ];"]),
    "}",
  );
}

/** Whether checking the references looks at the caller. */
const referencesNeedUser = (e: Emission): boolean =>
  e.resource.fields.some((field) => {
    const target = e.model.resources.find(({ key }) => key === field.reference?.resource);
    return (
      field.writable && target !== undefined && offers(target, "read") && dependsOnCaller(target.access.read)
    );
  });

function create(e: Emission): string[] {
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
  const columns = resource.fields.filter((field) => insertValue(e, field) !== null);
  const names = columns.map(({ column }) => sqlName(column));
  const marks = columns.map(() => "?").join(", ");
  const values = columns.map((field) => insertValue(e, field) ?? "");
  const schema = e.file.use("../schemas.js", schemaNames(resource).create);
  const refs = references(e);
  const usesInput = clientId || refs !== "[]" || values.some((value) => value.includes("input"));
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
    `${list("    values: ", "[", values, "]")},`,
    `    references: ${refs},`,
    "    create,",
    `    read: ${readBack(e)},`,
    "  });",
    `  const location = { Location: \`${inTemplate(e.path)}/\${id}\` };`,
    `  return row === null ? ${e.runtime("replyEmpty")}(c, location) : ${e.runtime("reply")}(c, 201, row, location);`,
    "});",
  ];
}

/** The value a new row gets in a column, or null to leave it to the database. */
function insertValue(e: Emission, field: FieldModel): string | null {
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
  if (!field.writable) return null;
  const value = property("input", field.name);
  if (field.kind === "json") return `${e.runtime("jsonText")}(${value})`;
  return field.kind === "boolean" ? `${e.runtime("bit")}(${value})` : value;
}

function change(e: Emission, method: "patch" | "put"): string[] {
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

function remove(e: Emission): string[] {
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
