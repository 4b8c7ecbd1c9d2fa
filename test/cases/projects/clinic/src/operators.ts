import { defineOperator, defineOperators } from "covara/runtime";

export default defineOperators({
  /** `id=oneof="a b c"`: the text is one of the words. */
  oneof: defineOperator({
    columns: ["text"],
    operand: "value",
    sql: (column, words) => `instr(' ' || ${words} || ' ', ' ' || ${column} || ' ') > 0`,
    test: (value, words) => words.split(" ").includes(value),
  }),
});
