/** Which hubs hear of which changes. */
import { hubName } from "./hub-socket.ts";
import { partitionsOf } from "./partition.ts";
import type { Change, Log } from "./types.ts";

/**
 * The changes for each hub, in their order.
 *
 * @param hubs Names of those that have listeners.
 */
export function routeChanges(
  log: Log,
  changes: readonly Change[],
  hubs: readonly string[],
): ReadonlyMap<string, readonly Change[]> {
  const parts = new Map<string, Change[]>();
  for (const change of changes) {
    for (const hub of hubsOf(log, change, hubs)) {
      const part = parts.get(hub);
      if (part === undefined) parts.set(hub, [change]);
      else part.push(change);
    }
  }
  return parts;
}

function hubsOf(log: Log, change: Change, hubs: readonly string[]): ReadonlySet<string> {
  const concerned = new Set<string>();
  const isReset = change.before === null && change.after === null;
  for (const { name, by } of log[change.table]?.streams ?? []) {
    if (by === undefined || isReset) {
      for (const hub of hubs) if (hub.startsWith(`${name}/`)) concerned.add(hub);
      continue;
    }
    const partitions = [...partitionsOf(change.before, by), ...partitionsOf(change.after, by)];
    for (const partition of [null, ...partitions]) concerned.add(hubName(name, partition));
  }
  return concerned;
}
