/** Hooks in components, in the strict mode of React, which mounts each component twice. */
import "./dom.ts";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement, type FunctionComponent, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CovaraError, createClient } from "../../../generated/client.ts";
import {
  CovaraProvider,
  useClient,
  useCreateTodo,
  useDeleteTodo,
  useInfiniteTodos,
  useTodo,
  useTodos,
  useUpdateTodo,
} from "../../../generated/react.ts";
import { type Server, startServer } from "./application.ts";
import { container } from "./dom.ts";

let server: Server;
const client = createClient({
  baseUrl: "https://covara.test",
  fetch: (url, options) => server.fetch(url, options),
});
let roots: Root[] = [];
let cache: QueryClient;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  cache = new QueryClient();
  await client.todos.deleteMany({ where: "all" });
  server.requests.length = 0;
});
afterEach(async () => {
  await act(async () => {
    for (const root of roots) root.unmount();
  });
  roots = [];
});

const within = (component: FunctionComponent) =>
  createElement(
    StrictMode,
    null,
    createElement(
      QueryClientProvider,
      { client: cache },
      createElement(CovaraProvider, { client }, createElement(component)),
    ),
  );

/** Renders a component that calls a hook, and gives what the hook gave last. */
async function using<Result>(hook: () => Result): Promise<{ readonly result: Result }> {
  const results: Result[] = [];
  const Component = (): null => {
    results.push(hook());
    return null;
  };
  const root = createRoot(container());
  roots.push(root);
  await act(async () => root.render(within(Component)));
  return {
    get result() {
      const last = results.at(-1);
      if (last === undefined) throw new Error("It was not rendered.");
      return last;
    },
  };
}

/** Waits until something is true, with React's work done in between. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (roots.length === 0) throw new Error("The test is over.");
    await act(async () => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

describe("hooks", () => {
  test("read a page, a row and pages, with what was selected", async () => {
    const [a] = await client.todos.createMany([{ title: "a" }, { title: "b" }, { title: "c" }]);
    const list = await using(() => useTodos({ select: ["title"], orderBy: ["title"] }));
    await until(() => list.result.isSuccess);
    expect(list.result.data?.items).toEqual([{ title: "a" }, { title: "b" }, { title: "c" }]);
    const row = await using(() => useTodo(a?.id, { include: { owner: { select: ["name"] } } }));
    await until(() => row.result.isSuccess);
    expect(row.result.data).toMatchObject({ title: "a", owner: { name: "Ann" } });
    const pages = await using(() => useInfiniteTodos({ limit: 2, orderBy: ["title"], select: ["title"] }));
    await until(() => pages.result.isSuccess);
    expect(pages.result.hasNextPage).toBe(true);
    await act(async () => pages.result.fetchNextPage());
    await until(() => pages.result.data?.pages.length === 2);
    expect(pages.result.data?.pages[1]?.items).toEqual([{ title: "c" }]);
    expect(pages.result.hasNextPage).toBe(false);
  });

  test("ask for nothing while there is no id, or as long as settings say so", async () => {
    const row = await using(() => useTodo(undefined));
    const off = await using(() => useTodos({}, { enabled: false }));
    expect(row.result.fetchStatus).toBe("idle");
    expect(off.result.fetchStatus).toBe("idle");
    expect(server.requests).toEqual([]);
  });

  test("write, show it, and call back", async () => {
    const said: string[] = [];
    const board = await using(() => ({
      list: useTodos({ orderBy: ["title"] }),
      create: useCreateTodo({ onSuccess: ({ title }) => void said.push(title) }),
      update: useUpdateTodo({ onError: (error) => void said.push(error.message) }),
      remove: useDeleteTodo(),
    }));
    await until(() => board.result.list.isSuccess);
    const todo = await act(async () => board.result.create.mutateAsync({ title: "a" }));
    await until(() => board.result.list.data?.items.length === 1);
    await act(async () =>
      board.result.update.mutateAsync({ id: todo.id, patch: { done: true }, ifMatch: todo }),
    );
    await until(() => board.result.list.data?.items[0]?.version === 2);
    expect(board.result.list.data?.items[0]).toMatchObject({ title: "a", done: true });
    await act(async () =>
      board.result.update
        .mutateAsync({ id: todo.id, patch: { title: "b" }, ifMatch: todo })
        .catch((error: unknown) => expect(error).toBeInstanceOf(CovaraError)),
    );
    await until(() => board.result.list.data?.items[0]?.title === "a" && board.result.update.isError);
    expect(said).toEqual(["a", expect.stringContaining("412 PRECONDITION_FAILED")]);
    await act(async () => board.result.remove.mutateAsync({ id: todo.id }));
    await until(() => board.result.list.data?.items.length === 0);
  });

  test("say what is missing without a provider", () => {
    const Alone = (): null => {
      useClient();
      return null;
    };
    expect(() => renderToString(createElement(Alone))).toThrow("put <CovaraProvider client={…}>");
  });
});
