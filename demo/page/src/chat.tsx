/** What is said in the room of a list, and who is in it. */
import { useChatChannel } from "../../../generated/react.ts";
import { State } from "./connection.tsx";
import { describe } from "./errors.ts";
import { useMessages } from "./messages.tsx";
import { nameOf, usePeople } from "./people.ts";
import type { Me } from "./session.ts";
import { type Said, Say, Talk } from "./talk.tsx";
import { useEnding } from "./use-ending.ts";
import { useSent } from "./use-sent.ts";

export interface ChatProps {
  readonly me: Me;
  readonly room: string;
  readonly failed: (error: unknown) => void;
}

export function Chat({ me, room, failed }: ChatProps) {
  const show = useMessages();
  const people = usePeople();
  const chat = useChatChannel({ room });
  const { messages, users, status } = chat;
  const { waiting, send } = useSent(chat, me.id);
  useEnding(chat, failed);
  const say = async (text: string): Promise<void> => {
    try {
      await send(text);
    } catch (error) {
      show(`Not sent. ${describe(error)}`);
      throw error;
    }
  };
  const all: readonly Said[] = [
    ...messages.map(({ seq, from, at, text }) => ({ key: seq, who: from, at, text })),
    ...waiting.map(({ key, at, text }) => ({ key, who: me.id, at, text, isPending: true })),
  ];
  return (
    <>
      <div className="here" aria-live="polite">
        {status === "live" ? (
          <ul aria-label="Who is here">
            {users.map((id) => (
              <li key={id}>{nameOf(people, id)}</li>
            ))}
          </ul>
        ) : (
          <State status={status} />
        )}
      </div>
      <Talk label="Messages" all={status === "live" || all.length > 0 ? all : null} />
      <Say label="Your message" maxLength={2_000} say={say} />
    </>
  );
}
