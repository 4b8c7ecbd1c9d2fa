/** The channels of `client.ts`: what a caller can do in their rooms. */
import type { ChannelModel, Model } from "../model/types.ts";
import { channelNames, channelPath, channelsOf, hasChannelRoutes } from "./channels.ts";
import { applied, call, comment, interfaceHead, signature, type TypeText } from "./client-layout.ts";
import { isNever } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { fits, list, propertyName, quote } from "./text.ts";

const runtime = "covara/client";

/** The names of one channel in the file. */
export interface ChannelClientNames {
  readonly channel: ChannelModel;
  /** Path of its rooms: `/api/channels/chat/:room`. */
  readonly path: string;
  /** The interface of its calls: `ChatChannel`. */
  readonly calls: string;
  /** The interface of its live rooms: `ChatChannelLive`. */
  readonly live: string;
}

/** What is emitted for all channels. */
export interface ChannelParts {
  readonly declarations: readonly string[];
  /** Members of the client's interface. */
  readonly members: readonly string[];
  /** Members of the client. */
  readonly calls: readonly string[];
}

/** Channels that nobody can do anything with have no place in the client. */
export const nameChannels = (model: Model): ChannelClientNames[] =>
  channelsOf(model)
    .filter(hasChannelRoutes)
    .map((channel) => ({
      channel,
      path: `${model.basePath}${channelPath(channel)}`,
      calls: channel.typeName,
      live: `${channel.typeName}Live`,
    }));

/** Names that the file declares for a channel. */
export const channelClientNames = ({ calls, live }: ChannelClientNames): string[] => [calls, live];

export function channelParts(file: SourceFile, all: readonly ChannelClientNames[]): ChannelParts {
  if (all.length === 0) return { declarations: [], members: [], calls: [] };
  return {
    declarations: all.flatMap((names) => [...emitCalls(file, names), ...emitLive(file, names)]),
    members: [
      "  /** Rooms in which messages are published. */",
      "  readonly channels: {",
      ...all.map(({ channel, calls }) => `    readonly ${propertyName(channel.key)}: ${calls};`),
      "  };",
    ],
    calls: ["    channels: {", ...all.flatMap((names) => emitMember(file, names)), "    },"],
  };
}

/** Whether requests can listen. */
export const subscribes = ({ channel }: ChannelClientNames): boolean => !isNever(channel.access.subscribe);
/** Whether requests can publish. */
export const publishes = ({ channel }: ChannelClientNames): boolean => !isNever(channel.access.publish);
const attends = (names: ChannelClientNames): boolean => subscribes(names) && names.channel.presence;

/** The types of a channel, by what they stand for. */
function typesOf(file: SourceFile, { channel }: ChannelClientNames) {
  const own = (name: string): string => file.useType("./types.js", name);
  const { paramsType, inputType, messageType } = channelNames(channel);
  return {
    params: `params: ${own(paramsType)}`,
    input: (): string => own(inputType),
    message: own(messageType),
    options: (): string => `options?: ${file.useType(runtime, "CallOptions")}`,
  };
}

function emitCalls(file: SourceFile, names: ChannelClientNames): string[] {
  const { path, calls } = names;
  return [
    "",
    `/** Calls below \`${path}\`. */`,
    `export interface ${calls} {`,
    ...(publishes(names) ? publishMember(file, names) : []),
    ...(subscribes(names) ? subscribeMembers(file, names) : []),
    ...(attends(names) ? presenceMember(file, names) : []),
    ...(subscribes(names) ? liveMember(file, names) : []),
    "}",
  ];
}

function publishMember(file: SourceFile, names: ChannelClientNames): string[] {
  const { params, input, message, options } = typesOf(file, names);
  return call(
    [
      `\`POST ${names.path}\`: publishes a message, and gives it as those who listen get it.`,
      "It is not repeated by itself: where no answer arrives, the room may have taken it.",
    ],
    {
      name: "publish",
      parameters: [params, `message: ${input()}`, options()],
      result: applied("Promise", message),
    },
  );
}

