/** What is told of one creation. */
export interface Creation {
  /** Called with the row that the server has made. @returns whether the stream has told meanwhile that it left. */
  readonly made: (id: string) => boolean;
  /** It has its answer, whatever that is. */
  readonly settled: () => void;
}

/** The rows that wait. */
export interface HeldRows {
  /** A creation is sent whose id only the server knows. */
  begin(): Creation;
  /** The stream has told a row that was not there. */
  hold(id: string): void;
  /** The stream has told that a row left. */
  leave(id: string): void;
  has(id: string): boolean;
}

/**
 * Rows that the stream has told while creations are under way whose ids only the server knows. Each could be one of those: it would
 * be shown twice. So they wait until the creations that could be theirs have their answers.
 *
 * @param refresh Called with each row that may no longer wait.
 */
export function heldRows(refresh: (id: string) => void): HeldRows {
  /** What the stream has told during each creation that is under way: rows that came, and rows that left. */
  const underWay = new Set<{ readonly held: Set<string>; readonly left: Set<string> }>();
  return {
    begin: () => {
      const own = { held: new Set<string>(), left: new Set<string>() };
      underWay.add(own);
      return {
        made: (id) => {
          for (const { held } of underWay) held.delete(id);
          return own.left.has(id);
        },
        settled: () => {
          underWay.delete(own);
          for (const id of own.held) refresh(id);
        },
      };
    },
    hold: (id) => {
      for (const { held } of underWay) held.add(id);
    },
    leave: (id) => {
      for (const { held, left } of underWay) {
        held.delete(id);
        left.add(id);
      }
    },
    has: (id) => {
      for (const { held } of underWay) if (held.has(id)) return true;
      return false;
    },
  };
}
