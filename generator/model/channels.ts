/** The pass over `channels`: what names a room, what a message is, and who may listen and publish. */
import type { ChannelData, ConfigData, FieldData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { kebabCase, lowerFirst, pascalCase } from "./casing.ts";
import { buildChannelAccess } from "./channel-access.ts";
import { channelsSegment } from "./channel-names.ts";
import { buildValueFields } from "./kv-values.ts";
import { checkName } from "./names.ts";
import { quote, type Report } from "./report.ts";
import { reservedFiles } from "./reserved.ts";
import type {
  AuthModel,
  ChannelAccessModel,
  ChannelFieldModel,
  ChannelModel,
  ChannelsModel,
  ValueFieldModel,
} from "./types.ts";

const DEFAULT_HISTORY = 100;
const MAX_HISTORY = 10_000;

/**
 * Characters that all parameters of a room have at most together. They are the name of a Durable Object, of 1,024 bytes, in which
 * each takes up to three.
 */
const MAX_PARAMETERS = 256;

/** What every message has besides its fields. */
const ownFields: ReadonlySet<string> = new Set(["seq", "at"]);

/** What `channels(env)` would have as members of every object, or of a promise. */
const reservedKeys: ReadonlySet<string> = new Set(["then"]);

/** Where clients have the channels, among the resources. */
const clientKey = "channels";

/** What the passes before this one found. */
interface ChannelScope {
  readonly auth: AuthModel | null;
  /** Keys of the resources, by the first segments of their routes. */
  readonly routes: ReadonlyMap<string, string>;
  /** Names of types, validators and functions that are emitted for resources, and of JSON types. */
  readonly taken: Set<string>;
}

/** Whether the config declares any channel. */
export const hasChannels = ({ channels }: Pick<ConfigData, "channels">): boolean =>
  Object.keys(channels ?? {}).length > 0;

/** Null where the config declares no channel. */
export function buildChannels(config: ConfigData, scope: ChannelScope, report: Report): ChannelsModel | null {
  if (!hasChannels(config)) return null;
  const resource = scope.routes.get(channelsSegment);
  if (Object.hasOwn(config.resources, clientKey)) {
    const message = `Clients have the channels as \`${clientKey}\`, and a resource of that key as well.`;
    report.error("COV2101", ["resources", clientKey], message, { fix: "Give the resource another key." });
  } else if (resource !== undefined) {
    const message = `The routes of channels begin with \`${channelsSegment}\`, as does that of the resource \`${resource}\`.`;
    report.error("COV2101", ["resources", resource], message, {
      fix: `Give the resource another \`route\`, or another key.`,
    });
  }
  const segments = new Map<string, string>();
  const list = Object.entries(config.channels ?? {}).flatMap(([key, data]): ChannelModel[] => {
    const path = ["channels", key];
    if (!checkName(key, "channel", path, report) || !checkFree(key, segments, path, report)) return [];
    return [buildChannel(key, data, scope, report)];
  });
  return { list };
}

function checkFree(key: string, segments: Map<string, string>, path: ConfigPath, report: Report): boolean {
  const segment = kebabCase(key);
  const other = segments.get(segment);
  segments.set(segment, key);
  if (other !== undefined) {
    const message = `The channels \`${other}\` and \`${key}\` have the same path, \`${segment}\`.`;
    report.error("COV2101", path, message, { fix: "Rename one of them." });
  } else if (reservedKeys.has(key) || reservedFiles.has(segment)) {
    report.error("COV2101", path, `The channel name ${quote(key)} is reserved.`, { fix: "Rename it." });
  } else {
    return true;
  }
  return false;
}

function buildChannel(key: string, data: ChannelData, scope: ChannelScope, report: Report): ChannelModel {
  const path = ["channels", key];
  const params = buildParameters(key, data, report);
  const message = buildMessage(key, data, scope, report);
  const access = buildChannelAccess(key, data, params, scope.auth, report);
  return {
    key,
    segment: kebabCase(key),
    ...nameTypes(key, scope.taken),
    params,
    message,
    access,
    history: history(key, data.history, [...path, "history"], report),
    presence: presence(key, data.presence, access, scope.auth, [...path, "presence"], report),
    patterns: patterns(key, data, [...path, "patterns"], report),
  };
}

/** Names that nothing else has in the emitted files. */
function nameTypes(key: string, taken: Set<string>): Pick<ChannelModel, "typeName" | "valueName"> {
  let typeName = `${pascalCase(key)}Channel`;
  const all = (): string[] => [
    ...["", "Params", "Input", "Content", "Message", "Live"].flatMap((end) => [
      typeName + end,
      lowerFirst(typeName) + end,
    ]),
    `subscribe${typeName}`,
    `publish${typeName}`,
  ];
  while (all().some((name) => taken.has(name))) typeName += "_";
  for (const name of all()) taken.add(name);
  return { typeName, valueName: lowerFirst(typeName) };
}

function buildParameters(key: string, { params }: ChannelData, report: Report): readonly ValueFieldModel[] {
  if (params === undefined) return [];
  const path = ["channels", key, "params"];
  const fields = buildValueFields(params, false, path, report, "parameter");
  let characters = 0;
  for (const { name, kind, max, values } of fields) {
    if (kind !== "text" && kind !== "enum") {
      const message = `The parameter \`${name}\` of \`${key}\` is a field of kind ${kind}.`;
      report.error("COV2102", [...path, name], message, { fix: "Use field.text() or field.enum([…])." });
    } else if (kind === "text" && max === null) {
      const message = `The parameter \`${name}\` of \`${key}\` has no greatest length.`;
      report.error("COV2102", [...path, name], message, { fix: "Give it one: `field.text().max(64)`." });
    }
    characters += kind === "enum" ? Math.max(0, ...values.map((value) => value.length)) : (max ?? 0);
  }
  if (characters > MAX_PARAMETERS) {
    const message = `The parameters of \`${key}\` may have ${characters} characters together.`;
    report.error("COV2102", path, message, { fix: `Lower their \`max\` to ${MAX_PARAMETERS} in all.` });
  }
  return fields;
}

function buildMessage(
  key: string,
  { message }: ChannelData,
  { auth }: ChannelScope,
  report: Report,
): readonly ChannelFieldModel[] {
  const path = ["channels", key, "message"];
  const owned = new Set(
    Object.entries(message).flatMap(([name, { data }]) =>
      data.kind === "text" && data.owner === true ? [name] : [],
    ),
  );
  for (const name of owned) {
    const { optional } = message[name]?.data ?? {};
    if (auth === null) {
      report.error(
        "COV1406",
        [...path, name, "owner"],
        `\`${name}\` of \`${key}\` is the id of whoever publishes, but there is no auth, so nobody is ever signed in.`,
      );
    } else if (optional === true) {
      const text = `\`${name}\` of \`${key}\` is both owner and optional, but every message has a sender.`;
      report.error("COV2102", [...path, name, "optional"], text, { fix: "Remove optional." });
    }
  }
  for (const name of Object.keys(message)) {
    if (!ownFields.has(name)) continue;
    const text = `\`${name}\` of \`${key}\` is what every message has by itself.`;
    report.error("COV2102", [...path, name], text, { fix: "Rename it." });
  }
  const fields = buildValueFields(withoutOwner(message), true, path, report, "message");
  return fields.map((field) => ({ ...field, owner: owned.has(field.name) }));
}

/** Who sends is no check of a value. */
const withoutOwner = (fields: ChannelData["message"]): ChannelData["message"] =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { data }]) => {
      const { owner: _owner, ...rest }: FieldData = data;
      return [name, { data: data.kind === "text" ? rest : data }];
    }),
  );

