/** Channels, as far as single requests go: publishing, and asking who listens. */
import { CovaraError, ownProblem } from "./errors.ts";
import type { AnyRow } from "./live/matches.ts";
import type { CallOptions, Send } from "./transport.ts";

/**
 * The path of a room.
 *
 * @param path Of all rooms: `/api/channels/chat/:room`.
 * @throws {CovaraError} where none can lead there: URLs take `.` and `..` for steps, and have no place for an empty name.
 */
export const roomPath = (method: string, path: string, params: object): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const value: unknown = (params as AnyRow)[name];
    if (typeof value === "string" && !/^\.{0,2}$|\p{Cs}/u.test(value)) return encodeURIComponent(value);
    const detail = `${JSON.stringify(value) ?? "undefined"} is no ${name} that a URL can have. Nothing was sent.`;
    throw new CovaraError(`${method} ${path}`, ownProblem(400, "VALIDATION_ERROR", "Invalid input", detail));
  });

/** What publishes in the rooms of a channel. Nothing is sent twice: the room could have taken it. @param path Of all rooms. */
export const publishing = (send: Send, path: string) => ({
  // What its messages are, the types of each channel say: `never` fits all of them.
  publish: async (params: object, body: object, options?: CallOptions): Promise<never> => {
    const message: AnyRow = await send({
      ...options,
      method: "POST",
      path: roomPath("POST", path, params),
      body,
    });
    return (send.dates?.row(path, message) ?? message) as never;
  },
});

/** What asks who listens to the rooms of a channel. @param path Of all rooms. */
export const attending = (send: Send, path: string) => ({
  presence: async (params: object, options?: CallOptions): Promise<never> =>
    send({ ...options, method: "GET", path: `${roomPath("GET", path, params)}/presence` }),
});
