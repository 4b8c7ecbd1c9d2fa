/** The objects that stream changes, from one release to the next. They keep nothing of the application's. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LiveModel } from "../model/types.ts";
import { objectsError } from "./objects-error.ts";

const message =
  "No resource is live any more, so all streams would end, and the class of their objects would be deleted.";

/** An error where their class would be deleted. @param hasClass Whether the history of classes in wrangler.toml has it. */
export const reportStreams = (live: LiveModel | null, hasClass: boolean): Diagnostic[] =>
  live === null && hasClass ? [objectsError("COV1905", [], message)] : [];
