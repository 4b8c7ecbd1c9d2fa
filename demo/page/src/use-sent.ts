/** Messages of one's own that the room has yet to tell. */
import type { Live } from "covara/react";
import { useState } from "react";
import type { ChatChannelLive } from "../../../generated/client.ts";

export interface Sent {
  readonly key: string;
  readonly text: string;
  readonly at: string;
  /** The number of the newest message when it was sent. */
  readonly after: number;
  /** Its own number, which the server answers with. */
  readonly seq: number | null;
}

/** @param me The id of whoever sends. */
export function useSent({ messages, publish }: Live<ChatChannelLive>, me: string) {
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const newest = messages.at(-1)?.seq ?? 0;
  // The room may tell a message before the server has answered.
  const isTold = ({ seq, after, text }: Sent): boolean =>
    seq !== null
      ? seq <= newest
      : messages.some((message) => message.seq > after && message.from === me && message.text === text);
  const waiting = sent.filter((one) => !isTold(one));

  /** Rejects where it is refused, or does not arrive. */
  const send = async (text: string): Promise<void> => {
    const key = crypto.randomUUID();
    const own = { key, text, at: new Date().toISOString(), after: newest, seq: null };
    setSent((all) => [...all.filter((one) => !isTold(one)), own]);
    try {
      const { seq } = await publish({ text });
      setSent((all) => all.map((one) => (one.key === key ? { ...one, seq } : one)));
    } catch (error) {
      setSent((all) => all.filter((one) => one.key !== key));
      throw error;
    }
  };
  return { waiting, send };
}
