/** Commands that give out what they delete or replace. */

/**
 * What an earlier config stored may not fit the type that is declared now. A caller who cannot read it must not be the
 * last who could: so the command fails inside the object, and is undone.
 */
export interface Taking {
  readonly commands: readonly string[];
  /**
   * Reads a text of the reply.
   *
   * @throws KVError `INVALID_VALUE`
   */
  read(text: string): unknown;
}

/** Reads every text of a reply: a text, a list of them, or pairs of a member and its score. */
export function readTaken(reply: unknown, taking: Taking): void {
  if (typeof reply === "string") taking.read(reply);
  else if (Array.isArray(reply)) for (const item of reply) readTaken(item, taking);
}
