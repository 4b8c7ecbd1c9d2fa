/** The operations of channels. */
import type { ProblemCode } from "../../../runtime/http/problem.ts";
import type { ChannelModel, Rule, ValueFieldModel } from "../../model/types.ts";
import { channelNames, channelPath, channelsOf, inputFields, isOwned, parametersOf } from "../channels.ts";
import { hasKeys } from "../key-scopes.ts";
import { describe, isNever } from "../rule.ts";
import { isConditional, isOpen } from "./callers.ts";
import type { Context } from "./context.ts";
import { closed } from "./inputs.ts";
import { type Node, node, some } from "./node.ts";
import { parameter, ticketParameter } from "./parameters.ts";
import { refusals, stream, success, switched } from "./responses.ts";
import { complete, sampleValue } from "./samples.ts";
import { securityUnder } from "./security.ts";
import { data, event, listOf } from "./streams.ts";
import { inputSchema, rowSchema, withDefault } from "./values.ts";

/** What all operations of channels are listed under; null where there are none. */
export const channelTag = ({ model }: Context): Node | null =>
  model.channels === null
    ? null
    : { name: "channels", description: "Rooms in which messages are published." };

/** The paths of all channels. */
export function channelPaths(context: Context): Node {
  const paths = channelsOf(context.model).flatMap((channel): [string, Node][] => {
    const path = `${context.model.basePath}${channelPath(channel)}`.replaceAll(/:(\w+)/g, "{$1}");
    const listens = !isNever(channel.access.subscribe);
    const room = {
      ...(listens ? { get: subscribing(context, channel) } : {}),
      ...(isNever(channel.access.publish) ? {} : { post: publishing(context, channel) }),
    };
    return [
      ...(Object.keys(room).length === 0 ? [] : [[path, room] satisfies [string, Node]]),
      ...(listens ? [[`${path}/ws`, { get: connecting(context, channel) }] satisfies [string, Node]] : []),
      ...(listens && channel.presence
        ? [[`${path}/presence`, { get: listing(context, channel) }] satisfies [string, Node]]
        : []),
    ];
  });
  return Object.fromEntries(paths);
}

/** What all operations of a channel have. */
interface Described {
  readonly name: string;
  readonly summary: string;
  readonly more?: string;
  readonly rule: Rule;
  readonly writes: boolean;
  readonly parameters?: readonly Node[];
  readonly body?: Node;
  readonly answers: Node;
  /** Problems besides those of the rule. */
  readonly problems?: readonly ProblemCode[];
}

function operation(context: Context, channel: ChannelModel, described: Described): Node {
  const { model } = context;
  const { name, summary, more, rule, writes, parameters = [], body, answers, problems = [] } = described;
  const needsCaller = !isOpen(rule) || (name === "publish" && isOwned(channel));
  // A ticket that is no good gets nothing, even what is open to anybody.
  const listens = name === "subscribe" || name === "connect";
  const codes: ProblemCode[] = [
    "VALIDATION_ERROR",
    "UNKNOWN_PARAMETER",
    ...(model.auth !== null && (needsCaller || listens) ? (["UNAUTHORIZED"] as const) : []),
    ...(isConditional(rule) || writes || (model.auth !== null && hasKeys(model))
      ? (["FORBIDDEN"] as const)
      : []),
    ...problems,
  ];
  return node({
    operationId: `channels.${channel.key}.${name}`,
    tags: ["channels"],
    summary,
    description: [...(more === undefined ? [] : [more]), `Who may: ${describe(rule)}.`].join("\n\n"),
    parameters: some([...roomParameters(context, channel), ...parameters]),
    requestBody: body,
    responses: { ...answers, ...refusals(context, codes) },
    security: securityUnder(context, rule, writes ? "write" : "read", needsCaller),
  });
}

const roomParameters = (context: Context, channel: ChannelModel): Node[] =>
  parametersOf(channel).map((field) =>
    parameter(field.name, {
      in: "path",
      required: true,
      description: "Names the room.",
      schema: inputSchema(field, context.shapes),
      ...(field.kind === "enum" ? {} : { example: "general" }),
    }),
  );

function publishing(context: Context, channel: ChannelModel): Node {
  const { key, access } = channel;
  return operation(context, channel, {
    name: "publish",
    summary: `Publish in ${key}`,
    ...(isOwned(channel) ? { more: "The sender of the message is the caller." } : {}),
    rule: access.publish,
    writes: true,
    body: { required: true, content: { "application/json": { schema: inputRef(context, channel) } } },
    answers: { 201: success(context, "The message, as subscribers get it.", messageRef(context, channel)) },
    problems: ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"],
  });
}

const subscribing = (context: Context, channel: ChannelModel): Node =>
  operation(context, channel, {
    name: "subscribe",
    summary: `Listen to ${channel.key}`,
    rule: channel.access.subscribe,
    writes: false,
    parameters: startParameters(context, channel),
    answers: { 200: stream(context, "The messages.", eventsRef(context, channel)) },
  });

