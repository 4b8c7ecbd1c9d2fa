/** Whether what is shown is what the server has. */
import type { LiveStatus } from "covara/client";

const texts: Readonly<Record<LiveStatus, string>> = {
  loading: "Connecting …",
  connecting: "Connecting …",
  live: "Live",
  offline: "Offline",
  closed: "Ended",
};

export function Connection({ status }: { readonly status: LiveStatus }) {
  return (
    <div className="connection" role="status">
      <span className={`state state-${status}`}>{texts[status]}</span>
      {status === "offline" && (
        <span className="offline-note">
          You see the board as it was. It goes on by itself once the server can be reached.
        </span>
      )}
    </div>
  );
}
