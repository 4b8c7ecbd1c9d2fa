/** Guesses that something which is gone is what is new, under another name. Only hints: nothing is renamed on them. */
import type { Model } from "../model/types.ts";
import type { Difference, LocatedLoss } from "./diff.ts";
import { fieldName, resourceName } from "./names.ts";
import type { Column, Table } from "./snapshot.ts";

/** For what is dropped: how to declare that it has a new name. */
export function droppedHint(
  model: Model,
  { table, column }: LocatedLoss,
  difference: Difference,
): string | null {
  const { before, after } = difference;
  if (column !== null) {
    const old = before.tables[table]?.columns[column];
    const fresh = Object.entries(after.tables[table]?.columns ?? {}).find(
      ([name, candidate]) => isMissing(before.tables[table], name) && old && isAlike(old, candidate),
    );
    return fresh ? columnHint(model, table, column, fresh[0]) : null;
  }
  const old = before.tables[table];
  const fresh = Object.entries(after.tables).find(
    ([name, candidate]) => !Object.hasOwn(before.tables, name) && old && isAlikeTable(old, candidate),
  );
  if (!fresh) return null;
  const name = resourceName(model, fresh[0]);
  return `If \`${table}\` is now called \`${name}\`, write \`renamedFrom: "${table}"\` there.`;
}

/** For a new column that could be one that is gone. */
export function newColumnHint(
  model: Model,
  table: string,
  column: string,
  { before, after }: Difference,
): string | null {
  const wanted = after.tables[table]?.columns[column];
  const gone = Object.entries(before.tables[table]?.columns ?? {}).find(
    ([name, old]) => isMissing(after.tables[table], name) && wanted && isAlike(old, wanted),
  );
  return gone ? columnHint(model, table, gone[0], column) : null;
}

function columnHint(model: Model, table: string, from: string, to: string): string {
  const [old, name] = [fieldName(model, table, from), fieldName(model, table, to)];
  return `If \`${old}\` is now called \`${name}\`, write \`.renamedFrom("${camelCase(from)}")\` there.`;
}

function isMissing(table: Table | undefined, column: string): boolean {
  return !Object.hasOwn(table?.columns ?? {}, column);
}

function isAlike(left: Column, right: Column): boolean {
  return left.kind === right.kind && left.references?.table === right.references?.table;
}

/** Whether most columns of the old table are in the new one. */
function isAlikeTable(old: Table, fresh: Table): boolean {
  const names = Object.keys(old.columns);
  const shared = names.filter((name) => fresh.columns[name]?.kind === old.columns[name]?.kind);
  return shared.length > 1 && shared.length * 2 > names.length;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
