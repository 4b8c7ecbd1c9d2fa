/** What a page knows of its own connection. Outside of browsers there is nothing to hear. */

/** What a page tells. */
export interface PageHandlers {
  readonly online: () => void;
  readonly offline: () => void;
  /** The page is looked at again: it may have been asleep. */
  readonly visible: () => void;
}

/** As much of a browser as is needed; the types of Workers and Node have none. */
interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** @returns what ends it. */
export function watchPage({ online, offline, visible }: PageHandlers): () => void {
  const { document } = globalThis as { document?: Target & { readonly visibilityState: string } };
  if (document === undefined) return () => undefined;
  const window = globalThis as unknown as Target;
  const shown = (): void => {
    if (document.visibilityState === "visible") visible();
  };
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);
  document.addEventListener("visibilitychange", shown);
  return () => {
    window.removeEventListener("online", online);
    window.removeEventListener("offline", offline);
    document.removeEventListener("visibilitychange", shown);
  };
}
