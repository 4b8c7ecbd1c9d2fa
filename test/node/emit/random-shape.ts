import fc from "fast-check";
import type { JsonMember, JsonShape, JsonTypeData, NamedJsonShape } from "../../../schema/json-shape.ts";

const names = [
  "Meta",
  "Tree",
  "leaf",
  "Über",
  "_x",
  "AVeryLongNameOfATypeThatSomebodyMayHaveChosenForTheirJson",
] as const;

const words = fc.constantFrom(
  "",
  "a",
  "it's",
  'say "hi"',
  "kind",
  "`$\u007bx}`",
  "a\nb",
  "*/",
  "😀",
  "word ".repeat(9),
);
const memberNames = fc.constantFrom(
  ..."a b kind type default class optionalMember anotherRatherLongNameOfAMember 1 a-b".split(" "),
  "it's",
  "",
  "ä",
  "$x",
);

/** Many literals, so that they have to be laid out over lines. */
const literals = fc
  .oneof(
    fc.uniqueArray(words, { minLength: 2, maxLength: 9 }),
    fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 30 }),
  )
  .map(
    (values): JsonShape => ({ type: "union", shapes: values.map((value) => ({ type: "literal", value })) }),
  );

const { shape } = fc.letrec<{ shape: JsonShape; leaf: JsonShape }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<JsonShape>(
      { type: "string" },
      { type: "number" },
      { type: "boolean" },
      { type: "json" },
      { type: "literal", value: true },
      { type: "literal", value: -1.5 },
      { type: "record", values: { type: "string" } },
    ),
    words.map((value): JsonShape => ({ type: "literal", value })),
    fc.integer({ min: -9, max: 10 ** 12 }).map((value): JsonShape => ({ type: "literal", value })),
    fc
      .constantFrom(...names)
      .map((name): JsonShape => ({ type: "reference", name: `covara.config.ts#${name}` })),
  ),
  shape: fc.oneof(
    { maxDepth: 3, depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc
      .record({ items: tie("shape"), readonly: fc.constant(true as const) }, { requiredKeys: ["items"] })
      .map((array): JsonShape => ({ type: "array", ...array })),
    fc.array(tie("shape"), { maxLength: 4 }).map((items): JsonShape => ({ type: "tuple", items })),
    tie("shape").map((values): JsonShape => ({ type: "record", values })),
    members(tie("shape")).map((own): JsonShape => ({ type: "object", members: own })),
    tagged(tie("shape")),
    union(tie("shape")),
    literals,
  ),
}));

function members(entry: fc.Arbitrary<JsonShape>): fc.Arbitrary<JsonMember[]> {
  const member = fc.record<JsonMember>(
    {
      name: memberNames,
      shape: entry,
      optional: fc.constant(true as const),
      readonly: fc.constant(true as const),
      doc: fc.constantFrom(
        "What it means.",
        "Two lines.\nThe second one.",
        `Long. ${"word ".repeat(30).trim()}`,
      ),
    },
    { requiredKeys: ["name", "shape"] },
  );
  return fc.uniqueArray(member, { maxLength: 5, selector: ({ name }) => name });
}

/** Objects that a member tells apart. */
function tagged(entry: fc.Arbitrary<JsonShape>): fc.Arbitrary<JsonShape> {
  return fc.array(members(entry), { minLength: 2, maxLength: 3 }).map((alternatives) => ({
    type: "union",
    shapes: alternatives.map((own, index) => ({
      type: "object",
      members: [
        { name: "tag", shape: { type: "literal", value: `t${index}` } } as const,
        ...own.filter(({ name }) => name !== "tag"),
      ],
    })),
  }));
}

function union(entry: fc.Arbitrary<JsonShape>): fc.Arbitrary<JsonShape> {
  return fc.tuple(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([shapes, nullable]) => {
    const flat = shapes.flatMap((part) => (part.type === "union" ? part.shapes : [part]));
    const all = [
      ...flat.filter(({ type }) => type !== "json"),
      ...(nullable ? [{ type: "null" } as const] : []),
    ];
    const distinct = [...new Map(all.map((part) => [JSON.stringify(part), part])).values()];
    const [only] = distinct;
    if (only === undefined) return { type: "string" };
    return distinct.length === 1 ? only : { type: "union", shapes: distinct };
  });
}

/** Named types that may refer to each other and to themselves, but not without end. */
const named: fc.Arbitrary<Record<string, NamedJsonShape>> = fc
  .tuple(...names.map(() => fc.tuple(members(shape), shape, fc.boolean())))
  .map((all) =>
    Object.fromEntries(
      names.map((name, index) => {
        const [own, other, isAlias] = all[index] ?? [[], { type: "string" }, false];
        const body: JsonShape = isAlias ? { type: "array", items: other } : { type: "object", members: own };
        return [`covara.config.ts#${name}`, { name, shape: body, doc: `A ${name}.` }];
      }),
    ),
  );

/** Types of json fields: the named ones are the same for all. */
export const randomTypes = (count: number): fc.Arbitrary<JsonTypeData[]> =>
  fc
    .tuple(named, fc.array(shape, { minLength: count, maxLength: count }))
    .map(([all, shapes]) => shapes.map((own) => ({ shape: notNull(own), named: all, problems: [] })));

/** The model refuses a type that may be null as a whole. */
const notNull = (own: JsonShape): JsonShape =>
  own.type === "union" && own.shapes.some(({ type }) => type === "null")
    ? { type: "array", items: own }
    : own;
