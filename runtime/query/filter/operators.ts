/**
 * Every operator in one table: the columns that it applies to, what stands behind it, and its meaning twice, as SQL and
 * as a function. Both have to agree on every value; a test holds them to it on D1.
 */
import type { FilterKind, Operand, Scalar } from "./ast.ts";
import { globOf, matchesPattern, type PatternToken } from "./pattern.ts";
import { codePoints, compareText, foldAscii } from "./text.ts";

/** Puts values into the statement's parameters. */
export interface Bind {
  /** @returns the SQL of the value. */
  value(value: Scalar): string;
  /** @returns the SQL of a subquery with one row for each value. */
  list(values: readonly Scalar[]): string;
}

/** A condition in its two forms, the operand applied. */
export interface Forms {
  /** SQL that is true where the condition holds, and false or NULL where it does not. */
  readonly sql: (column: string, bind: Bind) => string;
  /** Whether the condition holds for a value of the API. It holds for null only where the operator asks for null. */
  readonly test: (value: unknown) => boolean;
  /** Whether the SQL is never NULL, also where the column is. */
  readonly twoValued?: true;
}

/** A pattern as it was written, and read. */
export interface Pattern {
  readonly text: string;
  readonly tokens: readonly PatternToken[];
}

/** What can stand behind an operator, by form. */
export interface Operands {
  /** A value of the column. */
  value: Scalar;
  /** Values of the column, in parentheses. */
  list: readonly Scalar[];
  /** Two values of the column, in brackets. */
  range: readonly [Scalar, Scalar];
  text: string;
  pattern: Pattern;
  /** A number of characters. */
  count: number;
  /** Any number. */
  number: number;
  /** `true` or `false`. */
  flag: boolean;
}

export type OperandForm = keyof Operands;

/** Reads what stands behind an operator. */
export type OperandReader = { readonly [Form in OperandForm]: () => Operands[Form] };

export interface Operator {
  readonly kinds: readonly FilterKind[];
  readonly form: OperandForm;
  /** Reads the operand and applies the operator to it. */
  readonly apply: (reader: OperandReader) => { readonly operand: Operand; readonly forms: Forms };
}

/** An operator on columns of some kinds, from a function that gives its forms for an operand. */
export function operator<Form extends OperandForm>(
  kinds: readonly FilterKind[],
  form: Form,
  forms: (operand: Operands[Form]) => Forms,
): Operator {
  return {
    kinds,
    form,
    apply: (reader) => {
      const operand: Operands[Form] = reader[form]();
      return { operand: printable(operand), forms: forms(operand) };
    },
  };
}

const printable = (operand: Operands[OperandForm]): Operand =>
  typeof operand === "object" && "tokens" in operand ? operand.text : operand;

const ordered: readonly FilterKind[] = ["text", "integer", "number", "timestamp"];
const scalar: readonly FilterKind[] = [...ordered, "enum", "boolean"];
const text: readonly FilterKind[] = ["text"];

/** An operator that compares the order of the column's value with that of another. */
const ordering = (sign: string, holds: (difference: number) => boolean): Operator =>
  operator(ordered, "value", (operand) => ({
    sql: (column, bind) => `${column} ${sign} ${bind.value(operand)}`,
    test: (value) => {
      const difference = compare(value, operand);
      return difference !== null && holds(difference);
    },
  }));

/** An operator that compares the number of characters. */
const measuring = (sign: string, holds: (length: number, operand: number) => boolean): Operator =>
  operator(text, "count", (operand) => ({
    sql: (column, bind) => `length(${column}) ${sign} ${bind.value(operand)}`,
    test: (value) => typeof value === "string" && holds(codePoints(value), operand),
  }));

/** An operator on text, as it is and with ASCII letters folded. SQL and test compare column and operand alike. */
const textual = (
  sql: (column: string, operand: string) => string,
  test: (value: string, operand: string) => boolean,
): { readonly exact: Operator; readonly folded: Operator } => ({
  exact: operator(text, "text", (operand) => ({
    sql: (column, bind) => sql(column, bind.value(operand)),
    test: (value) => typeof value === "string" && test(value, operand),
  })),
  folded: operator(text, "text", (given) => {
    const operand = foldAscii(given);
    return {
      sql: (column, bind) => sql(`lower(${column})`, bind.value(operand)),
      test: (value) => typeof value === "string" && test(foldAscii(value), operand),
    };
  }),
});

