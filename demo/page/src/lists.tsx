/** The lists at the side, one of which is shown. */
import { type FormEvent, useCallback, useEffect, useId, useState } from "react";
import type { List } from "../../../generated/client.ts";
import { useClient } from "../../../generated/react.ts";

/**
 * All lists by name, read again whenever the window comes to the front. They are not live: browsers have six connections to a server
 * that speaks HTTP/1.1, as that of the demo does, and each window has one for todos and one for its panel.
 */
export function useLists(failed: (error: unknown) => void): {
  readonly lists: readonly List[];
  /** @returns its id; null where it was refused. */
  readonly addList: (name: string) => Promise<string | null>;
} {
  const client = useClient();
  const [lists, setLists] = useState<readonly List[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (): Promise<void> => {
      try {
        const found: List[] = [];
        const rows = client.lists.paginate({ orderBy: ["name"], limit: 100, signal });
        for await (const list of rows) found.push(list);
        setLists(found);
      } catch (error) {
        if (!signal.aborted) failed(error);
      }
    };
    load();
    window.addEventListener("focus", load, { signal });
    return () => controller.abort();
  }, [client, failed]);

  const addList = useCallback(
    async (name: string) => {
      try {
        const list = await client.lists.create({ name });
        setLists((others) => [...others, list].sort((a, b) => a.name.localeCompare(b.name)));
        return list.id;
      } catch (error) {
        failed(error);
        return null;
      }
    },
    [client, failed],
  );
  return { lists, addList };
}

export interface ListsProps {
  readonly lists: readonly List[];
  /** Null for the todos of all lists. */
  readonly selected: string | null;
  readonly select: (id: string | null) => void;
  readonly add: (name: string) => Promise<string | null>;
  readonly isInert: boolean;
}

export function Lists({ lists, selected, select, add, isInert }: ListsProps) {
  const entries = [{ id: null, name: "All todos", color: "none" }, ...lists];
  return (
    <nav className="lists" aria-label="Lists" inert={isInert}>
      <ul>
        {entries.map(({ id, name, color }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === selected ? "page" : undefined}
              onClick={() => select(id)}
            >
              <span className={`dot dot-${color}`} />
              {name}
            </button>
          </li>
        ))}
      </ul>
      <NewList add={add} added={select} />
    </nav>
  );
}

function NewList({ add, added }: { readonly add: ListsProps["add"]; readonly added: (id: string) => void }) {
  const id = useId();
  const [name, setName] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const list = await add(name);
    if (list === null) return;
    setName("");
    added(list);
  };
  return (
    <form className="new-list" onSubmit={submit}>
      <label htmlFor={id} className="hidden">
        Name of a new list
      </label>
      <input
        id={id}
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder="New list"
        maxLength={80}
        required
        autoComplete="off"
      />
      <button type="submit">Add list</button>
    </form>
  );
}
