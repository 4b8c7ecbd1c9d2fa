/** As much of a browser as React needs. Has to be imported before React and TanStack Query. */
import { type HTMLElement, Window } from "happy-dom";

const window = new Window({ url: "https://covara.test/" });

Object.assign(globalThis, {
  window: globalThis,
  document: window.document,
  location: window.location,
  HTMLElement: window.HTMLElement,
  HTMLIFrameElement: window.HTMLIFrameElement,
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  IS_REACT_ACT_ENVIRONMENT: true,
});

/** An empty element to render into. */
export function container(): HTMLElement {
  const element = window.document.createElement("div");
  window.document.body.append(element);
  return element;
}
