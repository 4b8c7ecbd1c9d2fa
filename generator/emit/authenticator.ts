/** Where emitted files find what tells who makes a request. */
import { hasTickets } from "../model/live-tickets.ts";
import type { AuthModel, Model } from "../model/types.ts";
import type { SourceFile } from "./source-file.ts";

/** Name of the function that also takes tickets; in `tickets.ts`. */
export const redeemerName = "authenticateOrRedeem";

/**
 * The name in a file of the function that tells who makes a request, by credentials or a ticket.
 *
 * @param userModule The path of a module of the user's relative to the file.
 * @param up From the file to the output folder.
 */
export const authenticator = (
  file: SourceFile,
  model: Pick<Model, "live" | "channels">,
  auth: AuthModel,
  userModule: (path: string) => string,
  up: "./" | "../" = "./",
): string =>
  hasTickets({ ...model, auth })
    ? file.use(`${up}tickets.js`, redeemerName)
    : recogniser(file, auth, userModule, up);

/** The same by credentials alone: the function of the user's own module, or of what is emitted. */
export function recogniser(
  file: SourceFile,
  auth: AuthModel,
  userModule: (path: string) => string,
  up: "./" | "../" = "./",
): string {
  const [first, ...others] = auth.providers;
  return first?.type === "custom" && others.length === 0
    ? file.useDefault(userModule(first.module), "authenticate")
    : file.use(`${up}auth.js`, "authenticate");
}
