/** Errors about Durable Objects, and what they keep. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** @param fix What to do, where that is more than the catalogue says. */
export const objectsError = (
  code: Diagnostic["code"],
  path: readonly string[],
  message: string,
  fix?: string,
): Diagnostic => ({ code, severity: "error", message, path, ...(fix === undefined ? {} : { fix }) });
