/** `channels/<name>.ts`: the routes of one channel. */
import { channelBinding } from "../model/channel-names.ts";
import type { ChannelModel, Model } from "../model/types.ts";
import { authenticator } from "./authenticator.ts";
import { asksForCaller, type ChannelOperation, channelRule, channelRuleCall } from "./channel-rules.ts";
import { channelNames, channelPath } from "./channels.ts";
import { arrow, call, type Expression, inline, layOut } from "./expression.ts";
import { isNever } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { fits, list, propertyName, quote } from "./text.ts";

/** Bytes of one message at most; `runtime/live/channel/channel.ts`. */
const maxMessageBytes = 65_536;

/** Name of the Hono app with a channel's routes. */
export const channelRoutesName = ({ valueName }: ChannelModel): string => `${valueName}Routes`;

/** The file while it is written. */
interface Written {
  readonly model: Model;
  readonly channel: ChannelModel;
  readonly file: SourceFile;
  readonly userModule: (path: string) => string;
}

export function emitChannelRoutes(
  model: Model,
  channel: ChannelModel,
  userModule: (path: string) => string,
): string {
  const own = ["c", "user", "params", "input", "message", "subscriber", "room"];
  const file = new SourceFile([channelRoutesName(channel), ...own]);
  const written = { model, channel, file, userModule };
  const hono = `new ${file.use("hono", "Hono")}<${file.useType("../env.js", "AppEnv")}>()`;
  file.section(`export const ${channelRoutesName(channel)} = ${hono};`);
  const [subscribes, publishes] = (["subscribe", "publish"] as const).map(
    (operation) => !isNever(channel.access[operation]),
  );
  if (publishes) file.section(...publishRoute(written));
  if (subscribes) {
    file.section(...subscribeRoute(written));
    file.section(...socketRoute(written, publishes === true));
    if (channel.presence) file.section(...presenceRoute(written));
  }
  const methods = [...(subscribes ? ["GET", "HEAD"] : []), ...(publishes ? ["POST"] : [])];
  file.section(
    otherMethods(written, "", methods),
    ...(subscribes ? [otherMethods(written, "/ws", ["GET"])] : []),
    ...(subscribes && channel.presence ? [otherMethods(written, "/presence", ["GET", "HEAD"])] : []),
  );
  return file.toString();
}

/** `/:room`, or `/` where there is one room only. @param end `/ws` */
const pathOf = ({ params }: ChannelModel, end = ""): string =>
  `${params.map(({ name }) => `/:${name}`).join("")}${end}` || "/";

function otherMethods({ channel, file }: Written, end: string, methods: readonly string[]): string {
  const allow = call(file.use("covara/runtime", "allow"), [quote(methods.join(", "))]);
  return layOut("", call(`${channelRoutesName(channel)}.all`, [quote(pathOf(channel, end)), allow]), ";");
}

const live = ({ file }: Written, name: string): string => file.use("covara/runtime/live", name);

/** What a request is answered by. */
interface Route {
  readonly method: "get" | "post";
  /** What follows the path of the room: `/ws`. */
  readonly end?: string;
  readonly doc: string;
  readonly isAsync: boolean;
}

/** @param body Lines of the handler. A path too long to stand beside its handler puts them further in. */
function route(
  { model, channel }: Written,
  { method, end = "", doc, isAsync }: Route,
  body: readonly string[],
): string[] {
  const opened = `${channelRoutesName(channel)}.${method}(`;
  const path = quote(pathOf(channel, end));
  const handler = `${isAsync ? "async " : ""}(c) => {`;
  const line = `${opened}${path}, ${handler}`;
  const inner = (text: string): string => text.replaceAll(/^(?=.)/gm, "  ");
  return [
    `/** \`${method.toUpperCase()} ${model.basePath}${channelPath(channel)}${end}\`: ${doc} */`,
    ...(fits(line)
      ? [line, ...body, "});"]
      : [opened, ...[`${path},`, handler, ...body, "},"].map(inner), ");"]),
  ];
}

/**
 * The handler's beginning: the caller, and the room that they ask for.
 *
 * @param isUserUsed Whether the caller matters beside the rule.
 */
function start(
  written: Written,
  operation: ChannelOperation,
  isUserUsed: boolean,
  before: readonly string[] = [],
): string[] {
  const { channel, file } = written;
  const params = call(live(written, "channelParams"), [
    file.use("../channels.js", channel.valueName),
    "c.req.param()",
  ]);
  return [
    ...(isUserUsed || asksForCaller(channel, operation) ? [`  const user = c.get("user");`] : []),
    ...before,
    layOut("  const params = ", params, ";"),
    layOut("  ", permission(written, operation), ";"),
  ];
}

