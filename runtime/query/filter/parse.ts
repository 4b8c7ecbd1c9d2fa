/** Reads filters in RSQL: `done==false;(priority>=2,title=icontains="ship it")`. */
import { type Column, isFunction, type Table } from "../table.ts";
import { type Filter, join, kindOf, negate, type Scalar } from "./ast.ts";
import { type OperandReader, type Operator, operators, spellings } from "./operators.ts";
import { parsePattern } from "./pattern.ts";
import { codePoints, utf8Bytes } from "./text.ts";
import { excerpt, type NameToken, Scanner, type ValueToken } from "./tokens.ts";
import { type Typed, typedCount, typedFlag, typedNumber, typedValue } from "./values.ts";

/** Characters, as code points. */
const maxLength = 4096;
/** Parentheses and `not(…)` within each other. */
const maxDepth = 10;
/** Comparisons. */
const maxTerms = 100;
/** D1 takes no longer ones, in bytes. */
const maxPattern = 50;

/** What filters look at: the columns that a table shows, and its own operators. */
export type Filterable = Pick<Table, "columns" | "functions" | "operators">;

/** How one query parameter spells filters. */
export interface FilterDialect {
  /** The query parameter, for errors. */
  readonly parameter: string;
  /** What a comparison starts with, in words. */
  readonly expected: string;
  /** The message for a name that is not among the columns, given as JSON. */
  readonly unknown: (name: string) => string;
  /** Whether a name may have two parts with a dot between them. */
  readonly dotted?: true;
}

const ofRows: FilterDialect = {
  parameter: "filter",
  expected: "a field",
  unknown: (name) => `There is no field ${name}`,
};

/**
 * Reads a filter.
 *
 * @param dialect For filters of something else than rows.
 * @throws {Problem} 400 `FILTER_PARSE_ERROR` with the place and what was expected there. A field that the table does not
 * show is one that does not exist.
 */
export function parseFilter(table: Filterable, text: string, dialect: FilterDialect = ofRows): Filter {
  const scanner = new Scanner(text, dialect.parameter);
  if (text.length > maxLength && codePoints(text) > maxLength) {
    throw scanner.problem(text.length, "too_big", `A filter has at most ${maxLength} characters`);
  }
  if (text.includes("\0") || !text.isWellFormed()) {
    const unstorable = text.search(/\0|\p{Surrogate}/u);
    throw scanner.problem(unstorable, "invalid_value", "Text must not contain NUL or lone surrogates");
  }
  return new Parser(table, scanner, dialect).parse();
}

class Parser {
  readonly #table: Filterable;
  readonly #dialect: FilterDialect;
  readonly #scanner: Scanner;
  #terms = 0;

  constructor(table: Filterable, scanner: Scanner, dialect: FilterDialect) {
    this.#table = table;
    this.#dialect = dialect;
    this.#scanner = scanner;
  }

  parse(): Filter {
    if (this.#scanner.atEnd)
      throw this.#scanner.expected(`${this.#dialect.expected}: an empty filter is none`);
    const filter = this.#either(0);
    if (!this.#scanner.atEnd) throw this.#scanner.expected('";", ",", "and", "or" or the end');
    return filter;
  }

  /** Alternatives. */
  #either(depth: number): Filter {
    const first = this.#all(depth);
    const rest: Filter[] = [];
    while (this.#scanner.take(",") || this.#scanner.take("||") || this.#scanner.takeWord("or")) {
      rest.push(this.#all(depth));
    }
    return join("or", first, rest);
  }

  /** Conditions that all have to hold. */
  #all(depth: number): Filter {
    const first = this.#term(depth);
    const rest: Filter[] = [];
    while (this.#scanner.take(";") || this.#scanner.take("&&") || this.#scanner.takeWord("and")) {
      rest.push(this.#term(depth));
    }
    return join("and", first, rest);
  }

  #term(depth: number): Filter {
    // A field may be named `not`; in front of a parenthesis the word is the negation.
    if (this.#scanner.takeWord("not", "(")) return negate(this.#inParentheses(depth));
    return this.#scanner.text[this.#scanner.at] === "(" ? this.#inParentheses(depth) : this.#comparison();
  }

  #inParentheses(depth: number): Filter {
    if (depth === maxDepth) {
      throw this.#scanner.problem(this.#scanner.at, "too_big", `Parentheses nest at most ${maxDepth} deep`);
    }
    this.#scanner.expect("(");
    const filter = this.#either(depth + 1);
    if (!this.#scanner.take(")")) throw this.#scanner.expected('";", ",", "and", "or" or ")"');
    return filter;
  }

  #comparison(): Filter {
    const field = this.#scanner.field(
      `${this.#dialect.expected}, "(" or "not("`,
      this.#dialect.dotted === true,
    );
    const column = this.#column(field);
    this.#terms += 1;
    if (this.#terms > maxTerms) {
      throw this.#scanner.problem(field.at, "too_big", `A filter has at most ${maxTerms} comparisons`);
    }
    const token = this.#scanner.operator();
    const found = this.#operator(token.text);
    if (found === undefined) {
      const offer = this.#operatorsOf(column);
      throw this.#scanner.problem(
        token.at,
        "unknown_operator",
        `There is no operator ${excerpt(token.text)}. ${field.text} has ${offer}`,
      );
    }
    if (found.name === "==" && this.#scanner.takeNull()) {
      const isNull = operators["=isnull="].apply({ ...this.#reader(column), flag: () => !found.negated });
      return { type: "compare", field: field.text, column, operator: "=isnull=", ...isNull };
    }
    const kind = kindOf(column);
    if (!found.operator.kinds.includes(kind)) {
      throw this.#scanner.problem(
        token.at,
        "invalid_type",
        `${token.text} does not apply to ${field.text}, which holds ${nouns[kind]} and has ${this.#operatorsOf(column)}`,
      );
    }
    const applied = found.operator.apply(this.#reader(column));
    const comparison = {
      type: "compare",
      field: field.text,
      column,
      operator: found.name,
      ...applied,
    } as const;
    return found.negated ? negate(comparison) : comparison;
  }

  #operator(spelling: string): { operator: Operator; name: string; negated: boolean } | undefined {
    const known = spellings.get(spelling);
    if (known !== undefined) return { operator: operators[known.name], ...known };
    const own = this.#table.operators?.get(spelling);
    return own === undefined ? undefined : { operator: own, name: spelling, negated: false };
  }

