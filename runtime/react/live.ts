/** Live lists as hooks. */
"use client";

import { hashKey } from "@tanstack/react-query";
import type { LiveSnapshot, LiveStore } from "../client/index.ts";
import { type Live, type OnError, useStore } from "./store.ts";

/**
 * Follows a live list while the component is there. Components that ask for the same share one list, and its connection.
 *
 * @param resource The resource's part of the client.
 * @param open Opens the list: it depends on nothing but what it is given.
 */
export function useLive<
  Resource extends object,
  Options extends { readonly onError?: OnError },
  List extends LiveStore<unknown>,
>(
  resource: Resource,
  options: Options | undefined,
  open: (resource: Resource, options: Options) => List,
): Live<List> {
  const { onError, ...asked } = options ?? ({} as Options);
  // Options that are written in place are another object each time: what they say is compared.
  const key = hashKey([asked]);
  const rows = unread as ReturnType<List["getSnapshot"]>;
  return useStore(resource, key, () => open(resource, asked as Options), rows, onError);
}

const unread: LiveSnapshot<never> = {
  items: [],
  status: "loading",
  hasMore: false,
  error: null,
  pending: new Set(),
};
