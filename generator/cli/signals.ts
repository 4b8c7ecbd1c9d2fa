const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A request to stop this process, which it then does not do by itself. */
export interface Stop extends Disposable {
  /** Resolves when the process is asked to stop. */
  readonly requested: Promise<void>;
}

/** Takes over SIGINT, SIGTERM and SIGHUP until it is disposed of. */
export function catchStop(): Stop {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  for (const signal of STOPS) process.on(signal, stop);
  // Signal handlers alone do not keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  return {
    requested: promise,
    [Symbol.dispose]() {
      clearInterval(alive);
      for (const signal of STOPS) process.off(signal, stop);
    },
  };
}
