/** Fields and references (12), relations and indexes (13). */
import type { CatalogueEntry } from "./entry.ts";

export const data = {
  COV1201: {
    title: "Id field missing or misplaced",
    cause: "A resource has exactly one id field, and it is called `id`.",
    fix: "Declare `id: field.id()`.",
  },
  COV1202: {
    title: "Reference to an unknown resource",
    cause: "A reference names a resource that the config does not declare.",
    fix: "Name one of the declared resources.",
  },
  COV1203: {
    title: "Option does not apply",
    cause: "The option has no meaning for this kind of field, or contradicts another option of the field.",
    fix: "Remove one of the options.",
  },
  COV1204: {
    title: "Limit wrong",
    cause:
      "`min` and `max` must be finite numbers with min not above max; whole numbers for text lengths and integers.",
    fix: "Correct the limits.",
  },
  COV1205: {
    title: "Default not allowed by the field",
    cause: "The default is not a value that the field itself would accept.",
    fix: "Correct the default or the limits of the field.",
  },
  COV1206: {
    title: "Nobody can set the field",
    cause: "The field is required, has no default, and requests may not carry it.",
    fix: "Give it a default, make it optional(), set it in a `beforeCreate` hook, or leave the rows to server code: no rule for create.",
  },
  COV1207: {
    title: "Regular expression not usable",
    cause: "The pattern does not compile, or its flags carry state from one value to the next.",
    fix: "Correct the pattern; the flags i, m, s, u and v are allowed.",
  },
  COV1208: {
    title: "Enum members wrong",
    cause: "An enum has at least one member, and its members are distinct texts that are not empty.",
    fix: "Correct the list of members.",
  },
  COV1209: {
    title: "Reference cannot be set to null",
    cause: 'onDelete: "set null" needs a field that may be null.',
    fix: "Make the field optional(), or choose another onDelete.",
  },
  COV1210: {
    title: "Too many fields",
    cause: "D1 allows 100 parameters in a statement: one for each field, and some for the access rules.",
    fix: "Move fields to a resource of their own, or into a json field.",
  },
  COV1211: {
    title: "Field kind used twice",
    cause: "A row has one version.",
    fix: "Keep one of the fields.",
  },
  COV1212: {
    title: "Required references form a cycle",
    cause: "Each row needs another row to exist first, so the first one can never be created.",
    fix: "Make one of the references optional().",
  },
  COV1213: {
    title: "Type is not JSON that can be checked",
    cause:
      "The type argument of json<T>() is read from the source, without the type checker, and says what values may be.",
    fix: "Use string, number, boolean, null, literals, arrays, tuples, unions, Record<string, T>, object types, interfaces and type aliases.",
  },
  COV1214: {
    title: "Type not found",
    cause:
      "Names in the type argument of json<T>() lead to types of the same file or of files imported by a relative path.",
    fix: "Declare the type, or correct its import.",
  },
  COV1215: {
    title: "Type includes null",
    cause: "Null stands for a value that is not there, so a JSON value as a whole cannot be null.",
    fix: "Remove null from the type; a field of a resource may be optional() instead.",
  },
  COV1216: {
    title: "Field in the way of deletedAt",
    cause:
      "`softDelete` adds the field `deletedAt` with the column `deleted_at`, which nothing but a delete sets.",
    fix: "Remove the field, or give it another name. The rows keep what they have in a column `deleted_at`.",
  },
  COV1301: {
    title: "Relation to an unknown resource",
    cause: "A relation names a resource that the config does not declare.",
    fix: "Name one of the declared resources.",
  },
  COV1302: {
    title: "Relation without a reference",
    cause: "A relation follows a reference field, and there is no such field between the two resources.",
    fix: "Declare a reference field, or name the right one with `by` or `to`.",
  },
  COV1303: {
    title: "Relation ambiguous",
    cause: "More than one reference field fits the relation.",
    fix: "Name the field with `by` or `to`.",
  },
  COV1304: {
    title: "Relation name taken",
    cause: "Fields and relations of a resource share one space of names.",
    fix: "Rename one of them; `{ belongsTo: …, by: … }` gives a reference's relation another name.",
  },
  COV1305: {
    title: "hasOne over a reference that is not unique",
    cause: "Without a unique reference there may be many rows at the other end.",
    fix: "Add unique() to the reference, or declare hasMany.",
  },
  COV1306: {
    title: "Index over an unknown field",
    cause: "An index names a field that the resource does not declare.",
    fix: "Name one of the resource's fields.",
  },
  COV1307: {
    title: "Index not usable",
    cause: "An index lists one or more fields that can be compared, each once.",
    fix: "Correct the list of fields.",
  },
  COV1308: {
    title: "Index declared twice",
    cause: "Another index of the resource covers the same columns in the same order.",
    fix: "Remove it.",
  },
  COV1309: {
    title: "Search in an unknown field",
    cause: "`search` names a field that the resource does not declare.",
    fix: "Name one of the resource's text and enum fields.",
  },
  COV1310: {
    title: "Search not usable",
    cause: "`search` lists one or more text and enum fields that are not hidden, each once.",
    fix: "Correct the list of fields.",
  },
  COV1312: {
    title: "Relation that nobody can include",
    cause:
      "A relation from many to many shows a row only where the caller may also read the row that joins the two, and nobody may.",
    fix: "State who may `read` the joining resource, or remove the relation.",
  },
} as const satisfies Record<string, CatalogueEntry>;
