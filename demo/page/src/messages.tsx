/** Short messages at the foot of the page, which screen readers read out: what went wrong, above all. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";

/** How long a message stays, in milliseconds, unless it is closed before. */
const patience = 10_000;

interface Message {
  readonly key: number;
  readonly text: string;
}

const Context = createContext<(text: string) => void>(() => {
  throw new Error("There is no <MessagesProvider> around this.");
});

/** What shows a message. */
export const useMessages = (): ((text: string) => void) => useContext(Context);

export function MessagesProvider({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const count = useRef(0);
  const show = useCallback((text: string) => {
    count.current += 1;
    const message = { key: count.current, text };
    setMessages((shown) => [...shown.filter((one) => one.text !== text), message].slice(-3));
  }, []);
  const close = useCallback((key: number) => {
    setMessages((shown) => shown.filter((one) => one.key !== key));
  }, []);
  return (
    <Context.Provider value={show}>
      {children}
      <div className="messages" role="status" aria-live="polite">
        {messages.map(({ key, text }) => (
          <Toast key={key} text={text} close={() => close(key)} />
        ))}
      </div>
    </Context.Provider>
  );
}

function Toast({ text, close }: { readonly text: string; readonly close: () => void }) {
  const end = useRef(close);
  end.current = close;
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
