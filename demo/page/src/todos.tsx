/** The todos of a list, as they are on the server, with what is being changed here. */
import type { Live } from "covara/react";
import { useCallback, useRef } from "react";
import type { List, Todo, TodosLive } from "../../../generated/client.ts";
import { NewTodo } from "./new-todo.tsx";
import type { Me } from "./session.ts";
import { TodoRow } from "./todo-row.tsx";

export interface TodosProps {
  readonly me: Me;
  /** Null for the todos of all lists. */
  readonly list: List | null;
  readonly todos: Live<TodosLive>;
  readonly openComments: (todo: Todo) => void;
  readonly isInert: boolean;
}

export function Todos({ me, list, todos, openComments, isInert }: TodosProps) {
  const input = useRef<HTMLInputElement>(null);
  const { items, status, pending, hasMore, update } = todos;
  const remove = useCallback(
    (id: string): void => {
      todos.delete(id);
      input.current?.focus();
    },
    [todos.delete],
  );
  const isLoaded = status !== "loading" && (status !== "offline" || items.length > 0);
  return (
    <main className="todos" inert={isInert} aria-busy={!isLoaded}>
      <h2>{list?.name ?? "All todos"}</h2>
      <NewTodo
        input={input}
        add={(title) => todos.create({ title, listId: list?.id ?? null }, { ownerId: me.id })}
      />
      {isLoaded && items.length === 0 && (
        <p className="empty">
          Nothing to do that you may see. Whoever owns a todo sees it, whoever it is assigned to, and admins.
        </p>
      )}
      <ul className="rows" aria-label="Todos">
        {items.map((todo) => (
          <TodoRow
            key={todo.id}
            todo={todo}
            isMine={todo.ownerId === me.id}
            isPending={pending.has(todo.id)}
            update={update}
            remove={remove}
            openComments={openComments}
          />
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="more" onClick={() => todos.loadMore()}>
          Show more
        </button>
      )}
    </main>
  );
}
