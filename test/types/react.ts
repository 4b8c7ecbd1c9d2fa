/** What the React code of the task board lets through, and what it does not. Checked by the compiler; never run. */
import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { type ChatChannelMessage, type Client, CovaraError, type Todo } from "../../generated/client.ts";
import {
  type CallError,
  todosKeys,
  todosMutations,
  todosQueries,
  useChatChannel,
  useCreateTodo,
  useInfiniteTodos,
  useLiveTodos,
  useTodo,
  useTodoArchiveDone,
  useTodoComplete,
  useTodos,
  useUpdateList,
  useUpdateTodo,
} from "../../generated/react.ts";

/** Fails to compile where a value is not of the type. */
const is = <Type>(value: Type): Type => value;

export async function queries(client: Client, cache: QueryClient): Promise<void> {
  const page = await cache.fetchQuery(
    todosQueries.list(client, {
      where: { done: false },
      select: ["id", "title"],
      include: { comments: { select: ["body"] } },
    }),
  );
  is<string | undefined>(page.items[0]?.comments[0]?.body);
  // @ts-expect-error it was not selected
  page.items[0]?.done;
  // @ts-expect-error it was not selected there
  page.items[0]?.comments[0]?.id;

  // The key knows what is behind it.
  const known = cache.getQueryData(todosQueries.detail(client, "x", { select: ["title"] }).queryKey);
  is<string | undefined>(known?.title);
  // @ts-expect-error it was not selected
  known?.done;
  is<number | undefined>(cache.getQueryData(todosQueries.count(client).queryKey));

  const [group] = await cache.fetchQuery(
    todosQueries.aggregate(client, { groupBy: ["done"], count: true, sum: ["estimate"] }),
  );
  is<number | undefined>(group?.count);
  is<number | null | undefined>(group?.sum.estimate);
  is<boolean | undefined>(group?.key.done);
  // @ts-expect-error titles have no sum
  todosQueries.aggregate(client, { sum: ["title"] });
  const found = await cache.fetchQuery(todosQueries.search(client, "x", { highlight: true }));
  is<string | undefined>(found.highlights?.[0]?.title);

  const all = await cache.fetchQuery(todosQueries.list(client, { withDeleted: true }));
  is<string | null | undefined>(all.items[0]?.deletedAt);
  // @ts-expect-error rows that are not deleted have none
  (await cache.fetchQuery(todosQueries.list(client))).items[0]?.deletedAt;
  // @ts-expect-error 'nothing' is not a field
  todosQueries.list(client, { where: { nothing: 1 } });
  // @ts-expect-error 'labels' has no order
  todosQueries.infinite(client, { orderBy: ["labels"] });
  await cache.invalidateQueries({ queryKey: todosKeys.list() });
}

export function Own({ client }: { client: Client }): string {
  const { data, error } = useQuery(todosQueries.list(client));
  is<CallError | null>(error);
  if (error instanceof CovaraError) is<number>(error.problem.status);
  // @ts-expect-error no answer has no problem document
  error?.problem;
  is<boolean | undefined>(data?.items[0]?.done);
  const titles = useQuery({
    ...todosQueries.list(client),
    select: ({ items }) => items.map(({ title }) => title),
  });
  is<string[] | undefined>(titles.data);
  is<string>(useSuspenseQuery(todosQueries.detail(client, "x")).data.title);
  const pages = useInfiniteQuery(todosQueries.infinite(client, { select: ["id"] }));
  is<string | undefined>(pages.data?.pages[0]?.items[0]?.id);
  // @ts-expect-error it was not selected
  pages.data?.pages[0]?.items[0]?.title;
  const update = useMutation(todosMutations.update(client, useQueryClient()));
  update.mutate({ id: "x", patch: { done: true }, ifMatch: 3 });
  return "";
}

export async function Hooks(): Promise<void> {
  const list = useTodos(
    { select: ["id", "done"], include: { list: true }, orderBy: ["-createdAt"] },
    { staleTime: 5, enabled: true, placeholderData: (before) => before },
  );
  is<boolean | undefined>(list.data?.items[0]?.done);
  is<string | undefined>(list.data?.items[0]?.list?.name);
  // @ts-expect-error it was not selected
  list.data?.items[0]?.title;
  // @ts-expect-error 'nothing' is not a field
  useTodos({ where: { nothing: 1 } });
  // @ts-expect-error what is read is said by the first argument
  useTodos({}, { queryFn: () => null });
  is<string | undefined>(useTodo(undefined, { select: ["title"] }).data?.title);
  const pages = useInfiniteTodos({ select: ["title"] });
  is<string | undefined>(pages.data?.pages[0]?.items[0]?.title);

  const update = useUpdateTodo({ onSuccess: (todo, { id }) => is<string>(todo.title + id) });
  update.mutate({ id: "x", patch: { done: true }, ifMatch: 3 });
  is<CallError | null>(update.error);
  // @ts-expect-error 'don' is not a field
  update.mutate({ id: "x", patch: { don: true } });
  // @ts-expect-error which row is not said
  update.mutate({ patch: { done: true } });
  // @ts-expect-error lists have no version
  useUpdateList().mutate({ id: "x", patch: {}, ifMatch: 3 });
  // @ts-expect-error a title is required
  useCreateTodo().mutate({ done: true });
  is<string>((await useCreateTodo().mutateAsync({ title: "x" })).id);
  is<number>((await useTodoArchiveDone().mutateAsync()).count);
  is<number>((await useTodoComplete().mutateAsync({ id: "x", input: { note: "y" } })).points);
}

export function Follow(): void {
  const todos = useLiveTodos({ where: { done: false }, select: ["title"], limit: 10, onError: () => {} });
  is<string | undefined>(todos.items[0]?.title);
  // Rows always have their ids.
  is<string | undefined>(todos.items[0]?.id);
  // @ts-expect-error it was not selected
  todos.items[0]?.done;
  is<boolean>(todos.pending.has("x"));
  is<Promise<Todo>>(todos.update("x", { done: true }));
  // @ts-expect-error 'don' is not a field
  todos.update("x", { don: true });
  // @ts-expect-error the component closes it
  todos.close();
  // @ts-expect-error 'labels' has no order
  useLiveTodos({ orderBy: ["labels"] });
}

export function Talk({ room }: { room: string | undefined }): void {
  const chat = useChatChannel(room === undefined ? undefined : { room }, {
    history: 20,
    limit: 100,
    onError: () => {},
  });
  is<string | undefined>(chat.messages[0]?.text);
  is<number | undefined>(chat.messages[0]?.seq);
  is<readonly string[]>(chat.users);
  is<Promise<ChatChannelMessage>>(chat.publish({ text: "x" }));
  chat.refetch();
  // @ts-expect-error 'txt' is not a field
  chat.publish({ txt: "x" });
  // @ts-expect-error who has sent it, the server says
  chat.publish({ text: "x", from: "y" });
  // @ts-expect-error the component closes it
  chat.close();
  // @ts-expect-error rooms have no rows
  chat.items;
  // @ts-expect-error 'rom' is not a parameter
  useChatChannel({ rom: "x" });
  // @ts-expect-error which room is not said
  useChatChannel({});
  // @ts-expect-error a live room has no signal
  useChatChannel({ room: "x" }, { signal: new AbortController().signal });
}
