/** Attempts that follow each other, further and further apart. */

/** Milliseconds until the next attempt: at most the first of these after one that succeeded, then twice as many. */
const firstDelay = 250;
const maxDelay = 30_000;

/**
 * Attempts something again and again until the signal is aborted, each time after a random wait that grows with the failures: many
 * that lost the same connection do not all come back at once.
 *
 * @param attempt Gives whether it succeeded for a while.
 */
export async function keepTrying(signal: AbortSignal, attempt: () => Promise<boolean>): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    if (await attempt()) failures = 0;
    if (!signal.aborted) await pause(Math.random() * Math.min(maxDelay, firstDelay * 2 ** failures), signal);
  }
}

/** Waits, unless the signal is aborted meanwhile. @param milliseconds At most. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end, { once: true });
  });
}
