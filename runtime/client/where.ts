/** Reads `where`, and writes it as the text that the server takes as `filter` (RSQL). */

/** What conditions are read as: text for the server, or a function of a row. */
export interface ConditionReader<Clause> {
  /** What is asked of one field. */
  readonly test: (field: string, operator: string, operand: unknown) => Clause;
  /** All of these, or any; of none, `all` holds and any does not. */
  readonly join: (all: boolean, clauses: readonly Clause[]) => Clause;
  readonly not: (clause: Clause) => Clause;
}

/**
 * Reads conditions.
 *
 * @throws {TypeError} for a condition without a value: an undefined one would silently mean more rows.
 */
export const readConditions = <Clause>(
  where: object,
  reader: ConditionReader<Clause>,
  path = "where",
): Clause =>
  reader.join(
    true,
    Object.entries(where).map(([name, value]: [string, unknown]) => {
      const place = `${path}.${name}`;
      refuseMissing(value, place);
      if (name === "and" || name === "or") {
        const parts = (value as readonly object[]).map((part, index) =>
          readConditions(part, reader, `${place}[${index}]`),
        );
        return reader.join(name === "and", parts);
      }
      if (name === "not") return reader.not(readConditions(value as object, reader, place));
      const isPlain = value === null || typeof value !== "object" || value instanceof Date;
      const operations = Object.entries(isPlain ? { eq: value } : value);
      return reader.join(
        true,
        operations.map(([operator, operand]: [string, unknown]) => {
          refuseMissing(operand, `${place}.${operator}`);
          return reader.test(name, operator, operand);
        }),
      );
    }),
  );

/** @throws {TypeError} for what is undefined, or a number that JSON and the server have no text for. */
function refuseMissing(value: unknown, place: string): void {
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value)))
    throw new TypeError(`${place} is ${value}. Leave it out, or give it a value.`);
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) refuseMissing(item, `${place}[${index}]`);
}

/** The spellings of operators that are not their own names in lower case. */
const signs: Readonly<Record<string, string>> = {
  eq: "==",
  ne: "!=",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  notIn: "=out=",
  notBetween: "=nbetween=",
};

/** Conditions as RSQL: texts of which one has to hold. No text means that none does, and an empty one always holds. */
type Alternatives = readonly string[];

const rsql: ConditionReader<Alternatives> = {
  test: (field, operator, operand) => {
    const start = field + (signs[operator] ?? `=${operator.toLowerCase()}=`);
    if (!Array.isArray(operand)) return [start + scalar(operand)];
    const items = operand.map(scalar).join();
    return [start + (start.endsWith("between=") ? `[${items}]` : `(${items})`)];
  },
  join: (all, clauses) => {
    if (!all) return clauses.flat();
    if (clauses.some(({ length }) => length === 0)) return [];
    const open = clauses.filter((clause) => !clause.includes(""));
    return open.length === 1 ? open.flat() : [open.map(grouped).join(";")];
  },
  not: (clause) => (clause.includes("") ? [] : [clause.length === 0 ? "" : `not(${clause.join()})`]),
};

/** As it stands beside others that have to hold, too. */
const grouped = (clause: Alternatives): string =>
  clause.length > 1
    ? `(${clause.join()})`
    : // No filter is spelled "never", and no id is one of none.
      (clause[0] ?? "id=in=()");

/** A value in quotes unless it is a number, true, false or null: without them it could be read as something else. */
const scalar = (value: unknown): string => {
  const text = value instanceof Date ? value.toISOString() : value;
  return typeof text === "string" ? `"${text.replace(/["\\]/g, "\\$&")}"` : String(text);
};

/** What is given to choose rows by: conditions, or the text of the server's filter, or both, which then both hold. */
export interface Chosen {
  readonly filter?: string | undefined;
  readonly where?: object | undefined;
}

/**
 * The rows that are meant, as RSQL; undefined where nothing narrows them.
 *
 * @throws {TypeError} as {@link readConditions} does.
 */
export function filterOf({ filter, where = {} }: Chosen): string | undefined {
  const clause = readConditions(where, rsql);
  if (clause.includes("")) return filter;
  return filter === undefined ? clause.join() || grouped(clause) : `(${filter});${grouped(clause)}`;
}
