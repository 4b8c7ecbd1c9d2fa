/** What is said of a todo. */
import { useLiveComments } from "../../../generated/react.ts";
import { describe } from "./errors.ts";
import { useMessages } from "./messages.tsx";
import type { Me } from "./session.ts";
import { Say, Talk } from "./talk.tsx";

export function Comments({ me, todoId }: { readonly me: Me; readonly todoId: string }) {
  const show = useMessages();
  const comments = useLiveComments({
    where: { todoId },
    orderBy: ["createdAt"],
    select: ["body", "authorId", "createdAt"],
    onError: (error) => show(`Taken back. ${describe(error)}`),
  });
  const { items, status, pending } = comments;
  return (
    <>
      <Talk
        label="Comments"
        all={
          status === "live" || items.length > 0
            ? items.map(({ id, body, authorId, createdAt }) => ({
                key: id,
                who: authorId,
                at: createdAt,
                text: body,
                isPending: pending.has(id),
                remove: authorId === me.id || me.role === "admin" ? () => comments.delete(id) : undefined,
              }))
            : null
        }
      />
      <Say
        label="Your comment"
        maxLength={5_000}
        say={(body) => comments.create({ todoId, body }, { authorId: me.id })}
      />
    </>
  );
}
