/** The top of the page: whether it is live, what can be opened beside the board, and who is here. */
import type { LiveStatus } from "covara/client";
import { Connection } from "./connection.tsx";
import type { PanelContent } from "./panel.tsx";
import type { Me } from "./session.ts";

export interface HeaderProps {
  readonly me: Me;
  readonly leave: () => void;
  readonly status: LiveStatus;
  readonly panel: PanelContent | null;
  readonly openPanel: (panel: PanelContent) => void;
  readonly closePanel: () => void;
}

const buttons = [
  { type: "chat", text: "Chat" },
  { type: "leaders", text: "Leaders" },
] as const;

export function Header({ me, leave, status, panel, openPanel, closePanel }: HeaderProps) {
  return (
    <header className="header">
      <h1>Task board</h1>
      <Connection status={status} />
      <div className="actions">
        {buttons.map(({ type, text }) => {
          const isOpen = panel?.type === type;
          return (
            <button
              key={type}
              type="button"
              aria-expanded={isOpen}
              aria-controls="panel"
              onClick={() => (isOpen ? closePanel() : openPanel({ type }))}
            >
              {text}
            </button>
          );
        })}
      </div>
      <div className="me">
        <span className="my-name">{me.name}</span>
        <button type="button" className="quiet sign-out" onClick={leave}>
          Sign out
        </button>
      </div>
    </header>
  );
}
