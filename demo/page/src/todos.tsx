/** The todos of a list, as they are on the server, with what is being changed here. */
import type { LiveSnapshot } from "covara/client";
import { useCallback, useRef } from "react";
import type { List, Todo, TodosLive, TodoUpdate } from "../../../generated/client.ts";
import { NewTodo } from "./new-todo.tsx";
import type { Me } from "./session.ts";
import { TodoRow } from "./todo-row.tsx";

export interface TodosProps {
  readonly me: Me;
  /** Null for the todos of all lists. */
  readonly list: List | null;
  readonly store: TodosLive | null;
  readonly snapshot: LiveSnapshot<Todo> | null;
  readonly openComments: (todo: Todo) => void;
  readonly isInert: boolean;
}

/** The store tells `onError` of what is refused; nobody else has to hear of it. */
const told = (): void => undefined;

export function Todos({ me, list, store, snapshot, openComments, isInert }: TodosProps) {
  const input = useRef<HTMLInputElement>(null);
  const update = useCallback(
    (id: string, patch: TodoUpdate): void => void store?.update(id, patch).catch(told),
    [store],
  );
  const remove = useCallback(
    (id: string): void => {
      store?.delete(id).catch(told);
      input.current?.focus();
    },
    [store],
  );
  const isLoaded = snapshot !== null && (snapshot.status !== "loading" || snapshot.items.length > 0);
  return (
    <main className="todos" inert={isInert} aria-busy={!isLoaded}>
      <h2>{list?.name ?? "All todos"}</h2>
      <NewTodo
        input={input}
        add={(title) =>
          store?.create({ title, listId: list?.id ?? null }, { ownerId: me.id }) ?? Promise.resolve(null)
        }
      />
      {isLoaded && snapshot.items.length === 0 && (
        <p className="empty">
          Nothing to do that you may see. Whoever owns a todo sees it, whoever it is assigned to, and admins.
        </p>
      )}
      <ul className="rows" aria-label="Todos">
        {snapshot?.items.map((todo) => (
          <TodoRow
            key={todo.id}
            todo={todo}
            isMine={todo.ownerId === me.id}
            isPending={snapshot.pending.has(todo.id)}
            update={update}
            remove={remove}
            openComments={openComments}
          />
        ))}
      </ul>
      {snapshot?.hasMore === true && (
        <button type="button" className="more" onClick={() => store?.loadMore()}>
          Show more
        </button>
      )}
    </main>
  );
}
