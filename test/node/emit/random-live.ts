/** What of a random resource is live, and rules that look further than those of writes: at other fields, and at other rows. */
import fc from "fast-check";
import { Condition } from "../../../schema/condition.ts";
import type { ConditionData, ResourceData, RuleData } from "../../../schema/data.ts";

/** A condition on fields that hold ids, whatever else they are. */
const condition = (ids: readonly string[]): fc.Arbitrary<ConditionData> => {
  const field = fc.constantFrom(...ids);
  const { tree } = fc.letrec<{ tree: ConditionData }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.record({ type: fc.constant("null" as const), field, is: fc.boolean() }),
      fc.record({
        type: fc.constant("compare" as const),
        operator: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"),
        field,
        value: fc.oneof(
          fc.constantFrom(
            { type: "user" as const, field: "id" },
            { type: "constant" as const, value: "it's \"`$\u007bx}`\\" },
          ),
          field.map((name) => ({ type: "field" as const, field: name })),
        ),
      }),
      fc.record({
        type: fc.constant("in" as const),
        field,
        values: fc.array(
          fc.constantFrom("a", "'", '"').map((value) => ({ type: "constant" as const, value })),
          { minLength: 1, maxLength: 4 },
        ),
      }),
      tie("tree").map((item) => ({ type: "not" as const, item })),
      fc.record({
        type: fc.constantFrom("and" as const, "or" as const),
        items: fc.tuple(tie("tree"), tie("tree")),
      }),
    ),
  }));
  return tree;
};

/**
 * A rule of readers or subscribers.
 *
 * @param ids Fields that hold ids.
 * @param relations Relations to one other row.
 * @param plain A rule without these.
 */
export function wideRule(
  ids: readonly string[],
  relations: readonly string[],
  plain: fc.Arbitrary<RuleData>,
): fc.Arbitrary<RuleData> {
  const inner = fc.constantFrom<RuleData>(
    { type: "owner", field: "id" },
    { type: "role", role: "admin" },
    { type: "signedIn" },
    { type: "public" },
  );
  const { tree } = fc.letrec<{ tree: RuleData }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      plain,
      condition(ids).map((data): RuleData => ({ type: "where", condition: new Condition(data) })),
      ...(relations.length === 0
        ? []
        : [
            fc.tuple(fc.constantFrom(...relations), fc.array(inner, { minLength: 1, maxLength: 2 })).map(
              ([relation, rules]): RuleData => ({
                type: "through",
                relation,
                rule: { type: "any", rules },
              }),
            ),
          ]),
      fc.record({
        type: fc.constantFrom("any" as const, "all" as const),
        rules: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }),
      }),
    ),
  }));
  return tree;
}

/** Most resources are not live. Of those that are, some are divided up by a field. */
export const randomLive = (ids: readonly string[]): fc.Arbitrary<NonNullable<ResourceData["live"]>> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(false, true), weight: 3 },
    { arbitrary: fc.constantFrom(...ids).map((by) => ({ by })), weight: 1 },
  );
