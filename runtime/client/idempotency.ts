/** Idempotency keys: with one, the server carries a write out once, however often it is sent. */
import type { ApiRequest, Send } from "./transport.ts";

/**
 * Sends each write under a key of its own, which its repetitions share. For writes of callers that the server knows: of others
 * it takes no key.
 */
export const idempotent = (send: Send): Send =>
  Object.assign(<Answer>(request: ApiRequest): Promise<Answer> => {
    const { idempotencyKey = newKey() } = request;
    return send({ ...request, idempotencyKey });
  }, send);

/** Browsers have `randomUUID` on secure pages only, and React Native has no `crypto`; keys need be unique, not secret. */
const newKey = (): string =>
  typeof crypto === "object" && "randomUUID" in crypto
    ? crypto.randomUUID()
    : `${Date.now()}-${Math.random()}-${Math.random()}`;
