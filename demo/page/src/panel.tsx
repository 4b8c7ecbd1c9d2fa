/** What stands beside the board: a chat, the comments of a todo, or the leaders. On a phone it lies over the board. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { List, Todo } from "../../../generated/client.ts";
import { Chat } from "./chat.tsx";
import { Comments } from "./comments.tsx";
import { Leaders } from "./leaders.tsx";
import type { Me } from "./session.ts";
import { useMedia } from "./use-media.ts";

export type PanelContent =
  | { readonly type: "chat" | "leaders" }
  | { readonly type: "comments"; readonly todo: Pick<Todo, "id" | "title"> };

/** As styles/layout.css has it. */
const wide = "(min-width: 64rem)";

export function usePanel() {
  const isWide = useMedia(wide);
  const [panel, setPanel] = useState<PanelContent | null>(null);
  /** What had the focus before, and gets it back. */
  const opener = useRef<Element | null>(null);
  const openPanel = useCallback((content: PanelContent) => {
    opener.current = document.activeElement;
    setPanel(content);
  }, []);
  const closePanel = useCallback(() => {
    setPanel(null);
    const before = opener.current;
    // The board behind it takes no focus until it is drawn again.
    requestAnimationFrame(() => before instanceof HTMLElement && before.focus());
  }, []);
  return { panel, openPanel, closePanel, isOver: panel !== null && !isWide };
}

export interface PanelProps {
  readonly me: Me;
  readonly panel: PanelContent | null;
  /** The list that is shown; null for all todos. */
  readonly list: List | null;
  readonly close: () => void;
  readonly failed: (error: unknown) => void;
}

export function Panel({ me, panel, list, close, failed }: PanelProps) {
  if (panel === null) return null;
  if (panel.type === "leaders") {
    return (
      <Frame key="leaders" title="Leaders" close={close}>
        <Leaders failed={failed} me={me} />
      </Frame>
    );
  }
  if (panel.type === "comments") {
    const { id, title } = panel.todo;
    return (
      <Frame key={id} title={`Comments on ${title}`} close={close}>
        <Comments me={me} todoId={id} />
      </Frame>
    );
  }
  return (
    <Frame key="chat" title={`Chat: ${list?.name ?? "everybody"}`} close={close}>
      <Chat key={list?.id} me={me} room={list?.id ?? "everybody"} failed={failed} />
    </Frame>
  );
}

interface FrameProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

function Frame({ title, close, children }: FrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    // One press closes one thing: messages stay for the next.
    event.preventDefault();
    close();
  };
  return (
    <section id="panel" className="panel" aria-labelledby="panel-title" onKeyDown={keyDown}>
      <div className="panel-head">
        <h2 id="panel-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="quiet" onClick={close}>
          Close
        </button>
      </div>
      {children}
    </section>
  );
}
