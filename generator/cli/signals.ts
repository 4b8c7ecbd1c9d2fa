const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves when the process is asked to stop, which it then does not do by itself. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    // Signals alone do not keep the process alive.
    const alive = setInterval(() => {}, 2 ** 30);
    const stop = () => {
      clearInterval(alive);
      for (const signal of STOPS) process.off(signal, stop);
      resolve();
    };
    for (const signal of STOPS) process.on(signal, stop);
  });
}
