/** Nobody, or somebody and their board. */
import { useCallback, useEffect, useState } from "react";
import { Board } from "./board.tsx";
import { describe } from "./errors.ts";
import { useMessages } from "./messages.tsx";
import { type Me, signOut, whoAmI } from "./session.ts";
import { SignIn } from "./sign-in.tsx";

export function App() {
  const show = useMessages();
  /** Undefined until the server has said it. */
  const [me, setMe] = useState<Me | null>();

  useEffect(() => {
    let isWanted = true;
    whoAmI()
      .then((user) => isWanted && setMe(user))
      .catch((error: unknown) => {
        if (!isWanted) return;
        show(describe(error));
        setMe(null);
      });
    return () => {
      isWanted = false;
    };
  }, [show]);

  const leave = useCallback(async () => {
    try {
      await signOut();
      setMe(null);
    } catch (error) {
      show(`You are still signed in. ${describe(error)}`);
    }
  }, [show]);
  const expired = useCallback(() => {
    show("You are signed out.");
    setMe(null);
  }, [show]);

  if (me === undefined) return <p className="starting">One moment …</p>;
  if (me === null) return <SignIn signedIn={setMe} />;
  return <Board key={me.id} me={me} leave={leave} expired={expired} />;
}