// Without LIKE, so that a value has no wildcards and D1's limit on the length of patterns does not apply.
const contains = textual(
  (column, operand) => `instr(${column}, ${operand}) > 0`,
  (value, operand) => value.includes(operand),
);
const startsWith = textual(
  (column, operand) => `substr(${column}, 1, length(${operand})) = ${operand}`,
  (value, operand) => value.startsWith(operand),
);
// Where the operand is the longer one, the start is before the text and the part too short to be equal.
const endsWith = textual(
  (column, operand) => `substr(${column}, length(${column}) - length(${operand}) + 1) = ${operand}`,
  (value, operand) => value.endsWith(operand),
);
const equals = textual(
  (column, operand) => `${column} = ${operand}`,
  (value, operand) => value === operand,
);

export type OperatorName = keyof typeof operators;

/** The operators by their canonical names. A positive comparison with null is false. */
export const operators = {
  "==": operator(scalar, "value", (operand) => ({
    sql: (column, bind) => `${column} = ${bind.value(operand)}`,
    test: (value) => value === operand,
  })),
  ">": ordering(">", (difference) => difference > 0),
  ">=": ordering(">=", (difference) => difference >= 0),
  "<": ordering("<", (difference) => difference < 0),
  "<=": ordering("<=", (difference) => difference <= 0),
  "=in=": operator(scalar, "list", (operand) => {
    const members = new Set<unknown>(operand);
    return {
      sql: (column, bind) => `${column} IN ${bind.list(operand)}`,
      test: (value) => members.has(value),
    };
  }),
  "=between=": operator(ordered, "range", (operand) => {
    const [low, high] = operand;
    return {
      sql: (column, bind) => `${column} BETWEEN ${bind.value(low)} AND ${bind.value(high)}`,
      test: (value) => {
        const [fromLow, fromHigh] = [compare(value, low), compare(value, high)];
        return fromLow !== null && fromHigh !== null && fromLow >= 0 && fromHigh <= 0;
      },
    };
  }),
  "=contains=": contains.exact,
  "=icontains=": contains.folded,
  "=startswith=": startsWith.exact,
  "=istartswith=": startsWith.folded,
  "=endswith=": endsWith.exact,
  "=iendswith=": endsWith.folded,
  "=ieq=": equals.folded,
  "=like=": operator(text, "pattern", ({ tokens }) => {
    const glob = globOf(tokens);
    return {
      sql: (column, bind) => `${glob.text(column)} GLOB ${bind.value(glob.pattern)}`,
      test: (value) => typeof value === "string" && matchesPattern(value, tokens),
    };
  }),
  "=ilike=": operator(text, "pattern", ({ text: pattern, tokens }) => {
    const folded = tokens.map((token) =>
      "literal" in token ? { literal: foldAscii(token.literal) } : token,
    );
    return {
      sql: (column, bind) => `${column} LIKE ${bind.value(pattern)} ESCAPE '\\'`,
      test: (value) => typeof value === "string" && matchesPattern(foldAscii(value), folded),
    };
  }),
  "=length=": measuring("=", (length, operand) => length === operand),
  "=minlength=": measuring(">=", (length, operand) => length >= operand),
  "=maxlength=": measuring("<=", (length, operand) => length <= operand),
  "=isnull=": operator([...scalar, "json"], "flag", (operand) => ({
    sql: (column) => `${column} IS ${operand ? "" : "NOT "}NULL`,
    test: (value) => (value === null) === operand,
    twoValued: true,
  })),
  "=isempty=": operator(text, "flag", (operand) => ({
    sql: (column) => `ifnull(${column}, '') ${operand ? "=" : "<>"} ''`,
    test: (value) => (value === null || value === "") === operand,
    twoValued: true,
  })),
} as const satisfies Record<string, Operator>;

/** Orders two values of the same column; null where one of them is null. */
function compare(a: unknown, b: Scalar): number | null {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return typeof a === "number" && typeof b === "number" ? a - b : null;
}

/** What a spelling in a filter means. */
export interface Spelling {
  readonly name: OperatorName;
  /** The complement: true where the operator is false, so also for null. */
  readonly negated: boolean;
}

const same = (name: OperatorName): Spelling => ({ name, negated: false });
const complement = (name: OperatorName): Spelling => ({ name, negated: true });

/** All spellings. */
export const spellings: ReadonlyMap<string, Spelling> = new Map([
  ...(Object.keys(operators) as OperatorName[]).map((name) => [name, same(name)] as const),
  ["=gt=", same(">")],
  ["=ge=", same(">=")],
  ["=lt=", same("<")],
  ["=le=", same("<=")],
  ["%=", same("=like=")],
  ["!=", complement("==")],
  ["=out=", complement("=in=")],
  ["=nbetween=", complement("=between=")],
  ["=ine=", complement("=ieq=")],
]);
