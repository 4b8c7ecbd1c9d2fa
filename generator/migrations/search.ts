/**
 * The full-text index of a table: an FTS5 table, and a table that numbers the rows for it.
 *
 * FTS5 knows a row by an integer. The rowid of the resource's table is no such number: its primary key is a text, so
 * VACUUM and an import may number the rows anew, and the index would then speak of other rows. `search_rows` gives each row
 * a number of its own, which stays. The index keeps the words' text as well (it has no `content=`): it takes more room,
 * but an entry can then be replaced without knowing what it was made of. So the triggers always bring the entry of one row
 * into line with the row as it is, and REPLACE, which fires no delete trigger, or a trigger that changes the row once
 * more, cannot leave a wrong one behind.
 */
import type { ResourceModel, SearchModel } from "../model/types.ts";
import { dictionary } from "./dictionary.ts";
import { quoteName } from "./sql.ts";

/**
 * Words are runs of letters and digits, compared without case and diacritics; beginnings of two and three letters have
 * an index of their own, for boxes that search while one types.
 */
const tokenizer = `tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'`;

const rowNumber = quoteName("number");
const rowId = quoteName("row_id");

/** The statements that make the tables of an index, by the name of the table. */
export function searchTables({ index, rows, fields }: SearchModel): Readonly<Record<string, string>> {
  const columns = fields.map(({ indexColumn }) => quoteName(indexColumn));
  return dictionary([
    [
      rows,
      `CREATE TABLE ${quoteName(rows)} (\n  ${rowNumber} INTEGER PRIMARY KEY,\n  ${rowId} TEXT NOT NULL UNIQUE\n) STRICT;`,
    ],
    [
      index,
      `CREATE VIRTUAL TABLE ${quoteName(index)} USING fts5(\n  ${rowId} UNINDEXED, ${columns.join(", ")},\n  ${tokenizer}\n);`,
    ],
  ]);
}

/** The triggers that keep the index in step with the table, by name. */
export function searchTriggers(resource: ResourceModel): Readonly<Record<string, string>> {
  if (resource.search === null) return {};
  const table = quoteName(resource.table);
  const { index, rows, fields } = resource.search;
  const id = idOf(resource);
  const remove = (row: "OLD" | "NEW") =>
    `DELETE FROM ${quoteName(index)} WHERE rowid IN ` +
    `(SELECT ${rowNumber} FROM ${quoteName(rows)} WHERE ${rowId} = ${row}.${id});`;
  const renew = [
    remove("NEW"),
    `INSERT INTO ${quoteName(rows)} (${rowId}) SELECT NEW.${id} ` +
      `WHERE NOT EXISTS (SELECT 1 FROM ${quoteName(rows)} WHERE ${rowId} = NEW.${id});`,
    fill(resource, `WHERE r.${rowId} = NEW.${id}`),
  ];
  const watched = [id, ...fields.map(({ column }) => quoteName(column))];
  const changes = watched.map((column) => `OLD.${column} IS NOT NEW.${column}`);
  const trigger = (event: string, condition: string, statements: readonly string[]): [string, string] => {
    const name = `${index}_${event.split(" ")[0]?.toLowerCase()}`;
    return [
      name,
      `CREATE TRIGGER ${quoteName(name)} AFTER ${event} ON ${table}\n${condition}` +
        `BEGIN\n${statements.map((statement) => `  ${statement.replaceAll("\n", "\n  ")}\n`).join("")}END;`,
    ];
  };
  return dictionary([
    trigger("INSERT", "", renew),
    trigger(`UPDATE OF ${watched.join(", ")}`, `WHEN ${changes.join(" OR ")}\n`, [
      `UPDATE ${quoteName(rows)} SET ${rowId} = NEW.${id} WHERE ${rowId} = OLD.${id} AND OLD.${id} <> NEW.${id};`,
      ...renew,
    ]),
    trigger("DELETE", "", [remove("OLD"), `DELETE FROM ${quoteName(rows)} WHERE ${rowId} = OLD.${id};`]),
  ]);
}

function idOf(resource: ResourceModel): string {
  const field = resource.fields.find(({ kind }) => kind === "id");
  if (field === undefined) throw new Error(`The resource ${resource.key} has no id.`);
  return quoteName(field.column);
}

/** Indexes the rows that have a number, or those of them that `clause` leaves. */
function fill(resource: ResourceModel, clause: string): string {
  if (resource.search === null) throw new Error(`The resource ${resource.key} has no search.`);
  const { index, rows, fields } = resource.search;
  const own = (column: string) => `t.${quoteName(column)}`;
  const into = [rowId, ...fields.map(({ indexColumn }) => quoteName(indexColumn))];
  const values = [`r.${rowId}`, ...fields.map(({ column }) => own(column))];
  return (
    `INSERT INTO ${quoteName(index)} (rowid, ${into.join(", ")})\n` +
    `SELECT r.${rowNumber}, ${values.join(", ")}\n` +
    `FROM ${quoteName(rows)} AS r JOIN ${quoteName(resource.table)} AS t ON t.${idOf(resource)} = r.${rowId}` +
    `${clause === "" ? "" : ` ${clause}`};`
  );
}

/** The statements that index the rows of a table that exists. */
export function backfill(resource: ResourceModel): readonly string[] {
  if (resource.search === null) return [];
  const { rows } = resource.search;
  return [
    `INSERT INTO ${quoteName(rows)} (${rowId}) SELECT ${idOf(resource)} FROM ${quoteName(resource.table)};`,
    fill(resource, ""),
  ];
}
