/** What ends a stream for good. */
import type { LiveStatus } from "covara/client";
import { useEffect } from "react";

interface Followed {
  readonly status: LiveStatus;
  readonly error: unknown;
}

/** Says what has ended a stream: a session that is over, above all. */
export function useEnding({ status, error }: Followed, failed: (error: unknown) => void): void {
  const ending = status === "closed" ? error : null;
  useEffect(() => {
    if (ending !== null) failed(ending);
  }, [ending, failed]);
}