/** Throws where the caller may not. */
function permission(written: Written, operation: ChannelOperation): Expression {
  const { channel, file } = written;
  const name = file.use("../access.js", channelRule(channel, operation));
  const user = asksForCaller(channel, operation) ? ["user"] : [];
  return call(live(written, "allowed"), [channelRuleCall(channel, operation, name), ...user]);
}

const room = (written: Written): Expression =>
  call(live(written, "roomOf"), [`c.env.${channelBinding}`, written.channel.valueName, "params"]);

/** What is published: fields that are the sender are set, whatever the client sent. */
function content({ channel, file }: Written): string {
  const owned = channel.message.filter(({ owner }) => owner);
  if (owned.length === 0) return "input";
  const signedIn = file.use("covara/runtime", "signedIn");
  const members = owned.map(({ name }) => `${propertyName(name)}: ${signedIn}(user).id`);
  return list("", "{ ", ["...input", ...members], "}");
}

function publishRoute(written: Written): string[] {
  const { model, channel, file } = written;
  const limit =
    model.bodyLimit < maxMessageBytes
      ? file.use("../schemas.js", "bodyLimit")
      : live(written, "maxMessageBytes");
  const schema = file.use("../schemas.js", channelNames(channel).input);
  const input = call(`await ${file.use("covara/runtime", "readBody")}`, ["c.req.raw", schema, limit]);
  const message = content(written);
  const reply = file.use("covara/runtime", "reply");
  return route(written, { method: "post", doc: "publishes a message.", isAsync: true }, [
    ...start(written, "publish", message !== "input", [
      `  ${file.use("covara/runtime", "rejectConditions")}(c.req.raw);`,
    ]),
    layOut("  const input = ", input, ";"),
    ...(message === "input" ? [] : [`  const message = ${message};`]),
    layOut("  const room = ", room(written), ";"),
    `  return ${reply}(c, 201, await ${live(written, "publish")}(room, ${message === "input" ? "input" : "message"}));`,
  ]);
}

/** Who listens, and to what. */
function subscriber(written: Written): string[] {
  const { model, file, userModule } = written;
  const members = [layOut("    open: ", arrow("() =>", inline(room(written))), ",")];
  if (model.auth === null) members.push("    user: null,");
  else {
    const authenticate = authenticator(file, model, model.auth, (path) => `../${userModule(path)}`, "../");
    const types = [file.useType("../env.js", "Env"), file.useType("../env.js", "User")].join(", ");
    const identify = file.use("covara/runtime", "identifier");
    members.push("    user,", `    identify: ${identify}<${types}>(${authenticate}, c),`);
  }
  return ["  const subscriber = {", ...members, "  };"];
}

function subscribeRoute(written: Written): string[] {
  const { channel } = written;
  return route(written, { method: "get", doc: "the messages, as server-sent events.", isAsync: false }, [
    ...start(written, "subscribe", written.model.auth !== null),
    ...subscriber(written),
    `  return ${live(written, "subscribeChannel")}(c, ${channel.valueName}, subscriber);`,
  ]);
}

function socketRoute(written: Written, publishes: boolean): string[] {
  const { channel, file } = written;
  const opened = `  return ${live(written, "openChannel")}(c, ${channel.valueName}, subscriber, `;
  const user = publishes && (content(written) !== "input" || asksForCaller(channel, "publish"));
  const taken = publishes
    ? [
        `${opened}{`,
        `    input: ${file.use("../schemas.js", channelNames(channel).input)},`,
        `    message: (input${user ? ", user" : ""}) => {`,
        layOut("      ", permission(written, "publish"), ";"),
        `      return ${content(written)};`,
        "    },",
        "  });",
      ]
    : [`${opened}null);`];
  const doc = "the same over a WebSocket, which takes messages, too.";
  return route(written, { method: "get", end: "/ws", doc, isAsync: false }, [
    ...start(written, "subscribe", written.model.auth !== null),
    ...subscriber(written),
    ...taken,
  ]);
}

function presenceRoute(written: Written): string[] {
  const { file } = written;
  const reject = `  ${file.use("covara/runtime", "rejectQuery")}(c.req.raw);`;
  const reply = file.use("covara/runtime", "reply");
  return route(written, { method: "get", end: "/presence", doc: "who listens.", isAsync: true }, [
    ...start(written, "subscribe", false, [reject]),
    layOut("  const room = ", room(written), ";"),
    `  return ${reply}(c, 200, await room.presence());`,
  ]);
}
