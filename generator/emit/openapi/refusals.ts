/** Which problems an operation can answer. */
import type { ProblemCode } from "../../../runtime/http/problem.ts";
import type { Model, ResourceModel } from "../../model/types.ts";
import type { Endpoint } from "../endpoints.ts";
import { runsOn } from "../hooks.ts";
import { includables } from "../includable.ts";
import { hasKeys } from "../key-scopes.ts";
import { nestedRelations } from "../nested.ts";
import { isOwned } from "../new-row.ts";
import { isLimited } from "../rate-limits.ts";
import { recheck } from "../routes-write.ts";
import { offers } from "../rule.ts";
import {
  isClosedToSome,
  isConditional,
  isNarrower,
  isOpen,
  isOpenWithDeleted,
  ownedFields,
} from "./callers.ts";

type Resource = ResourceModel;

/** Problems of any request that names parameters. */
const query: readonly ProblemCode[] = ["VALIDATION_ERROR", "UNKNOWN_PARAMETER"];
/** Problems of a request with a body. */
const body: readonly ProblemCode[] = ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];

/** Some codes where a condition holds. */
const when = (condition: boolean, ...codes: ProblemCode[]): readonly ProblemCode[] =>
  condition ? codes : [];

/**
 * The codes of an operation besides `INTERNAL_ERROR`. Where there are identities, pages of other origins may not write, and a key
 * may lack the scope.
 */
export const refusalsOf = (model: Model, resource: Resource, endpoint: Endpoint): readonly ProblemCode[] => [
  ...ownRefusals(model, resource, endpoint),
  ...when(model.auth !== null && (endpoint.method !== "GET" || hasKeys(model)), "FORBIDDEN"),
  ...when(isLimited(resource, endpoint.name), "RATE_LIMIT_EXCEEDED"),
];

function ownRefusals(model: Model, resource: Resource, endpoint: Endpoint): readonly ProblemCode[] {
  const rules = resource.access;
  switch (endpoint.name) {
    case "list":
      return [...query, "FILTER_PARSE_ERROR", "CURSOR_INVALID", ...reading(model, resource, true)];
    case "count":
    case "aggregate":
      return [...query, "FILTER_PARSE_ERROR", ...reading(model, resource, true)];
    case "search":
      return [...query, "FILTER_PARSE_ERROR", ...reading(model, resource, false)];
    case "subscribe":
    case "subscribeAggregate":
      return [...query, "FILTER_PARSE_ERROR", ...listening(model)];
    case "get":
      return [
        ...query,
        ...when(includables(model, resource).length > 0, "FILTER_PARSE_ERROR"),
        ...reading(model, resource, true),
        "NOT_FOUND",
      ];
    case "create":
      return [
        ...query,
        ...creating(model, resource),
        ...nested(model, resource),
        ...written(model, resource),
      ];
    case "createMany":
      return [...query, "BATCH_LIMIT_EXCEEDED", ...creating(model, resource), ...written(model, resource)];
    case "upsertMany":
      return [
        ...query,
        "BATCH_LIMIT_EXCEEDED",
        ...creating(model, resource),
        ...when(!offers(resource, "update") || isConditional(rules.update), "FORBIDDEN"),
        ...when(model.auth !== null && offers(resource, "update") && !isOpen(rules.update), "UNAUTHORIZED"),
        "CONFLICT",
        ...written(model, resource),
      ];
    case "update":
    case "replace":
      return [...query, ...changing(model, resource, "update"), ...written(model, resource)];
    case "updateMany":
      return [
        ...query,
        "FILTER_PARSE_ERROR",
        "BATCH_LIMIT_EXCEEDED",
        ...identity(model, isOpen(rules.read) && isOpen(rules.update)),
        ...when(recheck(resource).length > 0, "FORBIDDEN"),
        ...when(recheck(resource).length > 0 || runsOn(resource, "update"), "CONFLICT"),
        ...written(model, resource),
      ];
    case "deleteMany":
      return [
        ...query,
        "FILTER_PARSE_ERROR",
        "BATCH_LIMIT_EXCEEDED",
        ...identity(model, isOpen(rules.read) && isOpen(rules.delete)),
        ...when(runsOn(resource, "delete"), "CONFLICT"),
        ...deleting(model, resource),
      ];
    case "delete":
      return [...query, ...changing(model, resource, "delete"), ...deleting(model, resource)];
    case "restore":
      return [
        ...query,
        ...identity(model, isOpenWithDeleted(rules.readDeleted) && isOpen(rules.delete)),
        "FORBIDDEN",
        "NOT_FOUND",
        ...precondition(resource),
        ...when(hasUnique(resource), "CONFLICT"),
        ...keyed(model),
      ];
    case "procedure":
      return endpoint.procedure === null ? [] : calling(model, resource, endpoint.procedure);
  }
}

