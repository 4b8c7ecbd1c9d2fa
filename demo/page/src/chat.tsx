/** What is said in the room of a list, and who is in it. */

import { describe } from "./errors.ts";
import { useMessages } from "./messages.tsx";
import { nameOf, usePeople } from "./people.ts";
import { Say, Talk } from "./talk.tsx";
import { useRoom } from "./use-room.ts";

export interface ChatProps {
  readonly room: string;
  readonly failed: (error: unknown) => void;
}

export function Chat({ room, failed }: ChatProps) {
  const show = useMessages();
  const people = usePeople();
  const { messages, here, publish } = useRoom(room, failed);
  const say = async (text: string): Promise<void> => {
    try {
      await publish(text);
    } catch (error) {
      show(`Not sent. ${describe(error)}`);
      throw error;
    }
  };
  return (
    <>
      <ul className="here" aria-label="Who is here" aria-live="polite">
        {here.map((id) => (
          <li key={id}>{nameOf(people, id)}</li>
        ))}
      </ul>
      <Talk
        label="Messages"
        all={messages?.map(({ seq, from, at, text }) => ({ key: seq, who: from, at, text })) ?? null}
      />
      <Say label="Your message" maxLength={2_000} say={say} />
    </>
  );
}
