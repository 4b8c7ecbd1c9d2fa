/** One todo, each part of which can be changed in its place. */
import { memo } from "react";
import type { Todo, TodoUpdate } from "../../../generated/client.ts";
import { Avatar } from "./avatar.tsx";
import { EditableText } from "./editable-text.tsx";
import { nameOf, usePeople } from "./people.ts";

const priorities = ["Low", "Normal", "High", "Urgent"] as const;

export interface TodoRowProps {
  readonly todo: Todo;
  readonly isMine: boolean;
  /** Whether the server has yet to answer a change of it. */
  readonly isPending: boolean;
  readonly update: (id: string, patch: TodoUpdate) => void;
  readonly remove: (id: string) => void;
  readonly openComments: (todo: Todo) => void;
}

/** Rows never change, so that one that is the same object need not be drawn again. */
export const TodoRow = memo(function TodoRow(props: TodoRowProps) {
  const { todo, isMine, isPending, update, remove, openComments } = props;
  const { id, title, done, priority, ownerId } = todo;
  const people = usePeople();
  return (
    <li className="row" data-done={done} data-pending={isPending}>
      <input
        type="checkbox"
        className="done"
        checked={done}
        aria-label={`Done: ${title}`}
        onChange={(event) => update(id, { done: event.target.checked })}
      />
      <EditableText
        className="title"
        label={`Title of ${title}`}
        value={title}
        maxLength={200}
        save={(text) => update(id, { title: text })}
      />
      <div className="fields">
        <span className="owner">
          <Avatar id={ownerId} />
          <span className="hidden">{isMine ? "Yours" : `Of ${nameOf(people, ownerId)}`}</span>
        </span>
        <select
          className="priority"
          data-priority={priority}
          aria-label={`Priority of ${title}`}
          value={priority}
          onChange={(event) => update(id, { priority: Number(event.target.value) })}
        >
          {priorities.map((text, value) => (
            <option key={text} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Assignee todo={todo} update={update} />
        <button type="button" className="quiet" onClick={() => openComments(todo)}>
          Comments<span className="hidden"> on {title}</span>
        </button>
        <button type="button" className="quiet danger" onClick={() => remove(id)}>
          Delete<span className="hidden"> {title}</span>
        </button>
      </div>
    </li>
  );
});

function Assignee({ todo, update }: Pick<TodoRowProps, "todo" | "update">) {
  const people = usePeople();
  const { id, title, assigneeId } = todo;
  return (
    <select
      className="assignee"
      aria-label={`Who does ${title}`}
      value={assigneeId ?? ""}
      onChange={(event) => update(id, { assigneeId: event.target.value || null })}
    >
      <option value="">Nobody yet</option>
      {/* Until everybody is known, the one who is chosen has no name. */}
      {assigneeId !== null && !people.has(assigneeId) && <option value={assigneeId}>…</option>}
      {[...people.values()].map((person) => (
        <option key={person.id} value={person.id}>
          {person.name}
        </option>
      ))}
    </select>
  );
}
