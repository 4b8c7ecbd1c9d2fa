/** What is said of a todo. */
import { useCallback } from "react";
import { client } from "./client.ts";
import { describe } from "./errors.ts";
import { useMessages } from "./messages.tsx";
import type { Me } from "./session.ts";
import { Say, Talk } from "./talk.tsx";
import { useLive } from "./use-live.ts";

/** The store tells `onError` of what is refused; nobody else has to hear of it. */
const told = (): void => undefined;

export function Comments({ me, todoId }: { readonly me: Me; readonly todoId: string }) {
  const show = useMessages();
  const open = useCallback(
    () =>
      client.comments.live({
        where: { todoId },
        orderBy: ["createdAt"],
        select: ["body", "authorId", "createdAt"],
        onError: (error) => show(`Taken back. ${describe(error)}`),
      }),
    [todoId, show],
  );
  const { store, snapshot } = useLive(open);
  const isLoaded = snapshot !== null && (snapshot.status === "live" || snapshot.items.length > 0);
  return (
    <>
      <Talk
        label="Comments"
        all={
          isLoaded
            ? snapshot.items.map(({ id, body, authorId, createdAt }) => ({
                key: id,
                who: authorId,
                at: createdAt,
                text: body,
                isPending: snapshot.pending.has(id),
                remove:
                  authorId === me.id || me.role === "admin"
                    ? () => void store?.delete(id).catch(told)
                    : undefined,
              }))
            : null
        }
      />
      <Say
        label="Your comment"
        maxLength={5_000}
        say={(body) => store?.create({ todoId, body }, { authorId: me.id }) ?? Promise.resolve(null)}
      />
    </>
  );
}
