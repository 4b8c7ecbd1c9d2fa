/** Components in the strict mode of React, which mounts each of them twice. */
import "./dom.ts";
import { act, createElement, type FunctionComponent, StrictMode } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { container } from "./dom.ts";

let roots: Root[] = [];

/** Takes away all that was rendered. Belongs behind each test. */
export async function unmountAll(): Promise<void> {
  await act(async () => {
    for (const root of roots) root.unmount();
  });
  roots = [];
}

export const strict = (component: FunctionComponent) =>
  createElement(StrictMode, null, createElement(component));

export async function render(component: FunctionComponent): Promise<Root> {
  const root = createRoot(container());
  roots.push(root);
  await act(async () => root.render(strict(component)));
  return root;
}

/** Has a page take over what a server has rendered. */
export async function hydrate(
  html: string,
  component: FunctionComponent,
): Promise<{ readonly element: ReturnType<typeof container>; readonly complaints: readonly unknown[] }> {
  const element = container();
  element.innerHTML = html;
  const complaints: unknown[] = [];
  await act(async () => {
    roots.push(
      hydrateRoot(element, strict(component), { onRecoverableError: (error) => complaints.push(error) }),
    );
  });
  return { element, complaints };
}

/** A component that calls a hook, with all that it gave. */
export function watching<Given>(hook: () => Given): {
  readonly component: FunctionComponent;
  readonly all: Given[];
} {
  const all: Given[] = [];
  return {
    all,
    component: () => {
      all.push(hook());
      return null;
    },
  };
}

/** Waits until something is true, with React's work done in between. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (roots.length === 0) throw new Error("The test is over.");
    await act(async () => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}
