/** A room of the channel `chat`: its messages, and who is there. */
import { useCallback, useEffect, useState } from "react";
import type { ChatChannelMessage } from "../../../generated/types.ts";
import { send } from "./http.ts";

/** Messages from before that are shown. */
const history = 50;

/** Milliseconds until a room is tried again that the server has refused: browsers come back only after broken connections. */
const pause = 5_000;

export interface Room {
  /** In their order; null until the room has answered. */
  readonly messages: readonly ChatChannelMessage[] | null;
  /** Ids of those who listen. */
  readonly here: readonly string[];
  readonly publish: (text: string) => Promise<unknown>;
}

/** Listens to a room while a component shows it. The browser comes back by itself, with the number of the last message. */
export function useRoom(name: string, failed: (error: unknown) => void): Room {
  const path = `/api/channels/chat/${encodeURIComponent(name)}`;
  const [messages, setMessages] = useState<readonly ChatChannelMessage[] | null>(null);
  const [here, setHere] = useState<readonly string[]>([]);

  /** Counts the connections that were given up. */
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another connection.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const events = new EventSource(`${path}?history=${history}`);
    const look = async (): Promise<void> => {
      try {
        const { items } = await send<{ items: { userId: string }[] }>("GET", `${path}/presence`);
        if (events.readyState !== EventSource.CLOSED) setHere(items.map(({ userId }) => userId));
      } catch (error) {
        if (events.readyState === EventSource.OPEN) failed(error);
      }
    };
    events.addEventListener("connected", () => {
      setMessages((known) => known ?? []);
      look();
    });
    events.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const message: ChatChannelMessage = JSON.parse(data);
      // After a pause what was missed comes, and perhaps some that were not.
      setMessages((known) => [...(known ?? []).filter(({ seq }) => seq !== message.seq), message]);
    });
    events.addEventListener("error", () => {
      if (events.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => setAttempt((count) => count + 1), pause);
    });
    events.addEventListener("join", look);
    events.addEventListener("leave", look);
    return () => {
      clearTimeout(timer);
      events.close();
    };
  }, [path, failed, attempt]);

  const publish = useCallback((text: string) => send("POST", path, { text }), [path]);
  return { messages, here, publish };
}