function subscribeMembers(file: SourceFile, names: ChannelClientNames): string[] {
  const type = (name: string): string => file.useType(runtime, name);
  const { params, message } = typesOf(file, names);
  const told = applied(type("ChannelEvent"), message);
  const event: TypeText = attends(names) ? { sign: "|", types: [told, type("PresenceEvent")] } : told;
  const options = type("ChannelOptions");
  return [
    ...call(
      [
        `\`GET ${names.path}\`: what happens in a room, as it happens, one by one.`,
        "The stream comes back by itself, and goes on where it was cut. Leaving the loop closes it.",
      ],
      {
        name: "subscribe",
        parameters: [params, `options?: ${options}`],
        result: applied("AsyncIterable", event),
      },
    ),
    ...comment(["The same with callbacks. What it gives closes the stream."]),
    ...signature({
      name: "subscribe",
      parameters: [
        params,
        `options: ${options}`,
        { name: "observer:", type: applied(type("Observer"), event) },
      ],
      result: "() => void",
    }),
  ];
}

function presenceMember(file: SourceFile, names: ChannelClientNames): string[] {
  const { params, options } = typesOf(file, names);
  return call([`\`GET ${names.path}/presence\`: who listens.`], {
    name: "presence",
    parameters: [params, options()],
    result: applied("Promise", file.useType(runtime, "Presence")),
  });
}

function liveMember(file: SourceFile, names: ChannelClientNames): string[] {
  const { params } = typesOf(file, names);
  return call(
    ["A room that follows the server, from its newest messages on.", "It opens for its first listener."],
    {
      name: "live",
      parameters: [params, `options?: ${file.useType(runtime, "ChannelLiveOptions")}`],
      result: names.live,
    },
  );
}

function emitLive(file: SourceFile, names: ChannelClientNames): string[] {
  if (!subscribes(names)) return [];
  const { channel, path, live } = names;
  const { message, input, options } = typesOf(file, names);
  const snapshot = file.useType(runtime, attends(names) ? "PresenceSnapshot" : "ChannelSnapshot");
  const head = interfaceHead(live, [`${file.useType(runtime, "ChannelStore")}<${snapshot}<${message}>>`]);
  const doc = `/** A live room of ${channel.key}. */`;
  if (!publishes(names)) return ["", doc, ...head.slice(0, -1), `${head.at(-1)}}`];
  return [
    "",
    doc,
    ...head,
    ...call([`\`POST ${path}\`: publishes a message, which shows once the room tells it.`], {
      name: "publish",
      parameters: [`message: ${input()}`, options()],
      result: applied("Promise", message),
    }),
    "}",
  ];
}

/** The member of the client that holds the calls of a channel. */
function emitMember(file: SourceFile, names: ChannelClientNames): string[] {
  const { channel, path } = names;
  const values = ["send", quote(path)];
  const before = `      ${propertyName(channel.key)}: `;
  if (!subscribes(names)) return [list(`${before}${file.use(runtime, "publishing")}`, "(", values, ")", ",")];
  const others = [
    ...(publishes(names) ? [`...${file.use(runtime, "publishing")}`] : []),
    ...(attends(names) ? [`...${file.use(runtime, "attending")}`] : []),
  ];
  const calls = others.map((name) => `${name}(${values.join(", ")})`).join(", ");
  const head = `${before}${file.use(runtime, "listening")}(`;
  const line = `${head}${values.join(", ")}, ${calls === "" ? "{}" : `{ ${calls} }`}),`;
  if (fits(line)) return [line];
  const hugged = `${head}${values.join(", ")}, {`;
  if (fits(hugged) && others.length > 0) {
    return [hugged, ...others.map((name) => list(`        ${name}`, "(", values, ")", ",")), "      }),"];
  }
  const own = `        ${calls === "" ? "{}" : `{ ${calls} }`},`;
  return [
    head,
    ...values.map((value) => `        ${value},`),
    ...(fits(own)
      ? [own]
      : [
          "        {",
          ...others.map((name) => list(`          ${name}`, "(", values, ")", ",")),
          "        },",
        ]),
    "      ),",
  ];
}
