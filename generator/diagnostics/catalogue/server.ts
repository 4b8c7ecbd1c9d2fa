/** Hooks and procedures (17), computed fields (18). */
import type { CatalogueEntry } from "./entry.ts";

export const server = {
  COV1701: {
    title: "Module not readable",
    cause:
      "What a module of hooks, procedures or computed fields exports decides what is generated, and it cannot be read.",
    fix: "Correct the module.",
  },
  COV1702: {
    title: "Not a hook",
    cause:
      "What runs around writes are the exports beforeCreate, beforeUpdate, beforeDelete, afterCreate, afterUpdate, afterDelete and guard.",
    fix: "Use one of these names; do not export it, or move it to another module, if it is something else.",
  },
  COV1703: {
    title: "Export of the wrong kind",
    cause: "Hooks and procedures are functions, which may be async; a guard is an object of functions.",
    fix: "Export a function under that name.",
  },
  COV1704: {
    title: "Too many parameters",
    cause: "The function declares parameters that it is never called with.",
    fix: "Remove them; the last argument carries everything else that there is to know.",
  },
  COV1705: {
    title: "No procedures",
    cause: "A module of procedures is named, and nothing says which there are.",
    fix: "Declare them, or remove the module.",
  },
  COV1706: {
    title: "Procedure name taken",
    cause:
      "A procedure is an export of its module, a path, a property of `access` and a call of the client, under one name.",
    fix: "Choose another name.",
  },
  COV1707: {
    title: "Procedure without a rule",
    cause:
      "Every procedure says who may call it; there is no default that could be wrong without anyone noticing.",
    fix: "Add its rule to `procedures` in what `access` returns.",
  },
  COV1708: {
    title: "Procedures and module differ",
    cause: "The module of procedures exports each declared procedure under its name, and nothing else.",
    fix: "Declare it, or do not export it.",
  },
  COV1709: {
    title: "Field not fit for a procedure",
    cause:
      "What a procedure takes and gives has no table, no row and no owner, so only kinds and checks of values count.",
    fix: "Remove what does not apply.",
  },
  COV1710: {
    title: "Rule needs a row",
    cause: "A procedure of the resource as a whole is about no row, so nobody can own it.",
    fix: "Use signedIn() or role(…), or declare the procedure under `row`.",
  },
  COV1801: {
    title: "Field that cannot be computed",
    cause:
      "A computed field has no column, and no request sets it: it is a plain value, which may be optional.",
    fix: "Remove what does not apply.",
  },
  COV1802: {
    title: "Expression names no stored field",
    cause:
      "In the expression of a computed field, `{name}` stands for a field of the same resource that is stored.",
    fix: "Name a stored field.",
  },
  COV1803: {
    title: "Expression not usable",
    cause:
      "The expression is put into many statements, between other conditions. It can look at the fields of its own row, call functions, and nothing else.",
    fix: "Write one SQL expression over the row's own fields.",
  },
  COV1804: {
    title: "Module of computed fields",
    cause:
      "Fields that are `.computed()` without SQL are made by functions of the module that the resource names as `computed`.",
    fix: "Declare both, or neither.",
  },
  COV1805: {
    title: "Computed fields and module differ",
    cause:
      "The module exports a function under the name of each field, which takes the row and gives the value.",
    fix: "Export it under that name.",
  },
  COV1806: {
    title: "Expression refused by SQLite",
    cause: "SQLite cannot prepare a statement with the expression, so every read of the resource would fail.",
    fix: "Correct the expression.",
  },
  COV1807: {
    title: "Expression can be null",
    cause:
      "The field is not optional, but its expression gives null where an optional field that it looks at is null.",
    fix: "Make it `.optional()`, or say with `ifnull(…, …)` what it is then.",
  },
} as const satisfies Record<string, CatalogueEntry>;
