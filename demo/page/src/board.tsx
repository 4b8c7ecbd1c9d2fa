/** The board of one person: lists at the side, the todos of one, and a panel beside them. */
import { useCallback, useEffect, useState } from "react";
import { client } from "./client.ts";
import { describe, isSignedOut } from "./errors.ts";
import { Header } from "./header.tsx";
import { Lists, useLists } from "./lists.tsx";
import { useMessages } from "./messages.tsx";
import { Panel, usePanel } from "./panel.tsx";
import { PeopleContext, useEverybody } from "./people.ts";
import type { Me } from "./session.ts";
import { Todos } from "./todos.tsx";
import { useLive } from "./use-live.ts";

/** Todos that are shown at first, and how many more each time. */
const pageSize = 50;

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

  const open = useCallback(
    () =>
      client.todos.live({
        ...(listId !== null && { where: { listId } }),
        orderBy: ["done", "-priority", "createdAt"],
        limit: pageSize,
        onError: (error) => show(`Taken back. ${describe(error)}`),
      }),
    [listId, show],
  );
  const { store, snapshot } = useLive(open);

  // What ends the stream for good: a session that is over, above all.
  const ending = snapshot?.status === "closed" ? snapshot.error : null;
  useEffect(() => {
    if (ending !== null) failed(ending);
  }, [ending, failed]);

  return (
    <PeopleContext value={people}>
      <div className="app">
        <Header
          me={me}
          leave={leave}
          status={snapshot?.status ?? "loading"}
          panel={panel}
          openPanel={openPanel}
          closePanel={closePanel}
        />
        <div className="columns">
          <Lists lists={lists} selected={listId} select={setListId} add={addList} isInert={isOver} />
          <Todos
            me={me}
            list={list}
            store={store}
            snapshot={snapshot}
            openComments={(todo) => openPanel({ type: "comments", todo })}
            isInert={isOver}
          />
          <Panel me={me} panel={panel} list={list} close={closePanel} failed={failed} />
        </div>
      </div>
    </PeopleContext>
  );
}
