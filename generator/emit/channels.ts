/** Channels: what names rooms and what is published in them, and `channels.ts` for server code. */
import { channelBinding } from "../model/channel-names.ts";
import type { ChannelModel, Model, ValueFieldModel } from "../model/types.ts";
import { typedMember } from "./client-layout.ts";
import { array, call, type Expression, layOut, object } from "./expression.ts";
import type { SchemaScope } from "./json-schema.ts";
import { schemaEntry } from "./procedures.ts";
import { isNever } from "./rule.ts";
import type { Share } from "./schemas.ts";
import { SourceFile } from "./source-file.ts";
import { propertyName, quote } from "./text.ts";
import { generic, layOutType } from "./type-layout.ts";
import { member } from "./types.ts";

/** All channels, in the order of the config. */
export const channelsOf = ({ channels }: Pick<Model, "channels">): readonly ChannelModel[] =>
  channels?.list ?? [];

/** Whether requests can do something with a channel at all. */
export const hasChannelRoutes = ({ access }: ChannelModel): boolean =>
  !isNever(access.subscribe) || !isNever(access.publish);

/** Names of the types and validators of a channel. */
export const channelNames = (channel: ChannelModel) => ({
  paramsType: `${channel.typeName}Params`,
  contentType: `${channel.typeName}Content`,
  inputType: `${channel.typeName}${isOwned(channel) ? "Input" : "Content"}`,
  messageType: `${channel.typeName}Message`,
  params: `${channel.valueName}Params`,
  content: `${channel.valueName}Content`,
  input: `${channel.valueName}${isOwned(channel) ? "Input" : "Content"}`,
});

/** Whether messages carry the id of who published them. */
export const isOwned = ({ message }: ChannelModel): boolean => message.some(({ owner }) => owner);

/** What clients give of a message. */
export const inputFields = ({ message }: ChannelModel): readonly ValueFieldModel[] =>
  message.filter(({ owner }) => !owner);

/** The fields of all messages. */
export const channelFields = (model: Pick<Model, "channels">): readonly ValueFieldModel[] =>
  channelsOf(model).flatMap(({ message }) => message);

/** Every room has a name that is not empty. */
const asParameter = (field: ValueFieldModel): ValueFieldModel =>
  field.kind === "text" ? { ...field, min: Math.max(1, field.min ?? 1) } : field;

/** What names a room, with the limits that apply to it. */
export const parametersOf = ({ params }: ChannelModel): readonly ValueFieldModel[] => params.map(asParameter);

/** The sections of `types.ts`. @param copy Of a copy of the client, which has only what clients give and get. */
export function channelTypes(model: Model, copy: { readonly hasDates: boolean } | null): string[][] {
  return channelsOf(model).flatMap((channel) => {
    const names = channelNames(channel);
    const { key, message, params } = channel;
    const publishes = !isNever(channel.access.publish);
    const shape = (doc: string, type: string, members: readonly string[]): string[] =>
      members.length === 0
        ? [`/** ${doc} */`, `export type ${type} = Record<never, never>;`]
        : [`/** ${doc} */`, `export interface ${type} {`, ...members, "}"];
    const written = (fields: readonly ValueFieldModel[]): string[] =>
      fields.flatMap((field) => member(field, field.nullable));
    return [
      shape(
        `What names a room of \`${key}\`.`,
        names.paramsType,
        params.flatMap((field) => member(field, false)),
      ),
      ...(isOwned(channel) && (copy === null || publishes)
        ? [shape(`What a client publishes in \`${key}\`.`, names.inputType, written(inputFields(channel)))]
        : []),
      ...(copy === null || (!isOwned(channel) && publishes)
        ? [shape(`What is published in \`${key}\`.`, names.contentType, written(message))]
        : []),
      shape(`A message of \`${key}\`.`, names.messageType, [
        "  /** Its number in the room, from 1. */",
        "  seq: number;",
        ...message.flatMap((field) => member(field, false)),
        ...(copy?.hasDates === true
          ? ["  /** When it was published. */", "  at: Date;"]
          : ["  /** When it was published: ISO 8601 in UTC with milliseconds. */", "  at: string;"]),
      ]),
    ];
  });
}

