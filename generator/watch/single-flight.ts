/** A task that never runs twice at the same time. */
export interface SingleFlight {
  /** Asks for a run. Resolves when a run that began after this call has ended, or when the flight is stopped. */
  request(): Promise<void>;
  /** Lets no further run begin, and resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs a task on request: at once the first time, after that when no request has come for `quiet` milliseconds.
 * Requests that come during a run, however many, lead to one more. The task must not reject.
 */
export function singleFlight(quiet: number, task: () => Promise<void>): SingleFlight {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let stopped = false;
  let first = true;
  let waiting: (() => void)[] = [];

  const begin = () => {
    timer = undefined;
    // The run under way may have read its files already; `end` looks at `waiting` again.
    if (running !== null || stopped) return;
    const served = waiting;
    waiting = [];
    running = task().finally(() => {
      running = null;
      for (const resolve of served) resolve();
      if (waiting.length > 0 && timer === undefined) timer = setTimeout(begin, quiet);
    });
  };

  return {
    request() {
      if (stopped) return Promise.resolve();
      const done = new Promise<void>((resolve) => waiting.push(resolve));
      clearTimeout(timer);
      timer = setTimeout(begin, first ? 0 : quiet);
      first = false;
      return done;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}