const connecting = (context: Context, channel: ChannelModel): Node =>
  operation(context, channel, {
    name: "connect",
    summary: `Listen to ${channel.key} over a WebSocket`,
    more:
      'The events of the stream, each as a JSON text `{"event", "id", "data"}`, and `ping`, which has to be answered by `{"event":"pong"}`. ' +
      'A message is published by `{"event":"publish","ref":1,"data":{…}}`, which is answered by `published`, or by `refused` with a problem; ' +
      "`ref` is anything that tells answers apart.",
    rule: channel.access.subscribe,
    writes: true,
    parameters: startParameters(context, channel),
    answers: { 101: switched(context, "The WebSocket is open.") },
  });

const listing = (context: Context, channel: ChannelModel): Node =>
  operation(context, channel, {
    name: "presence",
    summary: `List who listens to ${channel.key}`,
    rule: channel.access.subscribe,
    writes: false,
    answers: { 200: success(context, "Who listens.", presenceRef(context)) },
  });

/** Where a stream begins. */
function startParameters(context: Context, { history }: ChannelModel): Node[] {
  const { components } = context;
  const shared = (component: string, make: () => Node): Node =>
    components.refer("parameters", component, component, make);
  return [
    parameter("history", {
      description: `How many of the newest messages come first; the room keeps ${history}.`,
      schema: { type: "integer", minimum: 0, maximum: 999_999, default: 0 },
    }),
    shared("ResumeFromMessage", () =>
      parameter("resumeFrom", {
        description:
          "The id of the last event that the caller got: what came since is sent first. For callers who cannot send `Last-Event-ID`.",
        schema: { type: "string" },
      }),
    ),
    shared("LastMessageId", () =>
      parameter("Last-Event-ID", {
        in: "header",
        description: "The same as `resumeFrom`, as browsers send it.",
        schema: { type: "string" },
      }),
    ),
    ...ticketParameter(context),
  ];
}

const properties = (fields: readonly ValueFieldModel[], schema: (field: ValueFieldModel) => Node): Node =>
  Object.fromEntries(fields.map((field) => [field.name, schema(field)]));

function inputRef(context: Context, channel: ChannelModel): Node {
  const name = channelNames(channel).inputType;
  return context.components.schema(`channel input ${channel.key}`, name, () => {
    const fields = inputFields(channel);
    const values = complete(fields.map((field) => sampleValue(field, context.model.jsonTypes)));
    return closed(
      properties(fields, (field) => {
        const schema = inputSchema(field, context.shapes);
        return field.nullable ? withDefault(schema, null) : schema;
      }),
      fields.filter(({ nullable }) => !nullable).map((field) => field.name),
      values === undefined
        ? {}
        : {
            examples: [Object.fromEntries(fields.map((field, index) => [field.name, values[index] ?? null]))],
          },
    );
  });
}

function messageRef(context: Context, channel: ChannelModel): Node {
  const name = channelNames(channel).messageType;
  return context.components.schema(`channel message ${channel.key}`, name, () => ({
    type: "object",
    description: `A message of ${channel.key}.`,
    required: ["seq", ...channel.message.map((field) => field.name), "at"],
    properties: {
      seq: { type: "integer", minimum: 1, description: "Its number in the room." },
      ...properties(channel.message, (field) => rowSchema(field, context.shapes)),
      at: { type: "string", format: "date-time", description: "When it was published." },
    },
  }));
}

function eventsRef(context: Context, channel: ChannelModel): Node {
  const seq: Node = {
    type: "integer",
    minimum: 0,
    description: "The number of a message: the stream goes on behind it.",
  };
  const someone = data({ userId: { type: "string" } });
  const message = messageRef(context, channel);
  return listOf(
    context.components.schema(`channel event ${channel.key}`, `${channel.typeName}Event`, () => ({
      description: `What happens in a room of ${channel.key}.`,
      oneOf: [
        event(
          "connected",
          "The stream has begun, or the room had to be asked anew.",
          data({ seq, latest: { ...seq, description: "The number of the newest message that is there." } }),
        ),
        event("message", "A message.", message),
        ...(channel.presence
          ? [
              event("join", "A user has begun to listen.", someone),
              event("leave", "A user does not listen any more.", someone),
            ]
          : []),
        event(
          "invalidate",
          "Messages are missing: the room does not keep them any more, or they came faster than they were read.",
          data({ seq, reason: { type: "string", enum: ["gap", "overflow"] } }),
        ),
      ],
    })),
  );
}

const presenceRef = ({ components }: Context): Node =>
  components.schema("channel presence", "Presence", () => ({
    type: "object",
    description: "Who listens to a room. Those who are not signed in are not listed.",
    required: ["items", "total"],
    properties: {
      items: {
        type: "array",
        description: "The first thousand users, by id.",
        items: {
          type: "object",
          required: ["userId", "connections"],
          properties: { userId: { type: "string" }, connections: { type: "integer", minimum: 1 } },
        },
      },
      total: { type: "integer", minimum: 0, description: "The number of all users." },
    },
  }));
