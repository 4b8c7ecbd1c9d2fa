/** Writes `where` as the text that the server takes as `filter` (RSQL). */

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

/** A condition in RSQL; `isOr` says that it needs parentheses beside others. One that always or never holds has no text. */
type Clause = { readonly text: string; readonly isOr: boolean } | boolean;

/** What is given to choose rows by: conditions, or the text of the server's filter, or both, which then both hold. */
export interface Chosen {
  readonly filter?: string | undefined;
  readonly where?: object | undefined;
}

/**
 * The rows that are meant, as RSQL; undefined where nothing narrows them.
 *
 * @throws {TypeError} for a condition without a value: an undefined one would silently mean more rows.
 */
export function filterOf({ filter, where }: Chosen): string | undefined {
  const clause = where === undefined || clauseOf(where, "where");
  if (clause === true) return filter;
  // No filter is spelled "never", and no id is one of none.
  const text = clause === false ? "id=in=()" : clause.text;
  return filter === undefined ? text : `(${filter});${clause !== false && clause.isOr ? `(${text})` : text}`;
}

function clauseOf(where: object, path: string): Clause {
  return join(
    true,
    Object.entries(where).map(([name, value]: [string, unknown]): Clause => {
      const place = `${path}.${name}`;
      if (name === "and" || name === "or") {
        const parts = required(value, place) as readonly object[];
        return join(
          name === "and",
          parts.map((part, index) => clauseOf(part, `${place}[${index}]`)),
        );
      }
      return name === "not"
        ? negate(clauseOf(required(value, place) as object, place))
        : field(name, value, place);
    }),
  );
}

/** The conditions on one field: a value, or operators. */
function field(name: string, value: unknown, path: string): Clause {
  if (value === null || typeof value !== "object" || value instanceof Date) {
    return compare(`${name}==`, value, path);
  }
  return join(
    true,
    Object.entries(value).map(([operator, operand]: [string, unknown]) =>
      compare(name + (signs[operator] ?? `=${operator.toLowerCase()}=`), operand, `${path}.${operator}`),
    ),
  );
}

const compare = (start: string, operand: unknown, path: string): Clause => {
  if (!Array.isArray(operand)) return { text: start + scalar(operand, path), isOr: false };
  const items = operand.map((item, index) => scalar(item, `${path}[${index}]`)).join(",");
  return { text: start + (start.endsWith("between=") ? `[${items}]` : `(${items})`), isOr: false };
};

/** A value in quotes unless it is a number, true, false or null: without them it could be read as something else. */
function scalar(value: unknown, path: string): string {
  const given = required(value, path);
  if (typeof given === "string") return `"${given.replace(/["\\]/g, "\\$&")}"`;
  if (given instanceof Date) return `"${given.toISOString()}"`;
  if (typeof given === "number" && !Number.isFinite(given)) throw new TypeError(`${path} is ${given}.`);
  return String(given);
}

/** Joins clauses: all of them have to hold, or any. */
function join(all: boolean, clauses: readonly Clause[]): Clause {
  if (clauses.includes(!all)) return !all;
  const open = clauses.filter((clause) => typeof clause === "object");
  const [only] = open;
  if (open.length < 2) return only ?? all;
  const texts = open.map(({ text, isOr }) => (all && isOr ? `(${text})` : text));
  return { text: texts.join(all ? ";" : ","), isOr: !all };
}

const negate = (clause: Clause): Clause =>
  typeof clause === "boolean" ? !clause : { text: `not(${clause.text})`, isOr: false };

function required(value: unknown, path: string): unknown {
  if (value !== undefined) return value;
  throw new TypeError(`${path} is undefined. Leave it out to ask for nothing, or give it a value.`);
}