  /** The spellings of the operators that a column has. */
  #operatorsOf(column: Column): string {
    const kind = kindOf(column);
    const all: (readonly [string, Operator])[] = [
      ...[...spellings].map(([spelling, { name }]) => [spelling, operators[name]] as const),
      ...(this.#table.operators ?? []),
    ];
    return all.flatMap(([spelling, { kinds }]) => (kinds.includes(kind) ? [spelling] : [])).join(" ");
  }

  /** A column that the caller may see. The answer for another one does not tell whether it exists. */
  #column({ text, at }: NameToken): Column {
    const { columns } = this.#table;
    const found = Object.hasOwn(columns, text) ? columns[text] : undefined;
    if (found !== undefined) return found;
    if (isFunction(this.#table, text)) {
      const message = `${text} is computed once a row is read, and cannot be filtered by`;
      throw this.#scanner.problem(at, "unknown_field", message);
    }
    throw this.#scanner.problem(at, "unknown_field", this.#dialect.unknown(JSON.stringify(excerpt(text))));
  }

  #reader(column: Column): OperandReader {
    const value = (): Scalar => this.#typed((token) => typedValue(column, token));
    return {
      value,
      list: () => {
        this.#scanner.expect("(");
        const items: Scalar[] = [];
        if (this.#scanner.take(")")) return items;
        do items.push(value());
        while (this.#scanner.take(","));
        if (!this.#scanner.take(")")) throw this.#scanner.expected('"," or ")"');
        return items;
      },
      range: () => {
        this.#scanner.expect("[");
        const low = value();
        this.#scanner.expect(",");
        const high = value();
        this.#scanner.expect("]");
        return [low, high];
      },
      text: () => this.#typed(({ text }) => ({ value: text })),
      pattern: () =>
        this.#typed(({ text }) => {
          const tokens = parsePattern(text);
          if (tokens === null) return { problem: "A pattern must not end in a single backslash" };
          if (utf8Bytes(text) > maxPattern) return { problem: `A pattern has at most ${maxPattern} bytes` };
          return { value: { text, tokens } };
        }),
      count: () => this.#typed(typedCount),
      number: () => this.#typed((token) => typedNumber(token, "number")),
      flag: () => this.#typed(typedFlag),
    };
  }

  #typed<Value>(read: (token: ValueToken) => Typed<Value>): Value {
    const token = this.#scanner.value();
    if (!token.quoted && token.text === "null") {
      throw this.#scanner.problem(
        token.at,
        "invalid_type",
        "null stands behind == and != only; the text is written in quotes",
      );
    }
    const typed = read(token);
    if ("value" in typed) return typed.value;
    throw this.#scanner.problem(token.at, "invalid_value", typed.problem);
  }
}

const nouns = {
  text: "text",
  enum: "one of some words",
  integer: "whole numbers",
  number: "numbers",
  boolean: "true or false",
  timestamp: "times",
  json: "JSON",
} as const;
