/** The parameters of requests. What several routes take is a component. */
import type { Json } from "../../../schema/data.ts";
import { hasTickets } from "../../model/live-tickets.ts";
import type { FieldModel } from "../../model/types.ts";
import type { EndpointName } from "../endpoints.ts";
import { includables } from "../includable.ts";
import { offers } from "../rule.ts";
import { ticketPath } from "../tickets.ts";
import type { Context, ResourceContext } from "./context.ts";
import { comparable, filtered, mark, numeric, ordered, visible } from "./fields.ts";
import { filterDescription, filterExamples } from "./filters.ts";
import { type Node, node } from "./node.ts";
import { sampleId } from "./samples.ts";

interface Parameter {
  readonly in?: "query" | "header" | "path";
  readonly required?: true;
  readonly description: string;
  readonly schema: Node;
  readonly example?: Json;
  readonly examples?: Node;
  /** A list that is written with commas. */
  readonly list?: true;
}

/** One parameter. */
export const parameter = (name: string, { in: place = "query", list, ...more }: Parameter): Node =>
  node({
    name,
    in: place,
    ...more,
    ...(list === true ? { style: "form", explode: false } : {}),
  });

/** A parameter that is the same for all resources. */
const shared = ({ components }: Context, component: string, name: string, content: Parameter): Node =>
  components.refer("parameters", component, component, () => parameter(name, content));

/** What a stream takes from callers who cannot send headers. */
export const ticketParameter = (context: Context): Node[] =>
  hasTickets(context.model)
    ? [
        shared(context, "Ticket", "ticket", {
          description: `A ticket of \`POST ${ticketPath(context.model)}\`, for browsers, which cannot send headers with a stream. It is good once.`,
          schema: { type: "string" },
        }),
      ]
    : [];

/** A parameter that depends on the resource. */
const own = (
  { components, resource }: ResourceContext,
  component: string,
  name: string,
  content: () => Parameter,
): Node =>
  components.refer("parameters", `${component} ${resource.key}`, `${resource.typeName}${component}`, () =>
    parameter(name, content()),
  );

/** A list of names, each at most once. */
const listOf = (names: readonly string[], more: Node = {}): Node => ({
  type: "array",
  items: { type: "string", enum: names },
  minItems: 1,
  uniqueItems: true,
  ...more,
});

const namesOf = (fields: readonly { readonly name: string }[]): string[] => fields.map(({ name }) => name);

const boolean: Node = { type: "boolean", default: false };

const filterSchema: Node = { type: "string", minLength: 1, maxLength: 4096 };

const filter = (context: ResourceContext): Node =>
  own(context, "Filter", "filter", () => filterOf(context, []));

/** The filter of reads that may show deleted rows. */
const filterWithDeleted = (context: ResourceContext): Node => {
  const marks = mark(context.resource);
  if (marks.length === 0) return filter(context);
  return own(context, "FilterWithDeleted", "filter", () => filterOf(context, marks));
};

/** @param marks Fields that only `withDeleted` shows. */
const filterOf = ({ model, resource }: ResourceContext, marks: readonly FieldModel[]): Parameter => ({
  description: filterDescription(model, [...filtered(resource), ...marks]) + needsDeleted(marks),
  schema: filterSchema,
  examples: filterExamples(filtered(resource)),
});

const needsDeleted = (marks: readonly FieldModel[]): string =>
  marks.map(({ name }) => `\n\n\`${name}\` takes \`withDeleted=true\`.`).join("");

const select = (context: ResourceContext): Node => selectOf(context, "Select", mark(context.resource));

/** The fields to show of rows that are not deleted. */
const selectKept = (context: ResourceContext): Node =>
  mark(context.resource).length === 0 ? select(context) : selectOf(context, "SelectKept", []);

/** @param marks Fields that only `withDeleted` shows. */
const selectOf = (context: ResourceContext, component: string, marks: readonly FieldModel[]): Node =>
  own(context, component, "select", () => ({
    description: `The fields to show. Without it, all of them.${needsDeleted(marks)}`,
    schema: listOf(namesOf([...visible(context.resource), ...marks])),
    list: true,
  }));

/** The limits of ordering and grouping are those of the runtime. */
const maxTerms = 16;
const maxKeys = 8;

const orderBy = (context: ResourceContext): Node =>
  own(context, "OrderBy", "orderBy", () => ({
    description:
      "Fields to order by: `field` or `field:asc` ascending, `-field` or `field:desc` descending. The id comes last by itself; nulls are last in both directions." +
      needsDeleted(mark(context.resource)),
    schema: listOf(
      namesOf([...ordered(context.resource), ...mark(context.resource)]).flatMap((name) => [
        name,
        `-${name}`,
        `${name}:asc`,
        `${name}:desc`,
      ]),
      { maxItems: maxTerms },
    ),
    list: true,
  }));

const limit = (context: ResourceContext): Node =>
  own(context, "Limit", "limit", () => {
    const { defaultLimit, maxLimit } = context.resource;
    return {
      description: `Rows on the page, ${maxLimit} at most: more is taken for that.`,
      schema: { type: "integer", minimum: 1, default: defaultLimit },
    };
  });

function include(context: ResourceContext): Node[] {
  const followed = includables(context.model, context.resource);
  const [first] = followed;
  if (first === undefined) return [];
  return [
    own(context, "Include", "include", () => ({
      description: `Related rows to show with each row, by comma: ${followed.map(({ relation }) => `\`${relation.name}\``).join(", ")}. A dot follows their own relations, three deep. Options stand in parentheses: \`${first.relation.name}(select:id${first.many ? ";limit:5" : ""})\`.`,
      schema: { type: "string", minLength: 1, maxLength: 4096 },
      example: first.relation.name,
    })),
  ];
}

