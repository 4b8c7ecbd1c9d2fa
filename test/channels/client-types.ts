/** What a frontend can and cannot write with channels. Each expected error is one that the types must report. */
import type {
  ChatChannelLive,
  ChatChannelMessage,
  Client,
  NewsChannelMessage,
  TeamsChannelMessage,
} from "#channels/client";

export async function calls({ channels }: Client): Promise<void> {
  const message: ChatChannelMessage = await channels.chat.publish({ room: "a" }, { text: "Hi" });
  const { seq, from, at }: { seq: number; from: string; at: string } = message;
  await channels.chat.publish(
    { room: "a" },
    { text: "Hi" },
    { timeout: seq, signal: AbortSignal.timeout(1) },
  );
  const { items, total } = await channels.chat.presence({ room: from });
  const users: readonly string[] = items.map(({ userId, connections }) => userId + connections + total + at);
  const news: NewsChannelMessage = await channels.news.publish({}, { title: "a", tags: users.slice() });
  await channels.teamRoom.publish({ team: "red", kind: "talk" }, { text: news.note ?? "" });
  const told: TeamsChannelMessage = await channels.teams.publish({ team: "red", topic: "a" }, { text: "a" });

  // @ts-expect-error a room is needed
  await channels.chat.publish({}, { text: "Hi" });
  // @ts-expect-error no such parameter
  await channels.chat.publish({ rooms: "a" }, { text: "Hi" });
  // @ts-expect-error rooms have texts as names
  await channels.chat.publish({ room: 1 }, { text: "Hi" });
  // @ts-expect-error one of the kinds
  await channels.teamRoom.publish({ team: "red", kind: "walk" }, { text: "Hi" });
  // @ts-expect-error a text is needed
  await channels.chat.publish({ room: "a" }, {});
  // @ts-expect-error no such field
  await channels.chat.publish({ room: "a" }, { text: "Hi", colour: "red" });
  // @ts-expect-error the server says who publishes
  await channels.chat.publish({ room: "a" }, { text: "Hi", from: "ann" });
  // @ts-expect-error the server numbers messages
  await channels.chat.publish({ room: "a" }, { text: "Hi", seq: 1 });
  // @ts-expect-error repeating could publish twice, and is no setting of this call alone
  await channels.chat.publish({ room: "a" }, { text: "Hi" }, { idempotencyKey: "a" });
  // @ts-expect-error nobody may publish
  await channels.inbox.publish({ userId: "a" }, { text: "Hi" });
  // @ts-expect-error nobody may listen
  channels.teams.subscribe({ team: "red", topic: "a" });
  // @ts-expect-error nobody may listen
  channels.teams.live({ team: told.text, topic: "a" });
  // @ts-expect-error news do not tell who listens
  await channels.news.presence({});
  // @ts-expect-error no such channel
  channels.chats;
}

export async function streams({ channels }: Client): Promise<void> {
  for await (const event of channels.chat.subscribe({ room: "a" }, { history: 10 })) {
    switch (event.type) {
      case "connected":
        [event.seq, event.latest].map((number) => number.toFixed());
        break;
      case "message":
        event.message.text.trim();
        // @ts-expect-error it is the message that has fields
        event.text;
        break;
      case "join":
      case "leave":
        event.userId.trim();
        break;
      default: {
        const reason: "gap" | "overflow" = event.reason;
        event.type satisfies "invalidate";
        reason.trim();
      }
    }
  }
  for await (const event of channels.news.subscribe({})) {
    // @ts-expect-error nobody is told of here
    if (event.type === "join") break;
    if (event.type === "message") event.message.tags.map((tag) => tag.trim());
  }
  const stop: () => void = channels.chat.subscribe(
    { room: "a" },
    { signal: AbortSignal.timeout(1) },
    {
      onEvent: (event) => (event.type === "leave" ? event.userId : event.type),
      onState: (state, error) => [state === "offline", error],
      onError: () => undefined,
    },
  );
  stop();
  // @ts-expect-error snapshots are of rows
  channels.chat.subscribe({ room: "a" }, { snapshot: true });
}

export async function rooms({ channels }: Client): Promise<void> {
  const room: ChatChannelLive = channels.chat.live({ room: "a" }, { history: 20, limit: 200 });
  const { messages, users, status, error } = room.getSnapshot();
  const stop: () => void = room.subscribe(() => undefined);
  stop();
  const said: ChatChannelMessage = await room.publish({ text: `${messages.length}${users.join()}` });
  if (status === "live" && error === null) room.refetch();
  room.close();
  // @ts-expect-error messages do not change
  messages.push(said);
  // @ts-expect-error the room is known
  await room.publish({ room: "a" }, { text: "Hi" });
  // @ts-expect-error the server says who publishes
  await room.publish({ text: "Hi", from: "ann" });
  // @ts-expect-error news do not tell who listens
  channels.news.live({}).getSnapshot().users;
  // @ts-expect-error nobody may publish
  channels.inbox.live({ userId: "a" }).publish({ text: "Hi" });
  // @ts-expect-error no such option
  channels.chat.live({ room: "a" }, { pageSize: 3 });
}
