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
  addEventListener(type: string, listener: () => void, options: { signal: AbortSignal }): void;
}

/** @param signal Ends it. */
export function watchPage({ online, offline, visible }: PageHandlers, signal: AbortSignal): void {
  const { document } = globalThis as { document?: Target & { readonly visibilityState: string } };
  if (document === undefined) return;
  const window = globalThis as unknown as Target;
  const options = { signal };
  window.addEventListener("online", online, options);
  window.addEventListener("offline", offline, options);
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.visibilityState === "visible") visible();
    },
    options,
  );
}