function history(key: string, value: number | undefined, path: ConfigPath, report: Report): number {
  if (value === undefined) return DEFAULT_HISTORY;
  if (Number.isSafeInteger(value) && value >= 1 && value <= MAX_HISTORY) return value;
  report.error("COV2103", path, `\`history\` of \`${key}\` is ${value}.`, {
    fix: `Give a whole number from 1 to ${MAX_HISTORY.toLocaleString("en-US")}.`,
  });
  return DEFAULT_HISTORY;
}

function presence(
  key: string,
  value: boolean | undefined,
  { subscribe }: ChannelAccessModel,
  auth: AuthModel | null,
  path: ConfigPath,
  report: Report,
): boolean {
  if (value === true && auth === null) {
    const message = `\`${key}\` tells who listens, but there is no auth, so nobody is ever signed in.`;
    report.error("COV1406", path, message);
  } else if (value === true && subscribe.type === "nobody") {
    report.warning("COV2106", path, `\`${key}\` tells who listens, but nobody may.`);
  }
  return value ?? false;
}

function patterns(key: string, data: ChannelData, path: ConfigPath, report: Report): boolean {
  if (data.patterns === true && Object.keys(data.params ?? {}).length === 0) {
    report.error("COV2104", path, `\`${key}\` has no parameters that a pattern could be about.`);
  }
  return data.patterns ?? false;
}
