/** Operators that an application adds to those of every filter. */
import type { FilterKind, Scalar } from "./ast.ts";
import { type Forms, type Operator, operator, spellings } from "./operators.ts";

/** The values of columns, by kind, as the API shows them. */
interface Values {
  text: string;
  enum: string;
  integer: number;
  number: number;
  boolean: boolean;
  /** ISO 8601, UTC, milliseconds. */
  timestamp: string;
}

/** What {@link defineOperator} takes. */
export interface OperatorDefinition<Kind extends keyof Values, Form extends "value" | "number"> {
  /** The kinds of columns that have the operator. Ids and references are text. */
  readonly columns: readonly Kind[];
  /** What stands behind it: a value of the column, or a number whatever the column holds. */
  readonly operand: Form;
  /**
   * The condition in SQL. Both arguments are SQL: write them where the values are meant. It is not asked about null: a
   * column that is null never meets the condition.
   */
  readonly sql: (column: string, operand: string) => string;
  /** The same condition on values. It has to hold for the same ones: live queries use it. */
  readonly test: (value: Values[Kind], operand: Form extends "number" ? number : Values[Kind]) => boolean;
}

/**
 * Declares one operator in its two forms, for {@link defineOperators}.
 *
 * @throws {TypeError} where the SQL leaves out the column or the operand.
 */
export function defineOperator<Kind extends keyof Values, Form extends "value" | "number">(
  definition: OperatorDefinition<Kind, Form>,
): Operator {
  const { columns, operand: form, sql, test } = definition;
  // A parameter that is bound but not in the statement would be refused by D1, at the first request.
  for (const part of ["$column", "$operand"]) {
    if (!sql("$column", "$operand").includes(part)) {
      throw new TypeError(
        `The SQL of an operator has to look at its ${part.slice(1)}: ${sql("column", "operand")}`,
      );
    }
  }
  type Operand = Parameters<typeof test>[1];
  const forms = (operand: Scalar): Forms => ({
    // `||` binds no tighter than the `->>` of a parameter, so that needs its parentheses.
    sql: (column, bind) =>
      `(${column} IS NOT NULL AND ifnull((${sql(column, `(${bind.value(operand)})`)}), 0))`,
    // The parser has read the operand by the kind of the column, and the row's value is of that kind.
    test: (value) => value !== null && test(value as Values[Kind], operand as Operand),
    twoValued: true,
  });
  const kinds: readonly FilterKind[] = columns;
  return form === "number" ? operator(kinds, "number", forms) : operator(kinds, "value", forms);
}

/** An application's operators by their spelling in a filter. */
export type Operators = ReadonlyMap<string, Operator>;

/**
 * Names the operators of an application: `{ near: defineOperator(…) }` gives `field=near=value`. It is the default export
 * of the module that the config names as `operators`.
 *
 * @throws {TypeError} for a name that is not made of lower-case letters, or that filters have already.
 */
export function defineOperators(definitions: Readonly<Record<string, Operator>>): Operators {
  return new Map(
    Object.entries(definitions).map(([name, definition]) => {
      const spelling = `=${name}=`;
      if (!/^[a-z]+$/.test(name)) {
        throw new TypeError(
          `The operator ${JSON.stringify(name)} needs a name of lower-case letters a to z.`,
        );
      }
      if (spellings.has(spelling)) {
        throw new TypeError(`Filters have an operator ${spelling} already: give yours another name.`);
      }
      return [spelling, definition];
    }),
  );
}
