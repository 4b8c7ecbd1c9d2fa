/** The errors of the key-value stores. */

/** What went wrong, in a word. */
export type KVErrorCode =
  /** The key holds another structure, left by an earlier version of the config. */
  | "WRONGTYPE"
  /** The stored text, or the result, is not an integer within ±(2^53 − 1). */
  | "NOT_AN_INTEGER"
  /** The stored text, or the result, is not a finite number. */
  | "NOT_A_FLOAT"
  /** An index, an offset or a time lies outside of what is possible. */
  | "OUT_OF_RANGE"
  | "NO_SUCH_KEY"
  /** An argument has the wrong type, or arguments contradict each other. */
  | "INVALID_ARGUMENT"
  /** A text holds half of a surrogate pair. */
  | "INVALID_TEXT"
  /** A value does not fit the type that the store declares. */
  | "INVALID_VALUE"
  | "INVALID_CURSOR"
  /** More than 1,024 bytes of UTF-8. */
  | "KEY_TOO_LARGE"
  /** A field or member over 16 KiB, or a value over 1,900,000 bytes of UTF-8. */
  | "VALUE_TOO_LARGE"
  /** The keys live in different objects. */
  | "CROSSSLOT"
  /** The object runs another version of the Worker, which does not know the command, or data that a newer one wrote. */
  | "VERSION_MISMATCH"
  /** A function of the config failed; everything it wrote was undone. */
  | "FUNCTION_FAILED"
  /** The object's database is full. Reading and deleting still work. */
  | "FULL"
  /** The object has more to do than it can. Do not retry: that would make it worse. */
  | "OVERLOADED"
  /** The object could not be reached, or was restarted meanwhile. The commands may have run or not. */
  | "UNAVAILABLE"
  /** A fault in Covara or SQLite. */
  | "INTERNAL";

/**
 * A command that failed. Nothing of it was written, unless the code is `UNAVAILABLE`, when it may have run, or it was the
 * reply that did not fit the declared type.
 */
export class KVError extends Error {
  override readonly name: string = "KVError";
  readonly code: KVErrorCode;

  constructor(code: KVErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /**
   * Whether the same call may succeed if it is made again. Reads can be repeated freely; a write such as `incr` may
   * then count twice.
   */
  get retryable(): boolean {
    return this.code === "UNAVAILABLE";
  }
}

/** A `multi` that failed: nothing of it was written. */
export class MultiError extends KVError {
  override readonly name = "MultiError";
  /** Which of the queued commands failed, from 0. */
  readonly index: number;
  override readonly cause: KVError;

  constructor(index: number, cause: KVError) {
    super(cause.code, `Command ${index} of the multi failed, and all of it was undone. ${cause.message}`);
    this.index = index;
    this.cause = cause;
  }
}

/** An error as data, for the way back from the object. */
export interface KVFailure {
  readonly code: KVErrorCode;
  readonly message: string;
}
