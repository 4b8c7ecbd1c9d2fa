/** The operations of a resource. */
import type { ResourceModel, Rule } from "../../model/types.ts";
import type { Endpoint, EndpointName } from "../endpoints.ts";
import { includables } from "../includable.ts";
import { describe, offers } from "../rule.ts";
import type { ResourceContext } from "./context.ts";
import {
  createBody,
  createManyRef,
  procedureInput,
  procedureOutput,
  replaceRef,
  updateRef,
  upsertManyRef,
} from "./inputs.ts";
import { type Node, node, some } from "./node.ts";
import { idempotencyKey, idParameter, ifMatch, ifNoneMatch, queryOf } from "./parameters.ts";
import { refusalsOf, runsOwnCode } from "./refusals.ts";
import { type HeaderName, ownRefusal, refusals, stream, success } from "./responses.ts";
import {
  type Answered,
  aggregationRef,
  countRef,
  createdRef,
  foundRef,
  pageRef,
  rowRef,
  viewRef,
  writeAnswer,
  writtenRef,
} from "./rows.ts";
import { securityOf } from "./security.ts";
import { aggregateEventsRef, eventsRef } from "./streams.ts";

/** What an operation does, in a few words and in more. */
interface Words {
  readonly summary: string;
  readonly more?: string;
}

/** An operation as the document has it. */
export function operation(context: ResourceContext, endpoint: Endpoint): Node {
  const { model, resource } = context;
  const { name, procedure } = endpoint;
  const rules = rulesOf(resource, endpoint);
  const { summary, more } = wordsOf(resource, endpoint);
  return node({
    operationId: `${resource.key}.${procedure?.name ?? name}`,
    tags: [resource.key],
    summary,
    description: [...(more === undefined ? [] : [more]), `Who may: ${who(resource, endpoint)}.`].join("\n\n"),
    parameters: some(parametersOf(context, endpoint)),
    requestBody: bodyOf(context, endpoint) ?? undefined,
    responses: {
      ...answersOf(context, endpoint),
      ...refusals(context, refusalsOf(model, resource, endpoint)),
      ...(runsOwnCode(model, resource, endpoint) ? { default: ownRefusal(context) } : {}),
    },
    security: securityOf(context, endpoint, rules),
  });
}

/** The rules that an operation asks before anything else. */
function rulesOf({ access }: ResourceModel, { name, procedure }: Endpoint): readonly Rule[] {
  switch (name) {
    case "create":
    case "createMany":
    case "upsertMany":
      return [access.create];
    case "update":
    case "replace":
    case "updateMany":
      return [access.read, access.update];
    case "delete":
    case "deleteMany":
      return [access.read, access.delete];
    case "restore":
      return [access.readDeleted, access.delete];
    case "procedure":
      if (procedure === null) return [];
      return procedure.type === "row" ? [access.read, procedure.access] : [procedure.access];
    case "subscribe":
    case "subscribeAggregate":
      return [access.subscribe];
    default:
      return [access.read];
  }
}

/** The rule in words. */
function who(resource: ResourceModel, { name, procedure }: Endpoint): string {
  const { access } = resource;
  const ofThoseRead = (rule: Rule): string => `${describe(rule)}, of the rows that it may read`;
  switch (name) {
    case "create":
    case "createMany":
      return describe(access.create);
    case "upsertMany":
      return offers(resource, "update")
        ? `${describe(access.create)} for new rows, ${describe(access.update)} for rows that are there`
        : describe(access.create);
    case "update":
    case "replace":
    case "updateMany":
      return ofThoseRead(access.update);
    case "delete":
    case "deleteMany":
      return ofThoseRead(access.delete);
    case "restore":
      return `${describe(access.delete)}, of the deleted rows that it may see`;
    case "procedure":
      if (procedure === null) return "nobody";
      return procedure.type === "row" ? ofThoseRead(procedure.access) : describe(procedure.access);
    case "subscribe":
    case "subscribeAggregate":
      return describe(access.subscribe);
    default: {
      const deleted = offers(resource, "readDeleted") && name !== "aggregate" && name !== "search";
      return `${describe(access.read)}${deleted ? `; with deleted rows, ${describe(access.readDeleted)}` : ""}`;
    }
  }
}

