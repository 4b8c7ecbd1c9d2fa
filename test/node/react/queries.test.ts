/** Queries and mutations without components: as route loaders and servers use them. */
import { InfiniteQueryObserver, MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CovaraError, createClient } from "../../../generated/client.ts";
import {
  commentsMutations,
  commentsQueries,
  listsMutations,
  listsQueries,
  todosKeys,
  todosMutations,
  todosQueries,
} from "../../../generated/react.ts";
import { type Server, startServer } from "./application.ts";

let server: Server;
const client = createClient({
  baseUrl: "https://covara.test",
  fetch: (url, options) => server.fetch(url, options),
});
let cache: QueryClient;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.before = () => null;
  cache = new QueryClient();
  await client.todos.deleteMany({ where: "all" });
  await client.lists.deleteMany({ where: "all" });
  server.requests.length = 0;
});

/** A request that waits until the test lets it go. */
function held(call: string): { readonly arrived: Promise<void>; release: (answer?: Response) => void } {
  let release: (answer?: Response) => void = () => {};
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const answer = new Promise<Response | null>((resolve) => {
    release = (given) => resolve(given ?? null);
  });
  const { before } = server;
  server.before = (made) => {
    if (!made.startsWith(call)) return before(made);
    arrive();
    return answer;
  };
  return { arrived, release: (given) => release(given) };
}

const refusal = (): Response =>
  Response.json(
    { type: "about:blank", title: "Conflict", status: 409, code: "CONFLICT", detail: "It is in use." },
    { status: 409, headers: { "Content-Type": "application/problem+json" } },
  );

/** Watches a query, as a component would. */
function watch<Data>(options: ConstructorParameters<typeof QueryObserver<Data, Error>>[1]) {
  const observer = new QueryObserver<Data, Error>(cache, options);
  const end = observer.subscribe(() => {});
  return {
    get data() {
      return observer.getCurrentResult().data;
    },
    observer,
    [Symbol.dispose]: end,
  };
}

const settled = (): Promise<void> =>
  expect.poll(() => cache.isFetching() + cache.isMutating()).toBe(0) as unknown as Promise<void>;

describe("queries", () => {
  test("read what their options say, under a key of their own", async () => {
    await client.todos.createMany([{ title: "a" }, { title: "b", done: true }]);
    const open = todosQueries.list(client, { where: { done: false }, select: ["id", "title"] });
    expect((await cache.fetchQuery(open)).items).toEqual([{ id: expect.any(String), title: "a" }]);
    expect(cache.getQueryData(open.queryKey)?.items.map(({ title }) => title)).toEqual(["a"]);
    expect(open.queryKey).toEqual([
      "taskboard",
      "todos",
      "list",
      { where: { done: false }, select: ["id", "title"] },
    ]);
    expect(await cache.fetchQuery(todosQueries.count(client))).toBe(2);
    expect(
      await cache.fetchQuery(todosQueries.aggregate(client, { groupBy: ["done"], count: true })),
    ).toEqual([
      { key: { done: false }, count: 1 },
      { key: { done: true }, count: 1 },
    ]);
    expect((await cache.fetchQuery(todosQueries.search(client, "b"))).total).toBe(1);
  });

  test("take how a call is made out of the key, and end with the query", async () => {
    expect(todosQueries.list(client, { timeout: 5, retries: 0 }).queryKey).toEqual(todosKeys.list({}));
    const own = new AbortController();
    const request = held("GET /api/todos/count");
    const waiting = cache.fetchQuery(todosQueries.count(client, { signal: own.signal }));
    await request.arrived;
    own.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    request.release();
  });

  test("give pages one after the other", async () => {
    await client.todos.createMany(["a", "b", "c", "d", "e"].map((title) => ({ title })));
    const query = todosQueries.infinite(client, { orderBy: ["title"], limit: 2 });
    const observer = new InfiniteQueryObserver(cache, query);
    const end = observer.subscribe(() => {});
    await settled();
    await observer.fetchNextPage();
    await observer.fetchNextPage();
    const { data, hasNextPage } = observer.getCurrentResult();
    expect(data?.pages.map(({ items }) => items.map(({ title }) => title))).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e"],
    ]);
    expect(hasNextPage).toBe(false);
    end();
  });

  test("fail with the server's answer, which TanStack Query does not ask for again", async () => {
    const missing = todosQueries.detail(client, "00000000-0000-7000-8000-00000000dead");
    const error = await cache.fetchQuery(missing).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CovaraError);
    expect(error).toMatchObject({ status: 404 });
    expect(server.requests).toHaveLength(1);
  });
});

