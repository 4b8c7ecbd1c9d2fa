/** The routes that write one row: create, patch, replace, delete. */
import type { GuardedOperation, ResourceModel } from "../model/types.ts";
import { database, type Emission, handler } from "./emission.ts";
import { runsOn } from "./hooks.ts";
import { nestedCreate, nestedNeedsUser, nestedRelations, nestedSchemaName } from "./nested.ts";
import { isOwned, newRow } from "./new-row.ts";
import { references, referencesNeedUser } from "./references.ts";
import { mayLeaveUpdate, offers } from "./rule.ts";
import { schemaNames } from "./schemas.ts";
import { quote } from "./text.ts";

/** The read scope of what a write returns: nothing is readable where the resource has no read rule. */
export const readBack = (e: Emission): string =>
  offers(e.resource, "read") ? e.scope("read") : e.runtime("noRow");

/** What the references of a write must name. */
export const referenceTargets = (e: Emission): string =>
  references(e.model, e.resource, (name) => e.stored(name));

/** The member that tells of a rule which looks at what the write may change, so that it has to hold afterwards too. */
export const recheck = (resource: ResourceModel): string[] =>
  mayLeaveUpdate(resource)
    ? [
        "    // The rule looks at what the write may change, so it has to hold afterwards too.",
        "    recheck: true,",
      ]
    : [];

/** Whether writes of the resource can name the version they are based on. */
const hasVersion = ({ fields }: ResourceModel): boolean =>
  fields.some(({ generated }) => generated === "version");

/** The line that refuses versions, where there are none to compare, and the member that names them, where there are. */
export const precondition = (e: Emission): { readonly line: string[]; readonly member: string[] } =>
  hasVersion(e.resource)
    ? {
        line: [],
        member: [
          `    versions: ${e.runtime(e.resource.requireIfMatch ? "requiredIfMatch" : "ifMatch")}(c.req.raw),`,
        ],
      }
    : { line: [`  ${e.runtime("rejectIfMatch")}(c.req.raw);`], member: [] };

/** The validated body of a request. */
export const body = (e: Emission, schema: string): string =>
  `await ${e.runtime("readBody")}(c.req.raw, ${e.file.use("../schemas.js", schema)}, ${e.file.use("../schemas.js", "bodyLimit")})`;

/** Whether creating rows looks at the caller. */
export const createNeedsUser = (e: Emission): boolean =>
  isOwned(e.resource) ||
  hooksNeedUser(e, ["create"]) ||
  e.needsUser(["create"]) ||
  (offers(e.resource, "read") && e.needsUser(["read"])) ||
  referencesNeedUser(e.model, e.resource);

/** Whether hooks of these writes are told who calls. */
export const hooksNeedUser = (
  { model, resource }: Emission,
  operations: readonly GuardedOperation[],
): boolean => model.auth !== null && operations.some((operation) => runsOn(resource, operation));

export function createRoute(e: Emission): string[] {
  const { resource } = e;
  const nested = nestedRelations(e.model, resource).length > 0;
  const needsUser = createNeedsUser(e) || nestedNeedsUser(e.model, resource);
  const own = { references: referenceTargets(e), read: readBack(e) };
  return [
    ...handler(e, "post", "/", needsUser, `\`POST ${e.path}\``),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    `  ${e.runtime("rejectIfMatch")}(c.req.raw);`,
    `  const create = ${e.runtime("permitted")}(${e.scope("create")});`,
    ...(isOwned(resource) ? [`  if (user === null) throw ${e.runtime("unauthorized")}();`] : []),
    ...(nested ? nestedCreate(e, body(e, nestedSchemaName(resource)), own) : plainCreate(e, own)),
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change, { status: 201, location: ${quote(e.path)} });`,
    "});",
  ];
}

/** What a create is answered with, and what its references must name. */
interface OwnRow {
  readonly references: string;
  readonly read: string;
}

function plainCreate(e: Emission, own: OwnRow): string[] {
  const { resource } = e;
  const row = newRow(resource, (name) => e.stored(name));
  const input = body(e, schemaNames(resource).create);
  return [
    `  ${row.includes("input") ? "const input = " : ""}${input};`,
    `  const change = ${e.write("insertRow", "create")}({`,
    `    table: ${e.stored(resource.identifier)},`,
    `    row: ${row},`,
    `    references: ${own.references},`,
    "    create,",
    `    read: ${own.read},`,
    ...e.hooks(["create"]).map((member) => `    ${member},`),
    "  });",
  ];
}

export function changeRoute(e: Emission, method: "patch" | "put"): string[] {
  const { resource } = e;
  const names = schemaNames(resource);
  const needsUser =
    e.needsUser(["read", "update"]) || referencesNeedUser(e.model, resource) || hooksNeedUser(e, ["update"]);
  const { line, member } = precondition(e);
  return [
    ...handler(e, method, "/:id", needsUser, `\`${method.toUpperCase()} ${e.path}/:id\``),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    ...line,
    `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
    `  const update = ${e.runtime("signedInFor")}(${e.scope("update")});`,
    ...(method === "patch"
      ? [`  const patch = ${body(e, names.update)};`]
      : [
          `  const { id, ...patch } = ${body(e, names.replace)};`,
          `  ${e.runtime("sameId")}(c.req.param("id"), id);`,
        ]),
    `  const change = ${e.write("updateRow", "update")}({`,
    `    table: ${e.stored(resource.identifier)},`,
    `    id: c.req.param("id"),`,
    "    patch,",
    ...member,
    `    references: ${referenceTargets(e)},`,
    "    read,",
    "    update,",
    ...recheck(resource),
    ...e.hooks(["update"]).map((member) => `    ${member},`),
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change);`,
    "});",
  ];
}

export function deleteRoute(e: Emission): string[] {
  const { line, member } = precondition(e);
  return [
    ...handler(
      e,
      "delete",
      "/:id",
      e.needsUser(["read", "delete"]) || hooksNeedUser(e, ["delete"]),
      `\`DELETE ${e.path}/:id\``,
    ),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    ...line,
    `  const change = ${e.write("deleteRow", "delete")}({`,
    `    table: ${e.stored(e.resource.identifier)},`,
    `    id: c.req.param("id"),`,
    `    read: ${e.runtime("signedInFor")}(${e.scope("read")}),`,
    `    delete: ${e.runtime("signedInFor")}(${e.scope("delete")}),`,
    // Who has to sign in first is told so before anything of the request is looked at.
    ...member,
    ...e.hooks(["delete"]).map((member) => `    ${member},`),
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change);`,
    "});",
  ];
}
