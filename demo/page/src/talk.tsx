/** What people say to each other, the newest last, and a line to say more. */
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { Avatar } from "./avatar.tsx";
import { nameOf, usePeople } from "./people.ts";
import { Time } from "./time.tsx";

export interface Said {
  readonly key: string | number;
  /** Id of whoever said it. */
  readonly who: string;
  readonly at: string;
  readonly text: string;
  /** Whether the server has yet to answer. */
  readonly isPending?: boolean;
  /** Takes it away; absent where that is not for this person. */
  readonly remove?: (() => void) | undefined;
}

export interface TalkProps {
  readonly label: string;
  /** Null until it is known what has been said. */
  readonly all: readonly Said[] | null;
}

export function Talk({ label, all }: TalkProps) {
  const people = usePeople();
  const list = useRef<HTMLOListElement>(null);
  const newest = all?.at(-1)?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest is scrolled to when it is another one.
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest]);
  return (
    <ol ref={list} className="talk" aria-live="polite" aria-label={label}>
      {all?.length === 0 && <li className="empty">Nobody has said anything yet.</li>}
      {all?.map(({ key, who, at, text, isPending = false, remove }) => (
        <li key={key} className="said" data-pending={isPending}>
          <Avatar id={who} />
          <p className="who">
            {nameOf(people, who)} <Time at={at} />
          </p>
          <p className="text">{text}</p>
          {remove !== undefined && (
            <button type="button" className="quiet danger" onClick={remove}>
              Delete<span className="hidden"> the comment {text}</span>
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

export interface SayProps {
  readonly label: string;
  readonly maxLength: number;
  /** Rejects where it is refused, after somebody has been told. */
  readonly say: (text: string) => Promise<unknown>;
}

/** A line to write, and a button that sends it. */
export function Say({ label, maxLength, say }: SayProps) {
  const id = useId();
  const [text, setText] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setText("");
    // What is refused comes back, unless something else is being written.
    say(text).catch(() => setText((now) => (now === "" ? text : now)));
  };
  return (
    <form className="say" onSubmit={submit}>
      <label htmlFor={id} className="hidden">
        {label}
      </label>
      <input
        id={id}
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={label}
        maxLength={maxLength}
        required
        autoComplete="off"
      />
      <button type="submit">Send</button>
    </form>
  );
}
