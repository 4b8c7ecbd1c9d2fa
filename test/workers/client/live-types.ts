/** What a frontend can and cannot write with live resources. Each expected error is one that the types must report. */
import type { Client, Todo, TodosLive } from "../../../generated/client.js";

export async function lists(client: Client): Promise<void> {
  const list: TodosLive = client.todos.live({
    where: { done: false, priority: { gte: 1 } },
    orderBy: ["-dueAt"],
  });
  const { items, status, pending, hasMore, error } = list.getSnapshot();
  const todos: readonly Todo[] = items;
  const isLive: boolean = status === "live" && !hasMore && error === null && pending.has(todos[0]?.id ?? "");
  const todo: Todo = await list.create({ title: "a", comments: [{ body: "b" }] }, { ownerId: "u" });
  await list.update(todo.id, { done: isLive, dueAt: null });
  const gone: Promise<void> = list.delete(todo.id);
  const stop: () => void = list.subscribe(() => gone);
  stop();

  const titles = client.todos.live({ select: ["title"], limit: 10 }).getSnapshot().items;
  const [first] = titles;
  if (first !== undefined) [first.id, first.title].join();
  // @ts-expect-error not selected
  first?.done;
  // @ts-expect-error no such status
  if (status === "open") stop();
  // @ts-expect-error items do not change
  items.push(todo);
  // @ts-expect-error no such field
  client.todos.live({ where: { nothing: 1 } });
  // @ts-expect-error no operator of texts
  client.todos.live({ where: { title: { between: 1 } } });
  // @ts-expect-error JSON has no order
  client.todos.live({ orderBy: ["labels"] });
  // @ts-expect-error the text of a filter means nothing to the list
  client.todos.live({ filter: "done==false" });
  // @ts-expect-error a title is required
  await list.create({ done: true });
  // @ts-expect-error clients know nothing of versions
  await list.create({ title: "a" }, { version: 7 });
  // @ts-expect-error owners are set by the server
  await list.update(todo.id, { ownerId: "u" });
  // @ts-expect-error users are not live
  client.users.live();
}

export async function streams(client: Client): Promise<void> {
  for await (const event of client.todos.subscribe({
    where: { done: false },
    select: ["title"],
    snapshot: true,
  })) {
    switch (event.type) {
      case "existing":
        event.object.title.trim();
        // @ts-expect-error an existing row has no place in the log
        event.seq.toFixed();
        break;
      case "added":
      case "changed":
        event.object.title.trim();
        // @ts-expect-error not selected
        event.object.done;
        break;
      case "removed":
        event.objectId.trim();
        // @ts-expect-error there is no row any more
        event.object;
        break;
      case "invalidate": {
        const reason: "gap" | "scope" | "overflow" | "schema" = event.reason;
        reason.trim();
        break;
      }
      default: {
        const place: number = event.seq;
        place.toFixed();
      }
    }
  }
  const close: () => void = client.todos.subscribe(
    {},
    {
      onEvent: (event) => event.type === "added" && event.object.done,
      onState: (state, error) => state === "offline" && error,
    },
  );
  close();
  // @ts-expect-error users are not live
  client.users.subscribe();

  const aggregate = client.todos.subscribeAggregate({ groupBy: ["done"], count: true, sum: ["estimate"] });
  for await (const event of aggregate) {
    if (event.type !== "aggregate") continue;
    const [group] = event.groups;
    const done: boolean | undefined = group?.key.done;
    const count: number | undefined = done === true ? group?.count : undefined;
    const sum: number | null | undefined = count === 0 ? null : group?.sum.estimate;
    // @ts-expect-error not asked for
    group?.avg;
    if (sum === 1) break;
  }
  // @ts-expect-error text has no sum
  client.todos.subscribeAggregate({ sum: ["title"] });
}
