/** How hooks get at the client. */
"use client";

import { createContext, createElement, type ReactNode, useContext } from "react";

export interface ProviderProps<Client> {
  /** Made once, outside of components or in state: everything below starts anew with another one. */
  readonly client: Client;
  readonly children?: ReactNode;
}

/** The provider of a client, and the hook that gives it. */
export function clientContext<Client>(): {
  readonly CovaraProvider: (props: ProviderProps<Client>) => ReactNode;
  readonly useClient: () => Client;
} {
  const context = createContext<Client | null>(null);
  return {
    CovaraProvider: ({ client, children }) => createElement(context.Provider, { value: client }, children),
    useClient: () => {
      const client = useContext(context);
      if (client !== null) return client;
      throw new Error(
        "There is no client here: put <CovaraProvider client={…}> around what calls its hooks.",
      );
    },
  };
}
