/** The routes that write many rows at once, all or nothing. */
import type { ResourceModel } from "../model/types.ts";
import { database, type Emission, handler } from "./emission.ts";
import { call as callOf, layOut, object } from "./expression.ts";
import { runsOn } from "./hooks.ts";
import { isOwned, newRow } from "./new-row.ts";
import { referencesNeedUser } from "./references.ts";
import { otherMethods } from "./routes.ts";
import { body, createNeedsUser, hooksNeedUser, readBack, recheck, referenceTargets } from "./routes-write.ts";
import { offers } from "./rule.ts";
import { schemaNames } from "./schemas.ts";
import { numeral } from "./text.ts";

/** Whether clients choose the ids, so that an upsert can name rows that are not there yet. */
export const hasClientId = ({ fields }: ResourceModel): boolean => fields.some(({ clientId }) => clientId);

/** What all writes of many new rows begin with. @param given Whether the items are also needed as they were sent. */
function items(e: Emission, given: boolean): string[] {
  const schema = e.file.use("../schemas.js", schemaNames(e.resource).create);
  const bodyLimit = e.file.use("../schemas.js", "bodyLimit");
  const limits = object([
    ["bodyLimit", bodyLimit],
    ["batchLimit", numeral(e.resource.batchLimit)],
  ]);
  const names = given ? "{ given, items }" : "{ items }";
  return [
    ...(isOwned(e.resource) ? [`  if (user === null) throw ${e.runtime("unauthorized")}();`] : []),
    layOut(`  const ${names} = await `, callOf(e.runtime("readItems"), ["c.req.raw", schema, limits]), ";"),
  ];
}

/** The new rows, as an expression. */
function rows(e: Emission): string {
  const row = newRow(e.resource, (name) => e.stored(name));
  return `items.map((${row.includes("(input") ? "input" : ""}) => ${row})`;
}

export function createManyRoute(e: Emission): string[] {
  return [
    ...handler(e, "post", "/batch", createNeedsUser(e), `\`POST ${e.path}/batch\`: all or nothing.`),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    `  ${e.runtime("rejectIfMatch")}(c.req.raw);`,
    `  const create = ${e.runtime("permitted")}(${e.scope("create")});`,
    ...items(e, false),
    `  const change = ${e.write("insertRows", "create")}({`,
    `    table: ${e.stored(e.resource.identifier)},`,
    `    rows: ${rows(e)},`,
    `    references: ${referenceTargets(e)},`,
    "    create,",
    `    read: ${readBack(e)},`,
    `    path: "items",`,
    ...e.hooks(["create"]).map((member) => `    ${member},`),
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change, { status: 201 });`,
    "});",
  ];
}

export function upsertRoute(e: Emission): string[] {
  const { resource } = e;
  const updates = offers(resource, "update");
  const needsUser =
    createNeedsUser(e) || (updates && e.needsUser(["update"])) || hooksNeedUser(e, ["create", "update"]);
  const upsert = e.write("upsertRows", runsOn(resource, "create") ? "create" : "update");
  const update = updates ? `${e.runtime("signedInFor")}(${e.scope("update")})` : e.runtime("noRow");
  return [
    ...handler(
      e,
      "post",
      "/batch/upsert",
      needsUser,
      `\`POST ${e.path}/batch/upsert\`: changes the rows that are there and creates the others, all or nothing.`,
    ),
    `  ${e.runtime("rejectQuery")}(c.req.raw);`,
    `  ${e.runtime("rejectIfMatch")}(c.req.raw);`,
    ...items(e, true),
    `  const rows = ${rows(e)};`,
    `  const change = ${upsert}({`,
    `    table: ${e.stored(resource.identifier)},`,
    `    items: ${e.runtime("upsertItems")}(given, rows),`,
    `    references: ${referenceTargets(e)},`,
    `    create: () => ${e.runtime("permitted")}(${e.scope("create")}),`,
    `    read: ${readBack(e)},`,
    `    update: () => ${update},`,
    ...e.hooks(["create", "update"]).map((member) => `    ${member},`),
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change);`,
    "});",
    otherMethods(e, "/batch/upsert", ["POST"]),
  ];
}

export function updateManyRoute(e: Emission): string[] {
  const { resource } = e;
  const needsUser =
    e.needsUser(["read", "update"]) || referencesNeedUser(e.model, resource) || hooksNeedUser(e, ["update"]);
  return [
    ...handler(e, "patch", "/batch", needsUser, `\`PATCH ${e.path}/batch?filter=\`: all or nothing.`),
    ...selection(e),
    `  const change = ${e.write("updateRows", "update")}({`,
    `    table: ${e.stored(resource.identifier)},`,
    "    filter,",
    `    limit: ${numeral(resource.batchLimit)},`,
    `    patch: ${body(e, schemaNames(resource).update)},`,
    `    references: ${referenceTargets(e)},`,
    "    read,",
    `    update: ${e.runtime("signedInFor")}(${e.scope("update")}),`,
    ...recheck(resource),
    ...e.hooks(["update"]).map((member) => `    ${member},`),
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change);`,
    "});",
  ];
}

export function deleteManyRoute(e: Emission): string[] {
  const { resource } = e;
  const doc = `\`DELETE ${e.path}/batch?filter=\`: all or nothing.`;
  return [
    ...handler(e, "delete", "/batch", e.needsUser(["read", "delete"]) || hooksNeedUser(e, ["delete"]), doc),
    ...selection(e),
    `  const change = ${e.write("deleteRows", "delete")}({`,
    `    table: ${e.stored(resource.identifier)},`,
    "    filter,",
    `    limit: ${numeral(resource.batchLimit)},`,
    "    read,",
    `    delete: ${e.runtime("signedInFor")}(${e.scope("delete")}),`,
    ...e.hooks(["delete"]).map((member) => `    ${member},`),
    "  });",
    `  return ${e.runtime("commit")}(c, ${database(e.model)}, change);`,
    "});",
  ];
}

/** The rows that a batch by filter means. The rule comes before the filter, which is read for those who may see rows at all. */
const selection = (e: Emission): string[] => [
  `  ${e.runtime("rejectIfMatch")}(c.req.raw);`,
  `  const read = ${e.runtime("signedInFor")}(${e.scope("read")});`,
  `  const filter = ${e.runtime("batchFilter")}(c.req.raw, ${e.stored(e.resource.identifier)});`,
];
