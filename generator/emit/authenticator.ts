/** Where emitted files find what tells who makes a request. */
import type { AuthModel } from "../model/types.ts";
import type { SourceFile } from "./source-file.ts";

/**
 * The function's name in a file: of the user's own module, or of what is emitted.
 *
 * @param userModule The path of a module of the user's relative to the file.
 * @param up From the file to the output folder.
 */
export function authenticator(
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
