/** The connection of one subscriber to an object. */
import { type ChannelStub, ping, pingInterval, pong } from "./protocol.ts";

/** What takes what the object sends. */
export interface Receiver {
  readonly isClosed: boolean;
  /** @param text One frame. */
  put(text: string): void;
  /** The connection is lost. */
  close(): void;
}

/** An open connection. */
export interface Connection {
  /** Closes it. */
  close(): void;
}

/**
 * Opens a connection. It is lost where the object does not say that it is alive.
 *
 * @param headers What it is for.
 * @throws {Error} where the object does not take it.
 */
export async function connect(
  stub: ChannelStub,
  headers: Readonly<Record<string, string>>,
  receiver: Receiver,
): Promise<Connection> {
  const response = await stub.fetch("https://channel/", { headers: { Upgrade: "websocket", ...headers } });
  const socket = response.webSocket;
  if (socket === null) {
    throw new Error(`The object of the channel answered ${response.status}: ${await response.text()}`);
  }
  socket.accept();
  let isAnswered = true;
  const timer = setInterval(() => {
    if (receiver.isClosed) return;
    if (!isAnswered) return receiver.close();
    isAnswered = false;
    socket.send(ping);
  }, pingInterval);
  socket.addEventListener("message", ({ data }) => {
    if (data === pong) isAnswered = true;
    else if (typeof data === "string") receiver.put(data);
  });
  for (const type of ["close", "error"] as const) socket.addEventListener(type, () => receiver.close());
  return {
    close() {
      receiver.close();
      clearInterval(timer);
      socket.close(1000, "Done");
    },
  };
}
