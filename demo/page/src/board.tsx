/** The board of one person: lists at the side, the todos of one, and a panel beside them. */
import { useCallback, useState } from "react";
import { describe, isSignedOut } from "./errors.ts";
import { Header } from "./header.tsx";
import { Lists, useLists } from "./lists.tsx";
import { useMessages } from "./messages.tsx";
import { Panel, usePanel } from "./panel.tsx";
import { PeopleContext, useEverybody } from "./people.ts";
import type { Me } from "./session.ts";

export interface BoardProps {
  readonly me: Me;
  readonly leave: () => void;
  /** The server does not know any more who this is. */
  readonly expired: () => void;
}

export function Board({ me, leave, expired }: BoardProps) {
  const show = useMessages();
  const failed = useCallback(
    (error: unknown) => (isSignedOut(error) ? expired() : show(describe(error))),
    [expired, show],
  );
  const people = useEverybody(failed);
  const { lists, addList } = useLists(failed);
  /** Null for the todos of all lists. */
  const [listId, setListId] = useState<string | null>(null);
  const list = lists.find(({ id }) => id === listId) ?? null;
  const { panel, openPanel, closePanel, isOver } = usePanel();

  return (
    <PeopleContext value={people}>
      <div className="app">
        <Header me={me} leave={leave} panel={panel} openPanel={openPanel} closePanel={closePanel} />
        <div className="columns">
          <Lists lists={lists} selected={listId} select={setListId} add={addList} isInert={isOver} />
          <main className="todos" inert={isOver}>
            <h2>{list?.name ?? "All todos"}</h2>
          </main>
          <Panel me={me} panel={panel} close={closePanel} failed={failed} />
        </div>
      </div>
    </PeopleContext>
  );
}