function wordsOf({ key, typeName, batchLimit }: ResourceModel, { name, procedure }: Endpoint): Words {
  const batch = `All or nothing, ${batchLimit} rows at most.`;
  switch (name) {
    case "list":
      return { summary: `List ${key}`, more: "One page of the rows that the caller may read." };
    case "count":
      return { summary: `Count ${key}`, more: "The number of rows that the caller may read." };
    case "aggregate":
      return {
        summary: `Aggregate ${key}`,
        more: "What the rows that the caller may read come to, by group.",
      };
    case "search":
      return { summary: `Search ${key}`, more: "The rows with all the words, best first." };
    case "subscribe":
      return {
        summary: `Follow ${key}`,
        more: "The changes of rows that the caller may read, as they happen, until it hangs up. Whoever comes back tells the id of the last event, and misses nothing.",
      };
    case "subscribeAggregate":
      return {
        summary: `Follow aggregates of ${key}`,
        more: "What the rows that the caller may read come to, by group, whenever that differs; once a second at most.",
      };
    case "create":
      return { summary: `Create ${typeName}` };
    case "createMany":
      return { summary: `Create several ${key}`, more: batch };
    case "updateMany":
      return {
        summary: `Change the ${key} that meet a filter`,
        more: `${batch} Rows that the caller may not change are left as they are.`,
      };
    case "deleteMany":
      return {
        summary: `Delete the ${key} that meet a filter`,
        more: `${batch} Rows that the caller may not delete are left as they are.`,
      };
    case "upsertMany":
      return { summary: `Create or change several ${key}`, more: `By id. ${batch}` };
    case "get":
      return { summary: `Get ${typeName}` };
    case "update":
      return { summary: `Change ${typeName}`, more: "Only the fields that are given." };
    case "replace":
      return { summary: `Replace ${typeName}`, more: "Fields that are left out go back to their default." };
    case "delete":
      return { summary: `Delete ${typeName}` };
    case "restore":
      return { summary: `Restore ${typeName}`, more: "Brings a deleted row back." };
    case "procedure":
      return { summary: `Call ${procedure?.name} of ${key}` };
  }
}

const hasVersion = ({ fields }: ResourceModel): boolean =>
  fields.some(({ generated }) => generated === "version");

/** Writes that compare the version of a row. */
const conditional: readonly EndpointName[] = ["update", "replace", "delete", "restore"];

function parametersOf(context: ResourceContext, endpoint: Endpoint): Node[] {
  const { model, resource } = context;
  const { name, path, method } = endpoint;
  return [
    ...(path.startsWith("/:id") ? [idParameter(context)] : []),
    ...(queryOf[name]?.(context) ?? []),
    ...(hasVersion(resource) && conditional.includes(name) ? [ifMatch(context)] : []),
    ...(answersNotModified(resource) && name === "get" ? [ifNoneMatch(context)] : []),
    ...(method !== "GET" && name !== "procedure" && model.auth !== null ? [idempotencyKey(context)] : []),
  ];
}

function bodyOf(context: ResourceContext, { name, procedure }: Endpoint): Node | null {
  const schema = {
    create: createBody,
    createMany: createManyRef,
    upsertMany: upsertManyRef,
    update: updateRef,
    updateMany: updateRef,
    replace: replaceRef,
  };
  const made =
    name === "procedure"
      ? procedure && procedureInput(context, procedure)
      : Object.hasOwn(schema, name)
        ? schema[name as keyof typeof schema](context)
        : null;
  return made && { required: true, content: { "application/json": { schema: made } } };
}

