/** The board of one person: lists at the side, the todos of one, and a panel beside them. */
import { useCallback, useState } from "react";
import { createClient, type Todo } from "../../../generated/client.ts";
import { CovaraProvider, useLiveTodos } from "../../../generated/react.ts";
import { describe, isSignedOut } from "./errors.ts";
import { Header } from "./header.tsx";
import { Lists, useLists } from "./lists.tsx";
import { useMessages } from "./messages.tsx";
import { Panel, usePanel } from "./panel.tsx";
import { PeopleContext, useEverybody } from "./people.ts";
import type { Me } from "./session.ts";
import { Todos } from "./todos.tsx";
import { useEnding } from "./use-ending.ts";

/** Todos that are shown at first, and how many more each time. */
const pageSize = 50;

export interface BoardProps {
  readonly me: Me;
  readonly leave: () => void;
  /** The server does not know any more who this is. */
  readonly expired: () => void;
}

/** A client for each sign-in: what one person has been shown is not kept for the next. */
export function Board(props: BoardProps) {
  const [client] = useState(() => createClient({ baseUrl: "" }));
  return (
    <CovaraProvider client={client}>
      <Content {...props} />
    </CovaraProvider>
  );
}

function Content({ me, leave, expired }: BoardProps) {
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
  const openComments = useCallback((todo: Todo) => openPanel({ type: "comments", todo }), [openPanel]);

  const todos = useLiveTodos({
    where: listId === null ? undefined : { listId },
    orderBy: ["done", "-priority", "createdAt"],
    limit: pageSize,
    onError: (error) => show(`Taken back. ${describe(error)}`),
  });

  useEnding(todos, failed);

  return (
    <PeopleContext value={people}>
      <div className="app">
        <Header
          me={me}
          leave={leave}
          status={todos.status}
          panel={panel}
          openPanel={openPanel}
          closePanel={closePanel}
        />
        <div className="columns">
          <Lists lists={lists} selected={listId} select={setListId} add={addList} isInert={isOver} />
          <Todos me={me} list={list} todos={todos} openComments={openComments} isInert={isOver} />
          <Panel me={me} panel={panel} list={list} close={closePanel} failed={failed} />
        </div>
      </div>
    </PeopleContext>
  );
}
