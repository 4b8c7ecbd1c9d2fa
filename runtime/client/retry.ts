/** How long a call may take, and when it is tried again. */
import { CovaraError, CovaraNetworkError, CovaraTimeoutError } from "./errors.ts";

/** Milliseconds before the first repetition, at most; twice as long before each further one. */
const firstDelay = 250;
/** Milliseconds before any repetition, at most. A server that wants a longer pause is not asked again. */
const longestDelay = 20_000;
/** Statuses of answers that say "not now". */
const passing: readonly number[] = [429, 502, 503, 504];

/**
 * Runs attempts until one succeeds, fails for good, or the last one has failed. The pauses are random up to a limit that doubles
 * ("full jitter"), so that clients which failed together do not come back together.
 *
 * @param repetitions How many attempts may follow the first.
 * @param signal Ends a pause, after which nothing more happens.
 */
export async function repeating<T>(
  repetitions: number,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let count = 0; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const delay = count < repetitions ? delayAfter(error, count) : null;
      if (delay === null || signal.aborted) throw error;
      await pause(delay, signal);
    }
  }
}

/** Milliseconds to wait after an error; null where another attempt would end alike. */
function delayAfter(error: unknown, count: number): number | null {
  const isAnswer = error instanceof CovaraError;
  if (isAnswer ? !passing.includes(error.status) : !(error instanceof CovaraNetworkError)) return null;
  const asked = isAnswer ? (error.retryAfter ?? 0) * 1000 : 0;
  if (asked > longestDelay) return null;
  return asked + Math.random() * Math.min(firstDelay * 2 ** count, longestDelay);
}

/** Does not end where the signal is aborted: nobody waits for it any more. */
const pause = (delay: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, delay);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });

/**
 * Runs a call that ends with an error where it takes too long, or where it is aborted, whatever it waits for.
 *
 * @param name What was called; for the message.
 * @param timeout Milliseconds; 0 for none.
 * @param outer The caller's signal; the call fails with its reason.
 */
export const limited = <T>(
  name: string,
  timeout: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController();
    const stop = (reason: unknown): void => {
      // First, so that the call fails with the reason rather than with what `fetch` makes of it.
      reject(reason);
      controller.abort(reason);
    };
    const abort = (): void => stop(outer?.reason);
    if (outer?.aborted === true) return abort();
    outer?.addEventListener("abort", abort);
    const timer =
      timeout > 0 ? setTimeout(() => stop(new CovaraTimeoutError(name, timeout)), timeout) : undefined;
    run(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        if (timer !== undefined) clearTimeout(timer);
        outer?.removeEventListener("abort", abort);
      });
  });
