/** The objects that keep the messages of rooms, from one release to the next. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";

/** An error where their class would be deleted. @param hasClass Whether the history of classes in wrangler.toml has it. */
export const reportRooms = (channels: Model["channels"], hasClass: boolean): Diagnostic[] =>
  channels === null && hasClass
    ? [
        {
          code: "COV2105",
          severity: "error",
          message: "Without any channel, the messages of all rooms would be deleted.",
          path: [],
        },
      ]
    : [];