/** Whether a read can say that the row is as the caller has it: what is computed may change while the version stays. */
const answersNotModified = (resource: ResourceModel): boolean =>
  hasVersion(resource) && resource.computed.fields.length === 0;

/** The successful answers. */
function answersOf(context: ResourceContext, { name, procedure }: Endpoint): Node {
  const { model, resource } = context;
  const tag: HeaderName[] = hasVersion(resource) ? ["ETag"] : [];
  const replayed: HeaderName[] = model.auth === null ? [] : ["Idempotency-Replayed"];
  const unread = "Done. The caller may not read what was written.";
  switch (name) {
    case "list":
      return { 200: success(context, "One page.", pageRef(context)) };
    case "count":
      return { 200: success(context, "The number of rows.", countRef(context)) };
    case "aggregate":
      return { 200: success(context, "The groups.", aggregationRef(context)) };
    case "search":
      return { 200: success(context, "What was found.", foundRef(context)) };
    case "subscribe":
      return { 200: stream(context, "The changes.", eventsRef(context)) };
    case "subscribeAggregate":
      return { 200: stream(context, "The groups.", aggregateEventsRef(context)) };
    case "get": {
      const note =
        includables(model, resource).length > 0 && tag.length > 0 ? " With `include` it has no `ETag`." : "";
      return {
        200: success(context, `The row.${note}`, viewRef(context, resource), tag),
        ...(answersNotModified(resource)
          ? { 304: success(context, "The caller has this version already.", null, tag) }
          : {}),
      };
    }
    case "create":
      return written(writeAnswer(model, resource, "create"), {
        201: () => success(context, "The new row.", createdRef(context), ["Location", ...tag, ...replayed]),
        204: () => success(context, unread, null, ["Location", ...replayed]),
      });
    case "createMany":
      return batch(context, writeAnswer(model, resource, "create"), 201, replayed);
    case "upsertMany": {
      const answers = [
        writeAnswer(model, resource, "create"),
        ...(offers(resource, "update") ? [writeAnswer(model, resource, "update")] : []),
      ];
      const [first = "null"] = answers;
      return batch(
        context,
        answers.every((answer) => answer === first) ? first : "row or null",
        200,
        replayed,
      );
    }
    case "update":
    case "replace":
      return written(writeAnswer(model, resource, "update"), {
        200: () =>
          success(context, "The row as it is now.", rowRef(context, resource), [...tag, ...replayed]),
        204: () => success(context, unread, null, replayed),
      });
    case "updateMany":
    case "deleteMany": {
      const what = name === "updateMany" ? "changed" : "deleted";
      return { 200: success(context, `How many rows were ${what}.`, countRef(context), replayed) };
    }
    case "delete":
      return { 204: success(context, "Deleted.", null, replayed) };
    case "restore":
      return {
        200: success(context, "The row as it is now.", rowRef(context, resource), [...tag, ...replayed]),
        204: success(context, unread, null, replayed),
      };
    case "procedure": {
      const output = procedure && procedureOutput(context, procedure);
      return output === null
        ? { 204: success(context, "Done.", null) }
        : { 200: success(context, "What the procedure gives.", output) };
    }
  }
}

/** Those of the answers that there can be, by status. */
function written(answer: Answered, answers: Readonly<Record<number, () => Node>>): Node {
  const statuses = Object.entries(answers).filter(([status]) =>
    answer === "null" ? status === "204" : answer !== "row" || status !== "204",
  );
  return Object.fromEntries(statuses.map(([status, make]) => [status, make()]));
}

function batch(
  context: ResourceContext,
  answer: Answered,
  status: 200 | 201,
  names: readonly HeaderName[],
): Node {
  return written(answer, {
    [status]: () => success(context, "The rows as they are now.", writtenRef(context, answer), names),
    204: () => success(context, "Done. The caller may not read any of what was written.", null, names),
  });
}
