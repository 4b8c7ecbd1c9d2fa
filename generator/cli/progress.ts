import type { Terminal } from "./terminal.ts";

/** Milliseconds of silence before progress shows. */
const PATIENCE = 1000;

/** A line on standard error that says what a long step is doing, and goes when it is done. */
export interface Progress {
  /** Names the step that begins. */
  phase(text: string): void;
  /** Clears the line. */
  end(): void;
}

/** Progress for a run that starts now: shown on a terminal only, and only once the run has taken a second. */
export function startProgress(terminal: Terminal): Progress {
  if (!terminal.live) return { phase: () => {}, end: () => {} };
  const start = performance.now();
  let current = "";
  let shown = false;
  const show = () => {
    terminal.err(`\r\u001B[2K${current} …`);
    shown = true;
  };
  const timer = setTimeout(show, PATIENCE);
  timer.unref();
  return {
    phase(text) {
      current = text;
      // A step that keeps the thread busy lets no timer fire, so each new step looks at the clock too.
      if (shown || performance.now() - start > PATIENCE) show();
    },
    end() {
      clearTimeout(timer);
      if (shown) terminal.err("\r\u001B[2K");
    },
  };
}
