/** A row that is created together with others: rows that it refers to, and rows that refer to it. */
import { invalid, unauthorized } from "../../http/problem.ts";
import type { Answer, Change, Embedded, Statement } from "./change.ts";
import { type Insert, insertRow, insertRows } from "./insert.ts";

/** One new row, as {@link insertRow} takes it. */
type One = Parameters<typeof insertRow>[0];

/** The rows of a nested create, by relation; undefined for what the request leaves out. */
export interface Nested {
  readonly own: One;
  /** Rows that the own one refers to. */
  readonly parents?: Readonly<Record<string, One | undefined>>;
  /** Rows that refer to the own one: one of them, or a list. */
  readonly children?: Readonly<Record<string, One | Insert | undefined>>;
}

/**
 * Describes the creation of a row and of those around it, all or nothing, each under its own resource's rules. What refuses it
 * names the row by its relation, such as `comments[2].authorId`.
 */
export function insertNested({ own, parents = {}, children = {} }: Nested): Change {
  if (!isGiven(parents) && !isGiven(children)) return insertRow(own);
  const statements: Statement[] = [];
  const tables = new Set<Change["tables"][number]>();
  const embedded: Record<string, Embedded> = {};
  const add = (change: Change): Exclude<Answer, { type: "count" | "nothing" }> => {
    const before = statements.length;
    statements.push(...change.statements);
    for (const table of change.tables) tables.add(table);
    if (!("ids" in change.answer)) throw new TypeError("A create answers with its rows");
    return { ...change.answer, from: change.answer.from.map((at) => at + before) };
  };
  const embed = (name: string, change: Change): void => {
    embedded[name] = add(change);
  };
  for (const [name, parent] of Object.entries(parents)) {
    if (parent !== undefined) embed(name, insertRow({ ...parent, path: name }));
  }
  const answer = add(insertRow(own));
  for (const [name, child] of Object.entries(children)) {
    if (child === undefined) continue;
    if ("row" in child) embed(name, insertRow({ ...child, path: name }));
    else if (child.rows.length > 0) embed(name, insertRows({ ...child, path: name }));
    else embedded[name] = { type: "rows", table: child.table, ids: [], read: child.read, from: [] };
  }
  return { statements, answer: { ...answer, type: "row", embedded }, tables: [...tables] };
}

const isGiven = (parts: Readonly<Record<string, unknown>>): boolean =>
  Object.values(parts).some((part) => part !== undefined);

/**
 * The caller, for rows that have an owner.
 *
 * @throws {Problem} 401 where nobody is signed in.
 */
export function signedIn<User>(user: User | null): User {
  if (user === null) throw unauthorized();
  return user;
}

/**
 * The id that a reference gets where the row it names may be created along with its own.
 *
 * @param given What the request gives for the reference itself.
 * @param row The row that is created along, if any.
 * @throws {Problem} 400 where the request gives both, or neither and the reference is required.
 */
export function embeddedId<Given extends string | null | undefined>(
  field: string,
  given: Given,
  relation: string,
  row: { readonly id: string } | undefined,
): Exclude<Given, undefined> | string {
  if (row !== undefined) {
    if (given === undefined || given === null) return row.id;
    throw invalid(relation, `Give either ${relation} or ${field}`, "conflicting_fields");
  }
  if (given === undefined) throw invalid(field, `Give either ${field} or ${relation}`, "required");
  return given as Exclude<Given, undefined>;
}
