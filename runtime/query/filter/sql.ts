import type { Scope } from "../scope.ts";
import type { Comparison, Filter, Scalar } from "./ast.ts";
import type { Bind } from "./operators.ts";

/**
 * The filter as a condition of a statement. All its values travel in one JSON parameter, since D1 takes 100 in a
 * statement; `->>` gives text, integers and doubles as they went in, and booleans as 1 and 0, as they are stored.
 *
 * @param parameter The number that the parameter gets: one more than there are in front of it.
 * @returns the condition, with one value, or with none where the filter asks for null only.
 */
export function filterSql(filter: Filter, parameter: number): Scope {
  const values: (Scalar | readonly Scalar[])[] = [];
  const place = (value: Scalar | readonly Scalar[]): string => `'$[${values.push(value) - 1}]'`;
  const bind: Bind = {
    value: (value) => `?${parameter}->>${place(value)}`,
    list: (list) => `(SELECT value FROM json_each(?${parameter}, ${place(list)}))`,
  };
  const sql = compile(filter, false, bind);
  return { sql, values: values.length === 0 ? [] : [JSON.stringify(values)] };
}

/** Negations are pushed down to the comparisons: there they add no depth, and only there null has to be looked at. */
function compile(filter: Filter, negated: boolean, bind: Bind): string {
  switch (filter.type) {
    case "not":
      return compile(filter.item, !negated, bind);
    case "compare":
      return negated ? negatedSql(filter, bind) : filter.forms.sql(filter.column.sql, bind);
    case "and":
    case "or": {
      const word = (filter.type === "and") === negated ? "OR" : "AND";
      return balanced(
        filter.items.map((item) => compile(item, negated, bind)),
        word,
      );
    }
  }
}

/** SQL's NOT leaves NULL as it is, where a comparison with null has to become true. */
function negatedSql({ column, forms }: Comparison, bind: Bind): string {
  const sql = forms.sql(column.sql, bind);
  const isNull = column.nullable === true && forms.twoValued !== true;
  return isNull ? `(${sql}) IS NOT TRUE` : `NOT (${sql})`;
}

/** A chain of 100 conditions would be 100 deep, which D1 refuses; as a balanced tree it is 7 deep. */
function balanced(conditions: readonly string[], word: "AND" | "OR"): string {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return only;
  const middle = Math.ceil(conditions.length / 2);
  const left = balanced(conditions.slice(0, middle), word);
  const right = balanced(conditions.slice(middle), word);
  return `(${left} ${word} ${right})`;
}
