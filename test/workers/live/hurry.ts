import { vi } from "vitest";

/**
 * Lets what is done every many seconds be done often, until mocks are restored. The timers themselves are real.
 *
 * @param factor How many times as often.
 * @returns the milliseconds that were asked for, as they are.
 */
export function hurry(factor = 200): number[] {
  const asked: number[] = [];
  const original = globalThis.setInterval;
  const hurried = (handler: () => void, delay: number): unknown => {
    asked.push(delay);
    return original(handler, delay >= 10_000 ? delay / factor : delay);
  };
  vi.spyOn(globalThis, "setInterval").mockImplementation(hurried as typeof setInterval);
  return asked;
}