describe("mutations", () => {
  const update = () => new MutationObserver(cache, todosMutations.update(client, cache));

  test("show new values before the answer, in every answer that holds the row", async () => {
    const todo = await client.todos.create({ title: "a", priority: 1 });
    using list = watch(todosQueries.list(client));
    using part = watch(todosQueries.list(client, { select: ["id", "title"] }));
    using detail = watch(todosQueries.detail(client, todo.id));
    using found = watch(todosQueries.search(client, "a"));
    const pages = todosQueries.infinite(client);
    const observer = new InfiniteQueryObserver(cache, pages);
    const end = observer.subscribe(() => {});
    await settled();

    const request = held("PATCH");
    const writing = update().mutate({ id: todo.id, patch: { done: true, priority: 3 } });
    await request.arrived;
    expect(list.data?.items[0]).toEqual({ ...todo, done: true, priority: 3 });
    expect(part.data?.items).toEqual([{ id: todo.id, title: "a" }]);
    expect(detail.data).toMatchObject({ done: true, version: 1 });
    expect(found.data?.items[0]).toMatchObject({ done: true });
    expect(observer.getCurrentResult().data?.pages[0]?.items[0]).toMatchObject({ done: true });

    request.release();
    expect(await writing).toMatchObject({ version: 2 });
    expect(detail.data).toMatchObject({ version: 2 });
    await settled();
    expect(list.data?.items).toEqual([await client.todos.get(todo.id)]);
    end();
  });

  test("take them back where the server refuses", async () => {
    const todo = await client.todos.create({ title: "a" });
    using list = watch(todosQueries.list(client));
    await settled();
    const request = held("PATCH");
    const writing = update().mutate({ id: todo.id, patch: { title: "b", labels: ["x", "y"] } });
    await request.arrived;
    expect(list.data?.items[0]).toMatchObject({ title: "b", labels: ["x", "y"] });
    const reads = held("GET");
    request.release(refusal());
    await expect(writing).rejects.toBeInstanceOf(CovaraError);
    expect(list.data?.items).toEqual([todo]);
    reads.release();
  });

  test("take back no more than was guessed", async () => {
    const todo = await client.todos.create({ title: "a" });
    using list = watch(todosQueries.list(client));
    await settled();
    const refused = held("PATCH");
    const first = update().mutate({ id: todo.id, patch: { title: "b", priority: 2 } });
    await refused.arrived;
    const accepted = held("PATCH");
    const second = update().mutate({ id: todo.id, patch: { title: "c", done: true } });
    await accepted.arrived;
    refused.release(refusal());
    await expect(first).rejects.toThrow();
    expect(list.data?.items[0]).toMatchObject({ title: "c", priority: 0, done: true });
    // Another write is under way: nothing may be read that does not know of it.
    expect(cache.isFetching()).toBe(0);
    accepted.release();
    await second;
    await settled();
    expect(list.data?.items[0]).toMatchObject({ title: "c", done: true, version: 2 });
  });

  test("show lists without a row that is being deleted, and with it again where that is refused", async () => {
    const [a, b] = await client.todos.createMany([{ title: "a" }, { title: "b" }]);
    using list = watch(todosQueries.list(client, { orderBy: ["title"] }));
    using detail = watch(todosQueries.detail(client, a?.id ?? ""));
    await settled();
    const remove = () => new MutationObserver(cache, todosMutations.delete(client, cache));
    const request = held("DELETE");
    const refused = remove().mutate({ id: a?.id ?? "" });
    await request.arrived;
    expect(list.data?.items).toEqual([b]);
    expect(detail.data).toEqual(a);
    const reads = held("GET");
    request.release(refusal());
    await expect(refused).rejects.toThrow();
    expect(list.data?.items).toEqual([a, b]);
    reads.release();
    await settled();

    server.before = () => null;
    await remove().mutate({ id: a?.id ?? "" });
    await settled();
    expect(list.data?.items).toEqual([b]);
    expect(detail.observer.getCurrentResult().error).toMatchObject({ status: 404 });
  });

  test("a read that began before a guess does not take it away", async () => {
    const todo = await client.todos.create({ title: "a" });
    using list = watch(todosQueries.list(client));
    await settled();
    const old = held("GET /api/todos");
    void cache.invalidateQueries({ queryKey: todosKeys.list() });
    await old.arrived;
    const request = held("PATCH");
    const writing = update().mutate({ id: todo.id, patch: { title: "b" } });
    await request.arrived;
    old.release(Response.json({ items: [todo], nextCursor: null, hasMore: false }));
    await new Promise((resolve) => setTimeout(resolve));
    expect(list.data?.items[0]?.title).toBe("b");
    server.before = () => null;
    request.release();
    await writing;
    await settled();
    expect(list.data?.items[0]?.title).toBe("b");
  });

  test("have read again what else may have changed, and nothing that has not", async () => {
    const list = await client.lists.create({ name: "l" });
    const todo = await client.todos.create({ title: "a", listId: list.id });
    await client.comments.create({ body: "c", todoId: todo.id });
    using comments = watch(commentsQueries.list(client));
    using nested = watch(todosQueries.list(client, { include: { comments: true } }));
    using todos = watch(todosQueries.count(client));
    using lists = watch(listsQueries.list(client));
    await settled();
    server.requests.length = 0;
    const reads = () =>
      server.requests.flatMap((call) => (call.startsWith("GET") ? [call.split("?")[0]] : [])).sort();
    // Comments are part of one answer about todos, and no other depends on them.
    const commenting = new MutationObserver(cache, commentsMutations.create(client, cache));
    await commenting.mutate({ body: "d", todoId: todo.id });
    await settled();
    expect(reads()).toEqual(["GET /api/comments", "GET /api/todos"]);
    expect(nested.data?.items[0]?.comments).toHaveLength(2);
    server.requests.length = 0;
    await new MutationObserver(cache, listsMutations.delete(client, cache)).mutate({ id: list.id });
    await settled();
    expect(reads()).toEqual([
      "GET /api/comments",
      "GET /api/lists",
      "GET /api/todos",
      "GET /api/todos/count",
    ]);
    expect([comments.data?.items, nested.data?.items, todos.data, lists.data?.items]).toEqual([
      [],
      [],
      0,
      [],
    ]);
  });
});
