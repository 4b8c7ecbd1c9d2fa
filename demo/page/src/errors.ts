/** What went wrong, in words for the person at the page. */
import { CovaraError, CovaraNetworkError } from "../../../generated/client.ts";

export function describe(error: unknown): string {
  if (error instanceof CovaraError) {
    const fields = error.errors.map(({ field, message }) => `${field}: ${message}.`);
    return [error.problem.detail, ...fields].join(" ");
  }
  if (error instanceof CovaraNetworkError || error instanceof TypeError) {
    return "The server cannot be reached.";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Whether the server does not know any more who asks. */
export const isSignedOut = (error: unknown): boolean => error instanceof CovaraError && error.status === 401;
