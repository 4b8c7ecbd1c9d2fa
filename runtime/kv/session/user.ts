import { checkText, maxKeyBytes, utf8Length } from "../checks.ts";
import { KVError } from "../errors.ts";

/**
 * The user of a session.
 *
 * @throws KVError `INVALID_ARGUMENT`, `INVALID_TEXT`, `KEY_TOO_LARGE`
 */
export function checkUser(user: unknown): string {
  const id = checkText(user, "The user");
  // An id that is missing somewhere must not make one user of many.
  if (id === "") throw new KVError("INVALID_ARGUMENT", "The user must not be empty.");
  if (utf8Length(id) > maxKeyBytes) {
    throw new KVError(
      "KEY_TOO_LARGE",
      `The user takes ${utf8Length(id)} bytes; ${maxKeyBytes} is the limit.`,
    );
  }
  return id;
}
