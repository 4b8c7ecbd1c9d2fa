/** Declared renames: which old name becomes which new one, and whether the declaration can be followed. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model, ResourceModel } from "../model/types.ts";
import { dictionary } from "./dictionary.ts";
import { fieldName, resourceName } from "./names.ts";
import type { Column, Snapshot, Table } from "./snapshot.ts";

export interface Renames {
  /** New table name → old one. */
  readonly tables: ReadonlyMap<string, string>;
  /** New table name → new column name → old one. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

interface Declaration {
  readonly what: "table" | "column";
  /** The resource or field, as it is shown. */
  readonly subject: string;
  /** A table or column under its old name, as it is shown: as the config calls it, if it still does. */
  readonly show: (name: string) => string;
  readonly from: string;
  readonly to: string;
  readonly path: readonly string[];
}

/**
 * Reads the declared renames against the last snapshot. A rename that was applied before (the new name is there, the
 * old one is not) is left alone, so that the declaration may stay in the config.
 */
export function findRenames(
  model: Model,
  previous: Snapshot,
): { readonly renames: Renames; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const wantedTables = new Set(model.resources.map((resource) => resource.table));
  const tables = resolve(
    model.resources.flatMap((resource) => declarationOfTable(resource, model)),
    new Set(Object.keys(previous.tables)),
    wantedTables,
    diagnostics,
  );
  const columns = new Map<string, ReadonlyMap<string, string>>();
  for (const resource of model.resources) {
    const before = previous.tables[tables.get(resource.table) ?? resource.table];
    const resolved = resolve(
      declarationsOfColumns(resource, model),
      new Set(Object.keys(before?.columns ?? {})),
      new Set(resource.fields.map((field) => field.column)),
      diagnostics,
    );
    if (resolved.size > 0) columns.set(resource.table, resolved);
  }
  return { renames: { tables, columns }, diagnostics };
}

function declarationOfTable(resource: ResourceModel, model: Model): Declaration[] {
  if (resource.renamedFrom === null) return [];
  return [
    {
      what: "table",
      subject: `resource \`${resource.key}\``,
      show: (name) => `\`${resourceName(model, name)}\``,
      from: resource.renamedFrom,
      to: resource.table,
      path: ["resources", resource.key, "renamedFrom"],
    },
  ];
}

function declarationsOfColumns(resource: ResourceModel, model: Model): Declaration[] {
  return resource.fields.flatMap((field) =>
    field.renamedFrom === null
      ? []
      : {
          what: "column",
          subject: `field \`${resource.key}.${field.name}\``,
          show: (name) => `\`${fieldName(model, resource.table, name)}\``,
          from: field.renamedFrom,
          to: field.column,
          path: ["resources", resource.key, "fields", field.name],
        },
  );
}

function resolve(
  declarations: readonly Declaration[],
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): Map<string, string> {
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  for (const declaration of declarations) {
    const { from, to } = declaration;
    if (before.has(to) && !before.has(from) && !after.has(from)) continue;
    const problem = problemOf(declaration, before, after, taken);
    if (problem) {
      diagnostics.push(problem);
    } else {
      taken.add(from);
      renames.set(to, from);
    }
  }
  return renames;
}

function problemOf(
  { what, subject, show, from, to, path }: Declaration,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): Diagnostic | null {
  const common = { severity: "error", path } as const;
  if (after.has(from)) {
    return {
      ...common,
      code: "COV2008",
      message: `The ${subject} is declared as renamed from ${show(from)}, which the config still uses.`,
      fix: before.has(to)
        ? "Remove the rename if it has been applied. To swap two names, go through a third one in two migrations."
        : `Rename first, and add the new ${show(from)} in the next migration; or remove the rename.`,
    };
  }
  if (!before.has(from)) {
    return {
      ...common,
      code: "COV2007",
      message: `The ${subject} is declared as renamed from ${show(from)}, but the last migration knows no such ${what}.`,
      fix: `Correct the old name, or remove the rename if the ${what} is new.`,
    };
  }
  if (before.has(to)) {
    return {
      ...common,
      code: "COV2008",
      message: `The ${subject} is declared as renamed from ${show(from)}, but the last migration has both.`,
      fix: `Remove the rename, or give the ${subject} a name that is free.`,
    };
  }
  if (taken.has(from)) {
    return {
      ...common,
      code: "COV2008",
      message: `The ${what} ${show(from)} is declared as the old name of the ${subject} and of another one.`,
      fix: "Keep one of the two declarations.",
    };
  }
  return null;
}

/** The snapshot as it stands once the renames have run. Triggers and full-text indexes keep their names and texts. */
export function applyRenames(previous: Snapshot, { tables, columns }: Renames): Snapshot {
  const newTable = new Map([...tables].map(([to, from]) => [from, to]));
  const newColumn = (table: string, column: string): string => {
    for (const [to, from] of columns.get(table) ?? []) if (from === column) return to;
    return column;
  };
  const rename = (name: string, table: Table): Table => ({
    columns: dictionary(
      Object.entries(table.columns).map(([column, definition]) => [
        newColumn(name, column),
        renameReference(definition),
      ]),
    ),
    indexes: dictionary(
      Object.entries(table.indexes).map(([index, { columns: names, ...rest }]) => [
        index,
        { columns: names.map((column) => newColumn(name, column)), ...rest },
      ]),
    ),
    triggers: table.triggers,
    ...(table.search === undefined ? {} : { search: table.search }),
    ...(table.deletedAt === undefined ? {} : { deletedAt: newColumn(name, table.deletedAt) }),
  });
  const renameReference = (column: Column): Column => {
    if (!column.references) return column;
    const table = newTable.get(column.references.table) ?? column.references.table;
    return {
      ...column,
      references: { ...column.references, table, column: newColumn(table, column.references.column) },
    };
  };
  return {
    tables: dictionary(
      Object.entries(previous.tables).map(([name, table]) => {
        const to = newTable.get(name) ?? name;
        return [to, rename(to, table)];
      }),
    ),
  };
}
