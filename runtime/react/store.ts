/** Live stores in components. */
"use client";

import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { LiveStatus } from "../client/index.ts";

/** What all live stores have. */
export interface AnyStore {
  getSnapshot(): { readonly status: LiveStatus };
  subscribe(listener: () => void): () => void;
  refetch(): void;
  close(): void;
}

/** A live store in a component: what it is now, and what can be done to it. */
export type Live<Store extends AnyStore> = ReturnType<Store["getSnapshot"]> &
  Omit<Store, "getSnapshot" | "subscribe" | "close">;

/** Is told of each write that the server refuses, or that does not reach it. */
export type OnError = ((error: unknown) => void) | undefined;

/**
 * Follows a live store while the component is there. Components that ask for the same share one, and its connection.
 *
 * @param part The part of the client that opens it.
 * @param key Says what is asked for: whoever gives the same key means the same store.
 * @param unread What a server shows, and a page until it has taken over what the server has shown.
 */
export function useStore<Store extends AnyStore>(
  part: object,
  key: string,
  open: () => Store,
  unread: ReturnType<Store["getSnapshot"]>,
  onError: OnError,
): Live<Store> {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what is opened.
  const store = useMemo(() => shared(part, key, open), [part, key]);
  const now = useSyncExternalStore(store.subscribe, store.getSnapshot, () => unread);
  const told = useRef(onError);
  useEffect(() => {
    told.current = onError;
  });
  const acts = useMemo(() => telling(store, () => told.current), [store]);
  return useMemo(() => ({ ...now, ...acts }), [now, acts]) as Live<Store>;
}

/** The stores that somebody holds: by the part of a client that opens them, and by what is asked for. */
const stores = new WeakMap<object, Map<string, WeakRef<AnyStore>>>();

/** The store that others have open, or a new one. Nobody has to give it back: components and its connection hold it. */
function shared<Store extends AnyStore>(part: object, key: string, open: () => Store): Store {
  const known = stores.get(part) ?? new Map<string, WeakRef<AnyStore>>();
  stores.set(part, known);
  const found = known.get(key)?.deref();
  // One that the server has ended stays so: who comes later tries anew.
  if (found !== undefined && found.getSnapshot().status !== "closed") return found as Store;
  for (const [other, store] of known) if (store.deref() === undefined) known.delete(other);
  const store = open();
  known.set(key, new WeakRef(store));
  return store;
}

/** What can be done to a store. Whoever asked to be told of refused writes need not look at each promise as well. */
function telling(store: AnyStore, onError: () => OnError): object {
  const { getSnapshot, subscribe, close, ...acts } = store;
  return Object.fromEntries(
    Object.entries(acts).map(([name, act]: [string, (...given: unknown[]) => unknown]) => [
      name,
      (...given: unknown[]) => {
        const result = act(...given);
        if (result instanceof Promise && onError() !== undefined) {
          result.catch((error: unknown) => onError()?.(error));
        }
        return result;
      },
    ]),
  );
}
