/** A line for a new todo. */
import { type FormEvent, type RefObject, useId, useState } from "react";

export interface NewTodoProps {
  readonly input: RefObject<HTMLInputElement | null>;
  /** Rejects where the todo is refused. */
  readonly add: (title: string) => Promise<unknown>;
}

export function NewTodo({ input, add }: NewTodoProps) {
  const id = useId();
  const [title, setTitle] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTitle("");
    // It is on the board at once. What is refused comes back here, unless something else is being written.
    add(title).catch(() => setTitle((now) => (now === "" ? title : now)));
  };
  return (
    <form className="new-todo" onSubmit={submit}>
      <label htmlFor={id} className="hidden">
        New todo
      </label>
      <input
        ref={input}
        id={id}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder="What is there to do?"
        maxLength={200}
        required
        autoComplete="off"
      />
      <button type="submit" className="primary">
        Add
      </button>
    </form>
  );
}