const withDeleted = (context: ResourceContext): Node[] =>
  offers(context.resource, "readDeleted")
    ? [
        shared(context, "WithDeleted", "withDeleted", {
          description: "Whether to show deleted rows too, for those who may see them.",
          schema: boolean,
        }),
      ]
    : [];

/** What asks for groups, and for what of them. */
function aggregateQuery(context: ResourceContext): readonly Node[] {
  const { resource } = context;
  const measure = (name: string, words: string, fields: readonly { readonly name: string }[]): Node[] =>
    fields.length === 0
      ? []
      : [
          own(context, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, name, () => ({
            description: `Fields to take the ${words} of. Null is no value.`,
            schema: listOf(namesOf(fields)),
            list: true,
          })),
        ];
  return [
    own(context, "GroupBy", "groupBy", () => ({
      description: "Fields whose values make a group. Without it, all rows are one group.",
      schema: listOf(namesOf(ordered(resource)), { maxItems: maxKeys }),
      list: true,
    })),
    shared(context, "Counted", "count", {
      description:
        "Whether to count the rows of each group. It, or one of `sum`, `avg`, `min` and `max`, has to be asked for.",
      schema: boolean,
      example: true,
    }),
    ...measure("sum", "sum", numeric(resource)),
    ...measure("avg", "average", numeric(resource)),
    ...measure("min", "least value", comparable(resource)),
    ...measure("max", "greatest value", comparable(resource)),
    filter(context),
    shared(context, "Having", "having", {
      description: "Which groups: a filter on what is asked for, such as `count>=2`.",
      schema: filterSchema,
      example: "count>=1",
    }),
  ];
}

/** What each read takes in its query. */
export const queryOf: Readonly<Partial<Record<EndpointName, (context: ResourceContext) => readonly Node[]>>> =
  {
    list: (context) => [
      filter(context),
      orderBy(context),
      limit(context),
      shared(context, "Cursor", "cursor", {
        description:
          "Where the page begins: `nextCursor` of the page before. It is good for the same order, filter and caller only.",
        schema: { type: "string" },
      }),
      select(context),
      ...include(context),
      shared(context, "TotalCount", "totalCount", {
        description: "Whether to count the rows of all pages.",
        schema: boolean,
      }),
      ...withDeleted(context),
    ],
    count: (context) => [filterWithDeleted(context), ...withDeleted(context)],
    aggregate: aggregateQuery,
    subscribeAggregate: (context) => [...aggregateQuery(context), ...ticketParameter(context)],
    subscribe: (context) => [
      filter(context),
      selectKept(context),
      shared(context, "Snapshot", "snapshot", {
        description: "Whether to tell first of all rows that are there.",
        schema: boolean,
      }),
      shared(context, "ResumeFrom", "resumeFrom", {
        description:
          "The id of the last event that the caller got: what it missed since comes first, and no snapshot. For callers who cannot send `Last-Event-ID`.",
        schema: { type: "string" },
      }),
      shared(context, "LastEventId", "Last-Event-ID", {
        in: "header",
        description: "The same as `resumeFrom`, as browsers send it.",
        schema: { type: "string" },
      }),
      ...ticketParameter(context),
    ],
    search: (context) => [
      shared(context, "Query", "q", {
        required: true,
        description:
          'Words that all have to be there. `"several words"` have to follow each other; `begin*` finds every word that begins so, and so does the last word.',
        schema: { type: "string", minLength: 1, maxLength: 256 },
        example: "plan",
      }),
      filter(context),
      limit(context),
      shared(context, "Offset", "offset", {
        description: "Hits to pass over.",
        schema: { type: "integer", minimum: 0, maximum: 10_000, default: 0 },
      }),
      shared(context, "Highlight", "highlight", {
        description: "Whether to show the words that were found.",
        schema: boolean,
      }),
    ],
    get: (context) => [select(context), ...include(context), ...withDeleted(context)],
    updateMany: (context) => [batchFilter(context)],
    deleteMany: (context) => [batchFilter(context)],
  };

const batchFilter = (context: ResourceContext): Node =>
  own(context, "BatchFilter", "filter", () => ({
    required: true,
    description: `${filterDescription(context.model, visible(context.resource))}\n\n\`*\` means all rows.`,
    schema: filterSchema,
    examples: { all: { value: "*" }, ...filterExamples(visible(context.resource)) },
  }));

/** The id in a path. */
export const idParameter = ({ resource }: ResourceContext): Node =>
  parameter("id", {
    in: "path",
    required: true,
    description: `The id of the row.`,
    schema: { type: "string", format: "uuid" },
    example: sampleId(resource.key),
  });

/** Any list of entity tags. */
export const ifMatch = (context: ResourceContext): Node =>
  own(context, "IfMatch", "If-Match", () => ({
    in: "header",
    ...(context.resource.requireIfMatch ? { required: true } : {}),
    description:
      "The `ETag` of the row that the change is based on, a list of them, or `*` for any. The write is refused where the row has changed since.",
    schema: { type: "string" },
    example: '"1"',
  }));

export const ifNoneMatch = (context: Context): Node =>
  shared(context, "IfNoneMatch", "If-None-Match", {
    in: "header",
    description: "The `ETag` of the row as the caller has it: where that is still so, the answer is 304.",
    schema: { type: "string" },
    example: '"1"',
  });

export const idempotencyKey = (context: Context): Node =>
  shared(context, "IdempotencyKey", "Idempotency-Key", {
    in: "header",
    description:
      "A new key for each write, by signed-in callers: a request that is sent again with it within 24 hours is answered as the first time, and carried out once.",
    schema: { type: "string", minLength: 8, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
    example: "4a1f2b8e-6c3d-4e5f",
  });
