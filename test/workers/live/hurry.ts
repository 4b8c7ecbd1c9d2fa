import { vi } from "vitest";

/**
 * Lets what is done every many seconds be done many times a second, until mocks are restored. The timers themselves are real.
 *
 * @returns the milliseconds that were asked for, as they are.
 */
export function hurry(): number[] {
  const asked: number[] = [];
  const original = globalThis.setInterval;
  const hurried = (handler: () => void, delay: number): unknown => {
    asked.push(delay);
    return original(handler, delay >= 10_000 ? delay / 200 : delay);
  };
  vi.spyOn(globalThis, "setInterval").mockImplementation(hurried as typeof setInterval);
  return asked;
}
