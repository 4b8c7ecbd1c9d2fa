/** A channel as generated code declares it, and what routes and server code both do with it. */
import { type Validator, validated } from "../../http/body.ts";
import { forbidden, Problem, unauthorized } from "../../http/problem.ts";
import { type ChannelNamespace, type ChannelStub, roomName } from "./protocol.ts";

/** A channel. `Params` names a room, `Content` is what is published. */
export interface Channel<Params, Content> {
  readonly key: string;
  /** The names of the parameters, in the order of the path. */
  readonly names: readonly (keyof Params & string)[];
  readonly params: Validator<Params>;
  readonly content: Validator<Content>;
  /** The fields of a message. */
  readonly fields: readonly string[];
  /** How many messages are kept. */
  readonly history: number;
}

/** Bytes that one message has at most, as JSON. */
export const maxMessageBytes = 65_536;

/**
 * The parameters of a room, checked.
 *
 * @throws {Problem} 400 for those that no room can have.
 */
export function channelParams<Params>(
  { params }: Pick<Channel<Params, unknown>, "params">,
  given: unknown,
): Params {
  try {
    return validated(params, given);
  } catch (error) {
    if (!(error instanceof Problem) || error.errors === undefined) throw error;
    const names = error.errors.map(({ field }) => field).join(", ");
    throw new Problem("VALIDATION_ERROR", `There is no such room: see ${names}.`, { errors: error.errors });
  }
}

/** The object of a room. */
export function roomOf<Params>(
  objects: ChannelNamespace,
  { key, names }: Pick<Channel<Params, unknown>, "key" | "names">,
  params: Params,
): ChannelStub {
  return objects.getByName(
    roomName(
      key,
      names.map((name) => String(params[name])),
    ),
  );
}

/**
 * Lets a caller pass whom a rule lets do something in a room.
 *
 * @param user The caller; left out where it makes no difference who that is.
 * @throws {Problem} 401 where somebody else may, 403 where nobody else may or the caller is signed in.
 */
export function allowed(isAllowed: boolean, user?: unknown): void {
  if (!isAllowed) throw user === null ? unauthorized() : forbidden();
}

/**
 * Adds a message to a room. Gives it as subscribers get it.
 *
 * @param content What a validator made of it.
 * @throws {Problem} 413 where it is too large.
 */
export const publish = async (stub: ChannelStub, content: object): Promise<unknown> =>
  JSON.parse(await publishText(stub, content));

/** The same, which gives the message as JSON. */
export async function publishText(stub: ChannelStub, content: object): Promise<string> {
  const text = JSON.stringify(content);
  if (new TextEncoder().encode(text).byteLength > maxMessageBytes) throw tooLarge();
  const message = await stub.publish(text);
  return message.text;
}

/** The problem of a message that no room takes. */
export const tooLarge = (): Problem =>
  new Problem(
    "PAYLOAD_TOO_LARGE",
    `The message is larger than the ${maxMessageBytes} bytes that are accepted.`,
  );
