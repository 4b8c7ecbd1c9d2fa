/** Short messages at the foot of the page, which screen readers read out: what went wrong, above all. Escape closes them. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

/** How long a message stays, in milliseconds, unless it is closed before. */
const patience = 10_000;

/** Messages that are shown at once. */
const most = 3;

interface Message {
  readonly key: number;
  readonly text: string;
  /** Whether it stays until it is taken away, and has no button. */
  readonly isNotice: boolean;
}

interface Messages {
  readonly show: (text: string) => void;
  /** Shows it until what this returns is called. */
  readonly post: (text: string) => () => void;
}

const Context = createContext<Messages | null>(null);

function useContextOf(): Messages {
  const messages = useContext(Context);
  if (messages === null) throw new Error("There is no <MessagesProvider> around this.");
  return messages;
}

/** What shows a message for a while. */
export const useMessages = (): Messages["show"] => useContextOf().show;

/** Shows a text for as long as it is one. */
export function useNotice(text: string | null): void {
  const { post } = useContextOf();
  useEffect(() => (text === null ? undefined : post(text)), [text, post]);
}

export function MessagesProvider({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const count = useRef(0);
  const close = (key: number) => setMessages((shown) => shown.filter((one) => one.key !== key));
  const context = useMemo<Messages>(() => {
    const add = (text: string, isNotice: boolean): number => {
      count.current += 1;
      const message = { key: count.current, text, isNotice };
      setMessages((shown) => [
        ...shown.filter((one) => one.isNotice),
        // What is said again is said once.
        ...shown.filter((one) => !one.isNotice && one.text !== text).slice(1 - most),
        message,
      ]);
      return message.key;
    };
    return {
      show: (text) => void add(text, false),
      post: (text) => {
        const key = add(text, true);
        return () => setMessages((shown) => shown.filter((one) => one.key !== key));
      },
    };
  }, []);
  const closeAll = useCallback(() => setMessages((shown) => shown.filter((one) => one.isNotice)), []);
  useEscape(
    messages.some((one) => !one.isNotice),
    closeAll,
  );
  return (
    <Context value={context}>
      {children}
      <div className="messages" role="status" aria-live="polite">
        {messages.map(({ key, text, isNotice }) =>
          isNotice ? (
            <p key={key} className="message notice">
              {text}
            </p>
          ) : (
            <Toast key={key} text={text} close={() => close(key)} />
          ),
        )}
      </div>
    </Context>
  );
}

/** Calls back when Escape is pressed, and nothing else on the page has taken it. */
function useEscape(isWanted: boolean, pressed: () => void): void {
  useEffect(() => {
    if (!isWanted) return;
    const keyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) pressed();
    };
    window.addEventListener("keydown", keyDown);
    return () => window.removeEventListener("keydown", keyDown);
  }, [isWanted, pressed]);
}

function Toast({ text, close }: { readonly text: string; readonly close: () => void }) {
  const end = useRef(close);
  useEffect(() => {
    end.current = close;
  });
  useEffect(() => {
    const timer = setTimeout(() => end.current(), patience);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="message">
      <p>{text}</p>
      <button type="button" className="quiet" onClick={close}>
        Close
      </button>
    </div>
  );
}
