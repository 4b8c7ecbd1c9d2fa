/** What goes on while a stream is open: signs of life, and the question whether the caller still is who they were. */
import type { Identity } from "../http/context.ts";
import { type EventWriter, keepaliveInterval } from "./sse.ts";

/** Milliseconds between looks at who the caller is. A stream of somebody who was signed out ends within 30 seconds. */
const identityInterval = 25_000;

/** Signs of life between which a client may read nothing of what waits for it, before it counts as gone. */
const maxUnread = 4;

interface Watched<User> {
  readonly user: User;
  readonly identify?: (() => User | Promise<User>) | undefined;
}

interface Watch {
  /** The id to go on from where the connection is lost now; null where the client has it already. */
  readonly id: () => string | null;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes a comment every 15 seconds, with the latest id, and ends the stream once the caller is not the same any more: whoever
 * comes back with a changed role is told to read everything anew.
 */
export function watch<User extends Identity | null>(
  writer: EventWriter,
  source: { ping(): void },
  { user, identify }: Watched<User>,
  { id, failed }: Watch,
): void {
  let unread = 0;
  let { read } = writer;
  const keepalive = setInterval(() => {
    unread = writer.isWaiting && writer.read === read ? unread + 1 : 0;
    read = writer.read;
    if (unread > maxUnread) return writer.abort();
    const latest = id();
    if (!writer.isFull) writer.write(`: keepalive\n${latest === null ? "" : `id: ${latest}\n`}\n`);
    source.ping();
  }, keepaliveInterval);
  writer.gone.addEventListener("abort", () => clearInterval(keepalive), { once: true });

  watchIdentity({ user, identify }, { signal: writer.gone, changed: () => writer.close(), failed });
}

/** What becomes of a connection. */
interface IdentityWatch {
  /** Aborted once the connection has ended. */
  readonly signal: AbortSignal;
  /** The caller is not who they were. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** Asks every 25 seconds who the caller is. */
export function watchIdentity<User extends Identity | null>(
  { user, identify }: Watched<User>,
  { signal, changed, failed }: IdentityWatch,
): void {
  if (identify === undefined || user === null) return;
  const before = JSON.stringify(user);
  const check = async (): Promise<void> => {
    try {
      if (JSON.stringify(await identify()) !== before) changed();
    } catch (error) {
      failed(error);
    }
  };
  const checks = setInterval(() => void check(), identityInterval);
  signal.addEventListener("abort", () => clearInterval(checks), { once: true });
}
