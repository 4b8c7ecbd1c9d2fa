/** Whether what is shown is what the server has. */
import type { LiveStatus } from "covara/client";
import { useNotice } from "./messages.tsx";

const texts: Readonly<Record<LiveStatus, string>> = {
  loading: "Connecting …",
  connecting: "Connecting …",
  live: "Live",
  offline: "Offline",
  closed: "Ended",
};

export const State = ({ status }: { readonly status: LiveStatus }) => (
  <span className={`state state-${status}`}>{texts[status]}</span>
);

export function Connection({ status }: { readonly status: LiveStatus }) {
  useNotice(
    status === "offline"
      ? "You are offline, and see the board as it was. It goes on by itself once the server can be reached."
      : null,
  );
  return (
    <div className="connection" role="status">
      <State status={status} />
    </div>
  );
}
