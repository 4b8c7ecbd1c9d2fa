/** The connection of one subscriber to the object of a room. */
import { Inbox } from "./inbox.ts";
import { type ChannelStub, ping, pingInterval, pong, userHeader } from "./protocol.ts";

/** An open connection. */
export interface Connection {
  readonly inbox: Inbox;
  close(): void;
}

/**
 * Opens a connection. It is lost where the object does not say that it is alive.
 *
 * @param userId Who is counted among those who listen; null for nobody.
 * @throws {Error} where the object does not take it.
 */
export async function connect(stub: ChannelStub, userId: string | null): Promise<Connection> {
  const headers = {
    Upgrade: "websocket",
    ...(userId === null ? {} : { [userHeader]: encodeURIComponent(userId) }),
  };
  const response = await stub.fetch("https://channel/", { headers });
  const socket = response.webSocket;
  if (socket === null) {
    throw new Error(`The object of the channel answered ${response.status}: ${await response.text()}`);
  }
  socket.accept();
  const inbox = new Inbox();
  let isAnswered = true;
  const timer = setInterval(() => {
    if (inbox.isClosed) return;
    if (!isAnswered) return inbox.close();
    isAnswered = false;
    socket.send(ping);
  }, pingInterval);
  socket.addEventListener("message", ({ data }) => {
    if (data === pong) isAnswered = true;
    else if (typeof data === "string") inbox.put(data);
  });
  for (const type of ["close", "error"] as const) socket.addEventListener(type, () => inbox.close());
  return {
    inbox,
    close() {
      inbox.close();
      clearInterval(timer);
      socket.close(1000, "Done");
    },
  };
}
