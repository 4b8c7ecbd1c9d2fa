/** A game that the application plays on the key-value stores, by the routes of demo/routes.ts. */
import { useCallback, useEffect, useState } from "react";
import { useClient } from "../../../generated/react.ts";
import { describe } from "./errors.ts";
import { send } from "./http.ts";
import { useMessages } from "./messages.tsx";
import { nameOf, usePeople } from "./people.ts";
import type { Me } from "./session.ts";

interface Leaders {
  readonly leaders: readonly { readonly member: string; readonly score: number }[];
  /** Who played last, the newest first. */
  readonly recent: readonly string[];
}

const board = "/api/board/finishers";

/** Milliseconds between looks at the scores: stores are not live. */
const pace = 5_000;

export function Leaders({ me, failed }: { readonly me: Me; readonly failed: (error: unknown) => void }) {
  const client = useClient();
  const people = usePeople();
  const show = useMessages();
  const [found, setFound] = useState<Leaders | null>(null);
  const [visits, setVisits] = useState<number | null>(null);

  const load = useCallback(async () => setFound(await send<Leaders>("GET", `${board}/leaders`)), []);
  useEffect(() => {
    send<{ visits: number }>("POST", "/api/board/visits/leaders")
      .then((counted) => setVisits(counted.visits))
      .catch(failed);
    load().catch(failed);
    // A look that fails is followed by the next one.
    const timer = setInterval(() => load().catch(() => undefined), pace);
    return () => clearInterval(timer);
  }, [load, failed]);

  const play = async (): Promise<void> => {
    try {
      const score = await client.todos.count({ where: { ownerId: me.id, done: true } });
      const { place } = await send<{ place: number }>("POST", `${board}/scores`, { score });
      await load();
      show(`${score} of your todos are done: that is place ${place}.`);
    } catch (error) {
      show(describe(error));
    }
  };

  return (
    <div className="leaders">
      <p>Whoever has done the most of their own todos leads.</p>
      <button type="button" className="primary" onClick={play}>
        Count mine
      </button>
      {found?.leaders.length === 0 && <p className="empty">Nobody has counted yet.</p>}
      <ol aria-label="Leaders">
        {found?.leaders.map(({ member, score }) => (
          <li key={member} data-me={member === me.id}>
            <span>{nameOf(people, member)}</span> <strong>{score}</strong>
          </li>
        ))}
      </ol>
      {visits !== null && <p className="visits">Opened {visits === 1 ? "once" : `${visits} times`}.</p>}
    </div>
  );
}
