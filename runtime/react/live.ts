/** Live lists as hooks. */
"use client";

import { hashKey } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { LiveSnapshot, LiveStore } from "../client/index.ts";

/** A live list in a component: what it is now, and what can be done to it. */
export type Live<List extends LiveStore<unknown>> = ReturnType<List["getSnapshot"]> &
  Omit<List, "getSnapshot" | "subscribe" | "close">;

/** The settings of a live list that do not say which rows are meant. */
interface Told {
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Follows a live list while the component is there. Components that ask for the same share one list, and its connection.
 *
 * @param resource The resource's part of the client.
 * @param open Opens the list: it depends on nothing but what it is given.
 */
export function useLive<Resource extends object, Options extends Told, List extends LiveStore<unknown>>(
  resource: Resource,
  options: Options | undefined,
  open: (resource: Resource, options: Options) => List,
): Live<List> {
  const { onError, ...asked } = options ?? ({} as Options);
  // Options that are written in place are another object each time: what they say is compared.
  const key = hashKey([asked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the options, and all ways to open are the same.
  const list = useMemo(() => shared(resource, key, () => open(resource, asked as Options)), [resource, key]);
  const now = useSyncExternalStore(list.subscribe, list.getSnapshot, () => unread);
  const told = useRef(onError);
  useEffect(() => {
    told.current = onError;
  });
  const acts = useMemo(() => telling(list, () => told.current), [list]);
  return useMemo(() => ({ ...now, ...acts }), [now, acts]) as Live<List>;
}

/** What a server shows, and a page until it has taken over what the server has shown. */
const unread: LiveSnapshot<never> = {
  items: [],
  status: "loading",
  hasMore: false,
  error: null,
  pending: new Set(),
};

/** The lists that somebody holds: by the resource's part of a client, and by what is asked for. */
const lists = new WeakMap<object, Map<string, WeakRef<LiveStore<unknown>>>>();

/** The list that others have open, or a new one. Nobody has to give it back: components and its connection hold it. */
function shared<List extends LiveStore<unknown>>(resource: object, key: string, open: () => List): List {
  const known = lists.get(resource) ?? new Map<string, WeakRef<LiveStore<unknown>>>();
  lists.set(resource, known);
  const found = known.get(key)?.deref();
  // One that the server has ended stays so: who comes later tries anew.
  if (found !== undefined && found.getSnapshot().status !== "closed") return found as List;
  for (const [other, list] of known) if (list.deref() === undefined) known.delete(other);
  const list = open();
  known.set(key, new WeakRef(list));
  return list;
}

/** What can be done to a list. Whoever asked to be told of refused writes need not look at each promise as well. */
function telling(list: object, onError: () => Told["onError"]): object {
  const { getSnapshot, subscribe, close, ...acts } = list as LiveStore<unknown>;
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
