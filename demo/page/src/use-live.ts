/** A live store for as long as a component shows it. */
import { useEffect, useState, useSyncExternalStore } from "react";

interface Store<Snapshot> {
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  close(): void;
}

const never = () => () => undefined;
const nothing = () => null;

/**
 * Opens a store and follows it. The connection ends with the component, or where another store takes its place.
 *
 * @param open Opens the store: a function of `useCallback`, as each other one opens another store.
 * @returns null for both before the first effect.
 */
export function useLive<Snapshot, Own extends Store<Snapshot>>(
  open: () => Own & Store<Snapshot>,
): { readonly store: Own | null; readonly snapshot: Snapshot | null } {
  const [store, setStore] = useState<(Own & Store<Snapshot>) | null>(null);
  useEffect(() => {
    const own = open();
    setStore(own);
    return () => {
      setStore(null);
      own.close();
    };
  }, [open]);
  const snapshot = useSyncExternalStore<Snapshot | null>(
    store?.subscribe ?? never,
    store?.getSnapshot ?? nothing,
  );
  return { store, snapshot };
}