/** The names that the sections of {@link channelSchemas} declare. */
export const channelSchemaNames = (model: Model): string[] =>
  channelsOf(model).flatMap((channel) => {
    const { params, content, input } = channelNames(channel);
    return [params, content, input];
  });

/** The sections of `schemas.ts`. */
export function channelSchemas(model: Model, share: Share, scope: SchemaScope): string[][] {
  return channelsOf(model).flatMap((channel) => {
    const names = channelNames(channel);
    const section = (doc: string, name: string, fields: readonly ValueFieldModel[]): string[] => [
      `/** ${doc} */`,
      ...(fields.length === 0
        ? [`export const ${name} = z.strictObject({});`]
        : [
            `export const ${name} = z.strictObject({`,
            ...fields.map((field) => schemaEntry(field, true, share, scope)),
            "});",
          ]),
    ];
    const path = `${model.basePath}${channelPath(channel)}`;
    const byClients = isOwned(channel) && !isNever(channel.access.publish);
    return [
      section(`What names a room of \`${channel.key}\`.`, names.params, parametersOf(channel)),
      ...(byClients ? [section(`Body of \`POST ${path}\`.`, names.input, inputFields(channel))] : []),
      section(`What is published in \`${channel.key}\`.`, names.content, channel.message),
    ];
  });
}

/** The path of a room below the base path: `/channels/chat/:room`. */
export const channelPath = ({ segment, params }: ChannelModel): string =>
  ["", "channels", segment, ...params.map(({ name }) => `:${name}`)].join("/");

/** `channels.ts`; null where no channel is declared. */
export function emitChannels(model: Model): string | null {
  const list = channelsOf(model);
  const [first] = list;
  if (first === undefined) return null;
  const file = new SourceFile(["channels", "Channels", ...list.map(({ valueName }) => valueName)]);
  const typed = (channel: ChannelModel): string[] => {
    const { paramsType, contentType } = channelNames(channel);
    return [paramsType, contentType].map((name) => file.useType("./types.js", name));
  };
  for (const channel of list) {
    const { key, valueName, params, message, history } = channel;
    const names = channelNames(channel);
    const members: (readonly [string, Expression])[] = [
      ["key", quote(key)],
      ["names", array(params.map(({ name }) => quote(name)))],
      ["params", file.use("./schemas.js", names.params)],
      ["content", file.use("./schemas.js", names.content)],
      ["fields", array(message.map(({ name }) => quote(name)))],
      ["history", `${history}`],
    ];
    const type = generic(file.useType("covara/runtime/live", "Channel"), ...typed(channel));
    file.section(
      `/** What the routes of \`${key}\` and server code go by. */`,
      layOutType(`export const ${valueName}: `, type, " = {"),
      ...members.map(([name, value]) => layOut(`  ${propertyName(name)}: `, value, ",")),
      "};",
    );
  }
  file.section(
    "/** All channels. */",
    "export interface Channels {",
    ...list.flatMap((channel) => {
      const message = file.useType("./types.js", channelNames(channel).messageType);
      const kind = file.useType("covara/runtime/live", channel.patterns ? "PatternChannel" : "ServerChannel");
      return typedMember(propertyName(channel.key), kind, [...typed(channel), message]);
    }),
    "}",
  );
  const live = (name: string): string => file.use("covara/runtime/live", name);
  const opened = object(
    list.map(
      ({ key, valueName, patterns }) =>
        [
          key,
          call(live(patterns ? "patternChannel" : "serverChannel"), [`env.${channelBinding}`, valueName]),
        ] as const,
    ),
  );
  const head = `export const channels = (env: ${file.useType("./env.js", "Env")}): Channels => (`;
  file.section(
    `/** The channels for server code, which no rule holds back: \`await channels(env).${first.key}.publish(…)\`. */`,
    layOut(head, opened, ");"),
  );
  return file.toString();
}