function calling(
  model: Model,
  { access }: Resource,
  { type, access: rule, input }: NonNullable<Endpoint["procedure"]>,
): readonly ProblemCode[] {
  const ofRow = type === "row";
  return [
    ...query,
    ...identity(model, isOpen(rule) && (!ofRow || isOpen(access.read))),
    ...when(ofRow ? isNarrower(rule, access.read) : isConditional(rule), "FORBIDDEN"),
    ...when(ofRow, "NOT_FOUND"),
    ...when(input !== null, ...body),
  ];
}

/** A ticket that is no good gets nothing, even what is open to anybody. */
const listening = (model: Model): readonly ProblemCode[] => identity(model, false);

/** @param open Whether callers who are not signed in get beyond the rules. */
const identity = ({ auth }: Model, open: boolean): readonly ProblemCode[] =>
  when(auth !== null && !open, "UNAUTHORIZED");

/** @param marked Whether the read looks at `withDeleted`. */
function reading(model: Model, resource: Resource, marked: boolean): readonly ProblemCode[] {
  const { read, readDeleted } = resource.access;
  const deleted = marked && offers(resource, "readDeleted");
  return [
    ...identity(model, isOpen(read) && (!deleted || isOpenWithDeleted(readDeleted))),
    ...when(deleted && isClosedToSome(readDeleted), "FORBIDDEN"),
  ];
}

const creating = (model: Model, resource: Resource): readonly ProblemCode[] => {
  const { create } = resource.access;
  return [
    ...identity(model, isOpen(create) && !isOwned(resource)),
    ...when(isConditional(create, ownedFields(resource)), "FORBIDDEN"),
    ...when(hasUnique(resource) || resource.fields.some(({ clientId }) => clientId), "CONFLICT"),
  ];
};

/** What the rows that come along can be refused for. */
const nested = (model: Model, resource: Resource): readonly ProblemCode[] =>
  nestedRelations(model, resource).flatMap(({ target }) => creating(model, target));

/** What a change of one row can be refused for. */
function changing(model: Model, resource: Resource, operation: "update" | "delete"): readonly ProblemCode[] {
  const { read, [operation]: write } = resource.access;
  const moves = operation === "update" && recheck(resource).length > 0;
  return [
    ...identity(model, isOpen(read) && isOpen(write)),
    ...when(isNarrower(write, read) || moves, "FORBIDDEN"),
    "NOT_FOUND",
    ...precondition(resource),
  ];
}

const precondition = (resource: Resource): readonly ProblemCode[] => [
  ...when(
    resource.fields.some(({ generated }) => generated === "version"),
    "PRECONDITION_FAILED",
  ),
  ...when(resource.requireIfMatch, "PRECONDITION_REQUIRED"),
];

const hasUnique = ({ fields, indexes }: Resource): boolean =>
  fields.some(({ unique }) => unique) || indexes.some(({ unique }) => unique);

/** What writing rows can be refused for. A row that is referred to may go meanwhile. */
const written = (model: Model, resource: Resource): readonly ProblemCode[] => [
  ...body,
  ...when(hasUnique(resource) || resource.fields.some(({ reference }) => reference !== null), "CONFLICT"),
  ...keyed(model),
];

/** What taking rows away can be refused for: rows that refer to them. */
const deleting = (model: Model, resource: Resource): readonly ProblemCode[] => [
  ...when(
    resource.deletedAt === null &&
      model.resources.some(({ fields }) =>
        fields.some(({ reference }) => reference?.resource === resource.key),
      ),
    "CONFLICT",
  ),
  ...keyed(model),
];

/** What a write with an `Idempotency-Key` can be refused for. */
const keyed = ({ auth }: Model): readonly ProblemCode[] =>
  when(auth !== null, "CONFLICT", "IDEMPOTENCY_MISMATCH");

/** Whether code of the application runs, which can answer any problem. */
export function runsOwnCode(model: Model, resource: Resource, { name }: Endpoint): boolean {
  switch (name) {
    case "procedure":
      return true;
    case "create":
      return (
        runsOn(resource, "create") ||
        nestedRelations(model, resource).some(({ target }) => runsOn(target, "create"))
      );
    case "createMany":
      return runsOn(resource, "create");
    case "upsertMany":
      return runsOn(resource, "create") || runsOn(resource, "update");
    case "update":
    case "replace":
    case "updateMany":
      return runsOn(resource, "update");
    case "delete":
    case "deleteMany":
      return runsOn(resource, "delete");
    default:
      return false;
  }
}
