/** An application that the matrix is run against. */
import type { Row, Rows, User } from "./rows.ts";

export interface Reply {
  readonly status: number;
  /** Of the header `Location`. */
  readonly location: string | null;
  /** Whether it is the answer that the request got before, by its `Idempotency-Key`. */
  readonly replayed: boolean;
  readonly text: string;
}

export interface Subject {
  /** Sends a request as a caller. The path starts with the base path. */
  send(
    user: User | null,
    method: string,
    path: string,
    json?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  /** All rows, by the key of their resource. */
  dump(): Promise<Record<string, Row[]>>;
  /** Makes the rows those given, and no others. */
  reset(rows: Rows): Promise<void>;
}
