/** What the engine must know of a structure besides its commands. */
export interface Structure {
  /** The name that a key's row carries: `"hash"`. */
  readonly type: string;
  /**
   * The statements that make its tables, by format: the first list makes format 1, each further one turns stored
   * data into the next. Append only: objects that have not run for years pass through all of them.
   */
  readonly formats: readonly (readonly string[])[];
  /** The table of the members of a key, whose first column `id` is the key's surrogate. */
  readonly table: string;
  /** The other columns of that table. */
  readonly columns: readonly string[];
}
